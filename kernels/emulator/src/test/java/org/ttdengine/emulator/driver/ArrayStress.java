package org.ttdengine.emulator.driver;

import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUfunction;
import jcuda.driver.JCudaDriver;

/** Launches kernels with Java arrays as parameters while another thread fills a small heap with garbage. */
public final class ArrayStress {
    private static final int ROUNDS = 3000;

    private ArrayStress() {}

    public static void main(String[] arguments) {
        Thread garbage = new Thread(() -> {
            byte[][] some = new byte[16][];
            for (int i = 0; true; i++) {
                some[i % some.length] = new byte[4096];
            }
        });
        garbage.setDaemon(true);
        garbage.start();
        try (Cuda cuda = new Cuda()) {
            cuda.emulator.blocking(true);
            CUdeviceptr device = cuda.allocate(4L * ROUNDS);
            CUfunction store = cuda.kernel("store");
            for (int i = 0; i < ROUNDS; i++) {
                int[] value = {i};
                long[] offset = {4L * i};
                Pointer parameters = Pointer.to(Pointer.to(device), Pointer.to(offset), Pointer.to(value));
                Cuda.ok(JCudaDriver.cuLaunchKernel(store, 1, 1, 1, 1, 1, 1, 0, null, parameters, null));
                int[] back = new int[1];
                Cuda.ok(JCudaDriver.cuMemcpyDtoH(Pointer.to(back), device.withByteOffset(4L * i), 4));
                if (back[0] != i) {
                    throw new IllegalStateException("round " + i + " read " + back[0]);
                }
            }
        }
        System.out.println("done");
    }
}
