package org.ttdengine.engine;

/** The memory behind a tensor; it may be larger than the tensor that uses it. */
public sealed interface Storage {
    /** Number of elements it can hold. */
    int capacity();

    /** Element {@code i}, widened. */
    double get(int i);

    /** Stores {@code value} at {@code i}, rounded to the element type. */
    void set(int i, double value);

    /** Single-precision memory on the heap. */
    record Floats(float[] data) implements Storage {
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
    }

    /** Double-precision memory on the heap: the reference device and gradient checks. */
    record Doubles(double[] data) implements Storage {
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
