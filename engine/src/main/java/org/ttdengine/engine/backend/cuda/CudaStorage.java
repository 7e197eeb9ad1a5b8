package org.ttdengine.engine.backend.cuda;

import org.ttdengine.engine.DType;
import org.ttdengine.engine.DeviceStorage;

/** Memory of a GPU tensor, F32 or BF16. Reading waits for all that was launched before; writing does not. */
record CudaStorage(CudaContext context, long address, DType dtype, int capacity) implements DeviceStorage {
    CudaStorage {
        if (dtype != DType.F32 && dtype != DType.BF16) {
            throw new IllegalArgumentException("a CUDA device stores F32 and BF16, not " + dtype);
        }
    }

    @Override
    public double get(int i) {
        float[] element = new float[1];
        context.transfers().read(address + (long) i * dtype.bytes(), dtype, element);
        return element[0];
    }

    @Override
    public void set(int i, double value) {
        context.transfers().write(address + (long) i * dtype.bytes(), dtype, new float[] {(float) value});
    }

    @Override
    public void read(float[] target) {
        context.transfers().read(address, dtype, target);
    }

    @Override
    public void read(double[] target) {
        float[] values = new float[target.length];
        read(values);
        for (int i = 0; i < target.length; i++) {
            target[i] = values[i];
        }
    }

    @Override
    public void write(float[] values) {
        context.transfers().write(address, dtype, values);
    }

    @Override
    public void write(double[] values) {
        float[] rounded = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            rounded[i] = (float) values[i];
        }
        write(rounded);
    }
}
