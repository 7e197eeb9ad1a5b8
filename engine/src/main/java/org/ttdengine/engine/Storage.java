package org.ttdengine.engine;

import org.ttdengine.engine.io.HalfPrecision;

/** The memory behind a tensor; it may be larger than the tensor that uses it. */
public sealed interface Storage permits Storage.Floats, Storage.Doubles, Storage.BrainFloats, DeviceStorage {
    /** Type of its elements. */
    DType dtype();

    /** Number of elements it can hold. */
    int capacity();

    /** Element {@code i}, widened. */
    double get(int i);

    /** Stores {@code value} at {@code i}, rounded to the element type. */
    void set(int i, double value);

    /** Copies the first elements out, as many as {@code target} takes. */
    default void read(float[] target) {
        for (int i = 0; i < target.length; i++) {
            target[i] = (float) get(i);
        }
    }

    /** Copies the first elements out, as many as {@code target} takes. */
    default void read(double[] target) {
        for (int i = 0; i < target.length; i++) {
            target[i] = get(i);
        }
    }

    /** Overwrites the first elements, rounding to the element type. */
    default void write(float[] values) {
        for (int i = 0; i < values.length; i++) {
            set(i, values[i]);
        }
    }

    /** Overwrites the first elements, rounding to the element type. */
    default void write(double[] values) {
        for (int i = 0; i < values.length; i++) {
            set(i, values[i]);
        }
    }

    /** Single-precision memory on the heap. */
    record Floats(float[] data) implements Storage {
        @Override
        public DType dtype() {
            return DType.F32;
        }

        @Override
        public int capacity() {
            return data.length;
        }

        @Override
        public double get(int i) {
            return data[i];
        }

        @Override
        public void set(int i, double value) {
            data[i] = (float) value;
        }

        @Override
        public void read(float[] target) {
            System.arraycopy(data, 0, target, 0, target.length);
        }

        @Override
        public void write(float[] values) {
            System.arraycopy(values, 0, data, 0, values.length);
        }
    }

    /** bfloat16 memory on the heap: the reference device for what CUDA devices do in mixed precision. */
    record BrainFloats(short[] data) implements Storage {
        @Override
        public DType dtype() {
            return DType.BF16;
        }

        @Override
        public int capacity() {
            return data.length;
        }

        @Override
        public double get(int i) {
            return HalfPrecision.bfloat16ToFloat(data[i]);
        }

        @Override
        public void set(int i, double value) {
            data[i] = HalfPrecision.floatToBfloat16((float) value);
        }
    }

    /** Double-precision memory on the heap: the reference device and gradient checks. */
    record Doubles(double[] data) implements Storage {
        @Override
        public DType dtype() {
            return DType.F64;
        }

        @Override
        public int capacity() {
            return data.length;
        }

        @Override
        public double get(int i) {
            return data[i];
        }

        @Override
        public void set(int i, double value) {
            data[i] = value;
        }
    }
}
