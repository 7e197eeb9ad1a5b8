package org.ttdengine.engine.testing;

import org.junit.jupiter.api.Assumptions;
import org.ttdengine.emulator.Emulator;
import org.ttdengine.emulator.driver.EmulatorUnavailableException;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.backend.cuda.MatMulProvider;

/** The emulated GPU for tests, under JCuda's real natives. */
public final class EmulatedGpu {
    private EmulatedGpu() {}

    /** The emulator of this JVM; without a C compiler to build it with, the test is skipped and says so. */
    public static Emulator install() {
        try {
            return Emulator.install();
        } catch (EmulatorUnavailableException e) {
            System.err.println("SKIPPED: no emulated GPU: " + e.getMessage());
            return Assumptions.abort("no emulated GPU: " + e.getMessage());
        }
    }

    /** The emulated GPU as a device that runs our own kernels throughout. */
    public static Device open(DType activationType) {
        install();
        return Device.cuda(0, activationType, MatMulProvider.OWN);
    }
}
