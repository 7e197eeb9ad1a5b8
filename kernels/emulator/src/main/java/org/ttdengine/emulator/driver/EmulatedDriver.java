package org.ttdengine.emulator.driver;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ttdengine.emulator.EmulatorOptions;
import org.ttdengine.emulator.FaultInjection;
import org.ttdengine.emulator.LaunchReport;
import org.ttdengine.emulator.machine.DeviceFault;
import org.ttdengine.emulator.machine.MachineOptions;
import org.ttdengine.emulator.memory.LiveAllocation;

/** The driver as it is loaded in this JVM: the side that is not CUDA's, for {@link org.ttdengine.emulator.Emulator}. */
public final class EmulatedDriver {
    private final Driver driver;
    private final Dispatcher dispatcher;
    private final Dispatcher cublas;

    private EmulatedDriver(Driver driver, Dispatcher dispatcher, Dispatcher cublas) {
        this.driver = driver;
        this.dispatcher = dispatcher;
        this.cublas = cublas;
    }

    /**
     * Loads {@code libcuda.so.1} and {@code libcublas.so.12} and binds them.
     *
     * @throws EmulatorUnavailableException if that is impossible here
     */
    public static EmulatedDriver load(EmulatorOptions options) {
        NativeShim.load();
        Driver driver = new Driver(options, new DriverLog(System.err, options.trace()));
        FunctionTable table = new FunctionTable(driver)
                .with(new DeviceCalls(driver)::register)
                .with(new ContextCalls(driver)::register)
                .with(new ModuleCalls(driver)::register)
                .with(new MemoryCalls(driver)::register)
                .with(new CopyCalls(driver)::register)
                .with(new StreamCalls(driver)::register)
                .with(new LaunchCalls(driver)::register);
        Dispatcher dispatcher = new Dispatcher(driver, NativeShim.functionNames(), table, CudaStatus::code);
        Dispatcher cublas = new Dispatcher(
                driver,
                NativeShim.cublasFunctionNames(),
                new FunctionTable(driver).with(new CublasCalls(driver)::register),
                CublasStatus::of);
        NativeShim.bind(NativeShim.CUDA, dispatcher);
        NativeShim.bind(NativeShim.CUBLAS, cublas);
        Runtime.getRuntime().addShutdownHook(new Thread(driver::reportAtExit, "emulator-leaks"));
        return new EmulatedDriver(driver, dispatcher, cublas);
    }

    public EmulatorOptions options() {
        return driver.options();
    }

    public void machine(MachineOptions options) {
        synchronized (driver) {
            driver.machine(options);
        }
    }

    public MachineOptions machine() {
        synchronized (driver) {
            return driver.processor().options();
        }
    }

    public void blocking(boolean immediately) {
        synchronized (driver) {
            driver.timeline().blocking(immediately);
        }
    }

    public void inject(FaultInjection plan) {
        synchronized (driver) {
            driver.injection().set(plan);
        }
    }

    public List<LaunchReport> launches() {
        synchronized (driver) {
            return driver.launches().reports();
        }
    }

    public Map<String, Long> runs() {
        synchronized (driver) {
            return driver.launches().runs();
        }
    }

    public void clearLaunches() {
        synchronized (driver) {
            driver.launches().clear();
        }
    }

    public List<LiveAllocation> liveAllocations() {
        synchronized (driver) {
            return driver.memory().liveAllocations();
        }
    }

    public List<DeviceFault> faults() {
        synchronized (driver) {
            return driver.log().faults();
        }
    }

    public Map<String, Integer> unsupportedCalls() {
        Map<String, Integer> all = new TreeMap<>(dispatcher.unsupportedCalls());
        all.putAll(cublas.unsupportedCalls());
        return all;
    }
}
