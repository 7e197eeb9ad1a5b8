package org.ttdengine.emulator;

import java.util.List;
import java.util.Map;
import org.ttdengine.emulator.driver.EmulatedDriver;
import org.ttdengine.emulator.driver.EmulatorUnavailableException;
import org.ttdengine.emulator.machine.DeviceFault;
import org.ttdengine.emulator.machine.MachineOptions;
import org.ttdengine.emulator.memory.LiveAllocation;

/**
 * A CUDA device in Java, under the CUDA driver API: after {@link #install()} JCuda in this JVM talks to it instead of to a
 * GPU. Its options are those of {@link EmulatorOptions#fromEnvironment()}; what is set here holds from then on.
 */
public final class Emulator {
    private final EmulatedDriver driver;

    private Emulator(EmulatedDriver driver) {
        this.driver = driver;
    }

    /** Loads at its first use, and remembers why it could not. */
    private static final class Installation {
        private static final Installation INSTANCE = new Installation();

        private final Emulator emulator;
        private final EmulatorUnavailableException failure;

        private Installation() {
            Emulator loaded = null;
            EmulatorUnavailableException reason = null;
            try {
                loaded = new Emulator(EmulatedDriver.load(EmulatorOptions.fromEnvironment()));
            } catch (EmulatorUnavailableException e) {
                reason = e;
            }
            this.emulator = loaded;
            this.failure = reason;
        }
    }

    /**
     * The emulated device of this JVM, put under JCuda at the first call. It must come before JCuda's natives are loaded.
     *
     * @throws EmulatorUnavailableException with one line that says why there is none here
     */
    public static Emulator install() {
        Installation installation = Installation.INSTANCE;
        if (installation.failure != null) {
            throw installation.failure;
        }
        return installation.emulator;
    }

    public EmulatorOptions options() {
        return driver.options();
    }

    /** How kernels and streams run from now on; {@code initcheck} works only if it was on at installation. */
    public void machine(MachineOptions options) {
        driver.machine(options);
    }

    public MachineOptions machine() {
        return driver.machine();
    }

    /** Whether operations run inside the call that submits them; otherwise as late as CUDA allows. */
    public void blocking(boolean immediately) {
        driver.blocking(immediately);
    }

    /** Sets the faults to make up and counts from zero; {@link FaultInjection#none()} also brings a lost device back. */
    public void inject(FaultInjection plan) {
        driver.inject(plan);
    }

    /** Launches that ran since the last {@link #resetCounters()}, oldest first. */
    public List<LaunchReport> counters() {
        return driver.launches();
    }

    /** How often each kernel ran to its end since the installation; {@link #resetCounters()} leaves it alone. */
    public Map<String, Long> runs() {
        return driver.runs();
    }

    public void resetCounters() {
        driver.clearLaunches();
    }

    /** Device memory that was not freed, in the order it was allocated. */
    public List<LiveAllocation> liveAllocations() {
        return driver.liveAllocations();
    }

    /** Faults that contexts were lost by, oldest first. */
    public List<DeviceFault> faults() {
        return driver.faults();
    }

    /** How often each driver function that is not implemented was called. */
    public Map<String, Integer> unsupportedCalls() {
        return driver.unsupportedCalls();
    }
}
