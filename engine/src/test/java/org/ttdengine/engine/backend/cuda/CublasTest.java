package org.ttdengine.engine.backend.cuda;

import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.backend.Backend;
import org.ttdengine.engine.testing.EmulatedGpu;

/** Products by way of JCublas's own natives, over the emulated libcublas.so.12. */
class CublasTest {
    private static Device device;
    private static Device oracle;

    @BeforeAll
    static void open() {
        EmulatedGpu.install();
        device = Device.cuda(0, DType.F32, MatMulProvider.CUBLAS);
        oracle = Device.reference(DType.F64);
    }

    @AfterAll
    static void close() {
        device.close();
        oracle.close();
    }

    @Test
    void randomProductsAgreeWithTheReference() {
        SplittableRandom random = new SplittableRandom(29);
        for (int i = 0; i < 60; i++) {
            ProductCase.random(random, 60).check(device, oracle, Backend::matmul, i, 0);
        }
    }
}
