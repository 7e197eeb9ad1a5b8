package org.ttdengine.engine.ops;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.backend.cuda.CudaBackend;
import org.ttdengine.engine.backend.cuda.MatMulProvider;
import org.ttdengine.engine.testing.EmulatedGpu;

/** The calls of cuBLAS, through JCublas's own natives to an emulated library, against the double-precision reference. */
class CublasConformanceTest {
    @ParameterizedTest
    @EnumSource(names = {"F32", "BF16"})
    void linearLayersAgreeWithTheReference(DType activationType) {
        EmulatedGpu.install();
        try (Device device = Device.cuda(0, activationType, MatMulProvider.CUBLAS)) {
            assertThat(((CudaBackend) device.backend()).usesCublas()).isTrue();
            assertThat(Conformance.check(device, Linear.spec()))
                    .as("worst error of all cases")
                    .matches(Conformance.Report::isOk, "is tolerated");
        }
    }
}
