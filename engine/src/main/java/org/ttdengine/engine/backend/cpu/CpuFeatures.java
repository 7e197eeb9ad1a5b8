package org.ttdengine.engine.backend.cpu;

/** What the running virtual machine offers; safe to load without the vector module. */
public final class CpuFeatures {
    private CpuFeatures() {}

    /** Whether {@code jdk.incubator.vector} is in the boot layer. */
    public static boolean vectorModulePresent() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    }

    /** Bits of the vectors the virtual machine prefers; 0 without the vector module. */
    public static int preferredVectorBits() {
        return vectorModulePresent() ? VectorMath.vectorBits() : 0;
    }
}
