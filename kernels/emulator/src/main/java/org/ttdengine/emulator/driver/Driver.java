package org.ttdengine.emulator.driver;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.ttdengine.emulator.EmulatorOptions;
import org.ttdengine.emulator.machine.MachineOptions;
import org.ttdengine.emulator.memory.GlobalMemory;
import org.ttdengine.emulator.memory.LiveAllocation;

/** The state of the driver in one process. Guarded by its own monitor, which {@link Dispatcher} holds during a call. */
final class Driver {
    private final EmulatorOptions options;
    private final DriverLog log;
    private final Injection injection;
    private final Handles handles = new Handles();
    private final List<Device> devices = new ArrayList<>();
    private final DeviceMemory memory;
    private final PinnedMemory pinned = new PinnedMemory();
    private final Timeline timeline;
    private final ThreadLocal<Deque<Context>> stacks = ThreadLocal.withInitial(ArrayDeque::new);
    private final Processor processor;
    private final LaunchLog launches = new LaunchLog();
    private boolean initialized;

    /** A driver before cuInit. */
    Driver(EmulatorOptions options, DriverLog log) {
        this.options = options;
        this.log = log;
        this.injection = new Injection(options.fail());
        this.timeline = new Timeline(options.machine(), options.blocking());
        for (int ordinal = 0; ordinal < options.devices(); ordinal++) {
            devices.add(new Device(ordinal, options));
        }
        long capacity = Math.multiplyExact(options.memory(), (long) options.devices());
        GlobalMemory global = new GlobalMemory(capacity, options.machine().initcheck());
        this.memory = new DeviceMemory(global, injection);
        this.processor = new Processor(global, options.machine());
    }

    EmulatorOptions options() {
        return options;
    }

    DriverLog log() {
        return log;
    }

    Injection injection() {
        return injection;
    }

    Handles handles() {
        return handles;
    }

    DeviceMemory memory() {
        return memory;
    }

    PinnedMemory pinned() {
        return pinned;
    }

    Timeline timeline() {
        return timeline;
    }

    Processor processor() {
        return processor;
    }

    LaunchLog launches() {
        return launches;
    }

    /** How launches and streams run from now on. */
    void machine(MachineOptions other) {
        processor.configure(other);
        timeline.configure(other);
    }

    void initialize() {
        if (options.absent()) {
            throw new CudaException(CudaStatus.NO_DEVICE, null);
        }
        initialized = true;
    }

    void requireInitialized() {
        if (!initialized) {
            throw new CudaException(CudaStatus.NOT_INITIALIZED, null);
        }
    }

    int deviceCount() {
        return devices.size();
    }

    Device device(long ordinal) {
        int index = (int) ordinal;
        if (index < 0 || index >= devices.size()) {
            throw new CudaException(CudaStatus.INVALID_DEVICE, "no device " + index + " of " + devices.size());
        }
        return devices.get(index);
    }

    /** The calling thread's stack of contexts, current first. */
    Deque<Context> stack() {
        return stacks.get();
    }

    /** The calling thread's current context. */
    Context current() {
        Context context = stack().peek();
        if (context == null) {
            throw new CudaException(CudaStatus.INVALID_CONTEXT, "no context is current on this thread");
        }
        if (!handles.isAlive(context.handle())) {
            throw new CudaException(CudaStatus.CONTEXT_IS_DESTROYED, "the current context was destroyed");
        }
        return context;
    }

    Context create(Device device, int flags) {
        Context context = new Context(device, handles, flags, log);
        timeline.add(context.legacyDefault());
        timeline.add(context.perThreadDefault());
        return context;
    }

    /** Ends a context: what is pending runs first, what it did not free is reported and freed. */
    void destroy(Context context) {
        timeline.complete(context);
        timeline.remove(context);
        List<LiveAllocation> leaked = memory.liveAllocations(context);
        log.leaks(leaked);
        leaked.forEach(allocation -> memory.release(allocation.address()).run());
        handles.modulesOf(context).forEach(this::freeVariables);
        handles.removeAllOf(context);
        stack().remove(context);
    }

    /** Frees the variables of a module. */
    void freeVariables(Module module) {
        module.code().globals().values().forEach(memory.memory()::free);
    }

    /** The stream of a handle; 0 and the two reserved handles are the default streams of {@code context}. */
    Stream stream(Context context, long handle) {
        if (handle == 0 || handle == 1) {
            return context.legacyDefault();
        }
        if (handle == 2) {
            return context.perThreadDefault();
        }
        return handles.get(handle, Stream.class);
    }

    /** Waits until all that was submitted to the context is done; then its sticky error, if it has one now. */
    void synchronize(Context context) {
        timeline.complete(context);
        context.requireHealthy();
    }

    /** Says what is still allocated when the JVM ends. */
    synchronized void reportAtExit() {
        log.leaks(memory.liveAllocations());
    }
}
