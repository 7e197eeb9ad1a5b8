package org.ttdengine.emulator.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MachineTest {

    /**
     * nvcc -O3 -ptx -arch=compute_80 of
     * {@code vadd(a, b, c, n) { int i = blockIdx.x * blockDim.x + threadIdx.x; if (i < n) c[i] = a[i] * b[i] + 1.5f; }}.
     */
    @ParameterizedTest
    @EnumSource
    void compiledVectorKernelGivesTheJavaResultUnderEverySchedule(MachineOptions.Schedule schedule) {
        int n = 1000;
        Random random = new Random(7);
        float[] a = new float[n];
        float[] b = new float[n];
        for (int i = 0; i < n; i++) {
            a[i] = random.nextFloat();
            b[i] = random.nextFloat();
        }
        MachineOptions options =
                MachineOptions.checked().withSchedule(schedule, 3).withWorkers(2);
        TestDevice device = new TestDevice(TestDevice.resource("vadd.ptx"), options);
        long c = device.upload(new float[n]);
        device.launch("vadd", Dim3.of(4), Dim3.of(256), 0, device.upload(a), device.upload(b), c, n);
        float[] result = device.floats(c, n);
        for (int i = 0; i < n; i++) {
            assertThat(result[i]).isEqualTo(Math.fma(a[i], b[i], 1.5f));
        }
    }

    @Test
    void countsInstructionsOfAllWarps() {
        TestDevice device = new TestDevice(TestDevice.resource("vadd.ptx"), MachineOptions.checked());
        long a = device.upload(new float[64]);
        LaunchCounters counters = device.launch("vadd", Dim3.of(1), Dim3.of(64), 0, a, a, a, 64);
        assertThat(counters.byOpcode).containsEntry("fma.rn.f32", 2L).containsEntry("ld.global.nc.f32", 4L);
        assertThat(counters.instructions).isEqualTo(2 * 22);
        assertThat(counters.threadInstructions).isEqualTo(64 * 22);
    }
}
