package org.ttdengine.engine.backend.cpu;

/** What this JVM offers the CPU kernels; loads without the incubating vector module. */
public final class CpuFeatures {
    private static final String VECTOR_MODULE = "jdk.incubator.vector";

    private CpuFeatures() {}

    /**
     * Whether the JVM was started with {@code --add-modules jdk.incubator.vector}. Where it was not, {@link Gemm},
     * {@link GemmBlock}, {@link PackedMatrix} and {@link VectorMath} must not be touched: they fail to link.
     */
    public static boolean vectorModulePresent() {
        return ModuleLayer.boot().findModule(VECTOR_MODULE).isPresent();
    }
}
