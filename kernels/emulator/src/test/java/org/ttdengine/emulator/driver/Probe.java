package org.ttdengine.emulator.driver;

import java.nio.charset.StandardCharsets;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;

/** A program that knows JCuda only: it prints what the driver under it says. */
public final class Probe {
    private Probe() {}

    public static void main(String[] arguments) {
        JCudaDriver.setExceptionsEnabled(false);
        int[] count = new int[1];
        int[] version = new int[1];
        byte[] name = new byte[64];
        CUdevice device = new CUdevice();
        print("init " + CUresult.stringFor(JCudaDriver.cuInit(0)));
        JCudaDriver.cuDriverGetVersion(version);
        JCudaDriver.cuDeviceGetCount(count);
        print("version " + version[0]);
        print("devices " + count[0]);
        if (count[0] == 0) {
            return;
        }
        JCudaDriver.cuDeviceGet(device, count[0] - 1);
        JCudaDriver.cuDeviceGetName(name, name.length, device);
        int[] shared = new int[1];
        JCudaDriver.cuDeviceGetAttribute(shared, 97, device);
        print("name " + new String(name, StandardCharsets.US_ASCII).replaceAll("\0.*", ""));
        print("shared " + shared[0]);
        JCudaDriver.cuCtxCreate(new CUcontext(), 0, device);
        for (int i = 1; i <= 3; i++) {
            print("allocation " + CUresult.stringFor(JCudaDriver.cuMemAlloc(new CUdeviceptr(), 1 << 20)));
        }
    }

    private static void print(String line) {
        System.out.println(line);
    }
}
