package org.ttdengine.emulator.driver;

import static jcuda.driver.JCudaDriver.cuMemcpyDtoH;
import static jcuda.driver.JCudaDriver.cuMemcpyHtoD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.ttdengine.emulator.driver.Cuda.ok;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import org.junit.jupiter.api.Test;

/** Java arrays as arguments: JCuda holds them "critical" while the driver, here Java code, runs. */
final class ArrayCopiesTest {
    @Test
    void garbageCollectionsDuringCallsDoNotHangOrLoseData() throws IOException, InterruptedException {
        Cuda.emulatorOrSkip();
        ChildJvm child = ChildJvm.run(
                ArrayStress.class,
                System.getProperty("java.class.path"),
                Map.of(),
                "-Xmx64m",
                "-Xmn2m",
                "-XX:+UseG1GC");
        assertThat(child).isEqualTo(new ChildJvm(0, List.of("done")));
    }

    @Test
    void arraysOfEveryTypeAreCopiedBothWays() {
        try (Cuda cuda = new Cuda()) {
            CUdeviceptr device = cuda.allocate(64);
            byte[] bytes = {1, -2, 3};
            short[] shorts = {1000, -2000};
            char[] chars = {'a', '\uffff'};
            long[] longs = {Long.MIN_VALUE, 5};
            float[] floats = {1.5f, Float.MIN_VALUE};
            double[] doubles = {Math.PI, -0.0};
            byte[] bytesBack = new byte[3];
            short[] shortsBack = new short[2];
            char[] charsBack = new char[2];
            long[] longsBack = new long[2];
            float[] floatsBack = new float[2];
            double[] doublesBack = new double[2];
            roundTrip(device, Pointer.to(bytes), Pointer.to(bytesBack), 3);
            roundTrip(device, Pointer.to(shorts), Pointer.to(shortsBack), 4);
            roundTrip(device, Pointer.to(chars), Pointer.to(charsBack), 4);
            roundTrip(device, Pointer.to(longs), Pointer.to(longsBack), 16);
            roundTrip(device, Pointer.to(floats), Pointer.to(floatsBack), 8);
            roundTrip(device, Pointer.to(doubles), Pointer.to(doublesBack), 16);
            assertThat(bytesBack).isEqualTo(bytes);
            assertThat(shortsBack).isEqualTo(shorts);
            assertThat(charsBack).isEqualTo(chars);
            assertThat(longsBack).isEqualTo(longs);
            assertThat(floatsBack).isEqualTo(floats);
            assertThat(doublesBack).isEqualTo(doubles);
        }
    }

    private static void roundTrip(CUdeviceptr device, Pointer from, Pointer to, long bytes) {
        ok(cuMemcpyHtoD(device, from, bytes));
        ok(cuMemcpyDtoH(to, device, bytes));
    }
}
