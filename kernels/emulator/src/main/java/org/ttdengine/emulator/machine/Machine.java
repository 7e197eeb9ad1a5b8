package org.ttdengine.emulator.machine;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.ttdengine.emulator.memory.GlobalMemory;
import org.ttdengine.emulator.memory.SharedMemory;
import org.ttdengine.emulator.ptx.PtxKernel;
import org.ttdengine.emulator.ptx.PtxModule;

/** Runs kernels: loads modules and carries out launches, one at a time. */
public final class Machine {
    /** Threads of a block, all axes together. */
    public static final int MAX_THREADS = 1024;
    /** Shared memory one block may use on compute capability 8.0 after opting in, bytes. */
    public static final int MAX_SHARED = 163 * 1024;

    private final GlobalMemory memory;
    private final MachineOptions options;

    public Machine(GlobalMemory memory, MachineOptions options) {
        this.memory = memory;
        this.options = options;
    }

    public MachineOptions options() {
        return options;
    }

    /**
     * Gives a module's variables their addresses and decodes its kernels.
     *
     * @throws org.ttdengine.emulator.ptx.PtxException naming the line of an instruction this machine does not have
     */
    public LoadedModule load(PtxModule module) {
        return new ModuleLoader(memory).load(module);
    }

    /**
     * Runs a launch to its end.
     *
     * @return what it did
     * @throws DeviceFault when the launch is impossible or a thread does what it must not
     */
    public LaunchCounters run(Launch launch) {
        Program program = launch.module().program(launch.kernel());
        check(launch, program);
        long blocks = launch.grid().count();
        LaunchCounters total = new LaunchCounters();
        AtomicLong next = new AtomicLong();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        BlockOrder order = new BlockOrder(options, blocks);
        int workers = (int) Math.min(options.workers(), blocks);
        Runnable work = () -> {
            try {
                LaunchCounters counters = work(launch, program, order, next, failure);
                synchronized (total) {
                    total.add(counters);
                }
            } catch (RuntimeException | Error e) {
                failure.compareAndSet(null, e);
            }
        };
        if (options.counters()) {
            memory.startCountingSectors();
        }
        Thread[] helpers = new Thread[workers - 1];
        for (int i = 0; i < helpers.length; i++) {
            helpers[i] = new Thread(work, "emulator-worker-" + (i + 1));
            helpers[i].setDaemon(true);
            helpers[i].start();
        }
        work.run();
        join(helpers);
        if (options.counters()) {
            memory.finishCountingSectors(total.memory);
        }
        rethrow(failure.get());
        return total;
    }

    private LaunchCounters work(
            Launch launch, Program program, BlockOrder order, AtomicLong next, AtomicReference<Throwable> failure) {
        LaunchCounters counters = new LaunchCounters();
        Block block = new Block(
                launch,
                options,
                memory,
                new SharedMemory(
                        program.shared.bytes(launch.dynamicShared()), options.initcheck(), options.racecheck()),
                launch.module().constants(),
                counters,
                program.localBytes);
        BlockRunner runner = new BlockRunner(program, block);
        long blocks = launch.grid().count();
        for (long i = next.getAndIncrement(); i < blocks && failure.get() == null; i = next.getAndIncrement()) {
            long linear = order.block(i);
            int x = (int) (linear % launch.grid().x());
            int y = (int) (linear / launch.grid().x() % launch.grid().y());
            int z = (int) (linear / launch.grid().x() / launch.grid().y());
            runner.run(new Dim3(x, y, z), linear);
        }
        counters.addExecutions(program, runner.executions());
        return counters;
    }

    private static void check(Launch launch, Program program) {
        PtxKernel kernel = program.kernel;
        long threads = launch.block().count();
        if (threads < 1 || launch.grid().count() < 1) {
            throw refused(launch, "grid " + launch.grid() + " or block " + launch.block() + " is empty");
        }
        if (threads > Math.min(MAX_THREADS, kernel.maxThreads())) {
            throw refused(launch, threads + " threads a block, at most " + kernel.maxThreads() + " are allowed");
        }
        int shared = program.shared.bytes(launch.dynamicShared());
        if (launch.dynamicShared() < 0 || shared > MAX_SHARED) {
            throw refused(launch, shared + " bytes of shared memory, at most " + MAX_SHARED + " are allowed");
        }
        if (launch.parameters().length != kernel.parameterBytes()) {
            throw refused(
                    launch,
                    launch.parameters().length + " bytes of parameters, the kernel has " + kernel.parameterBytes());
        }
    }

    private static DeviceFault refused(Launch launch, String reason) {
        return new DeviceFault(DeviceFault.Kind.LAUNCH_CONFIGURATION, "launch of " + launch.kernel() + ": " + reason);
    }

    private static void join(Thread[] threads) {
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void rethrow(Throwable failure) {
        if (failure instanceof RuntimeException runtime) {
            throw runtime;
        }
        if (failure instanceof Error error) {
            throw error;
        }
    }
}
