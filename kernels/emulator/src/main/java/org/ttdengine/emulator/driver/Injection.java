package org.ttdengine.emulator.driver;

import org.ttdengine.emulator.FaultInjection;

/** Counts down to the faults that were asked for. */
final class Injection {
    private FaultInjection plan;
    private long calls;
    private long allocations;
    private long launches;

    Injection(FaultInjection plan) {
        this.plan = plan;
    }

    /** Replaces the plan and counts from zero. */
    void set(FaultInjection other) {
        plan = other;
        calls = 0;
        allocations = 0;
        launches = 0;
    }

    /** One driver call. */
    void call() {
        calls++;
        if (plan.lost() > 0 && calls >= plan.lost()) {
            throw new CudaException(CudaStatus.UNKNOWN, calls == plan.lost() ? "injected: the device is lost" : null);
        }
    }

    /** One allocation of device memory. */
    void allocation() {
        if (++allocations == plan.allocation()) {
            throw new CudaException(CudaStatus.OUT_OF_MEMORY, "injected at allocation " + allocations);
        }
    }

    /** One kernel launch; true if it has to fail when it runs. */
    boolean launch() {
        return ++launches == plan.launch();
    }
}
