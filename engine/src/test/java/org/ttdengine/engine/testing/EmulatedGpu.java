package org.ttdengine.engine.testing;

import java.util.function.Supplier;
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

    /** The emulated GPU as a device that runs our own kernels only. */
    public static Device open(DType activationType) {
        install();
        return Device.cuda(0, activationType, MatMulProvider.OWN);
    }

    /**
     * The emulated GPU as a device whose every tensor is an allocation of its own with undefined contents: a kernel that
     * leaves one, or reads what nobody wrote, is found.
     */
    public static Device openDirect(DType activationType) {
        install();
        return withProperty(
                "ttd.memory.direct",
                "true",
                () -> withProperty(
                        "ttd.memory.poison", "false", () -> Device.cuda(0, activationType, MatMulProvider.OWN)));
    }

    /** What is made while a system property has a value; the value of before holds again afterwards. */
    private static <T> T withProperty(String name, String value, Supplier<T> making) {
        String before = System.setProperty(name, value);
        try {
            return making.get();
        } finally {
            if (before == null) {
                System.clearProperty(name);
            } else {
                System.setProperty(name, before);
            }
        }
    }
}
