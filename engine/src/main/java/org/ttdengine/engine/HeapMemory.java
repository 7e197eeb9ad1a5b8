package org.ttdengine.engine;

import java.util.Arrays;

/** Arrays on the Java heap, freed by the garbage collector. */
final class HeapMemory implements MemorySource {
    @Override
    public Storage allocate(DType dtype, int capacity) {
        return dtype == DType.F64 ? new Storage.Doubles(new double[capacity]) : new Storage.Floats(new float[capacity]);
    }

    @Override
    public void free(Storage storage) {
        // Nobody refers to it any more.
    }

    @Override
    public void poison(Storage storage) {
        if (storage instanceof Storage.Floats floats) {
            Arrays.fill(floats.data(), Float.NaN);
        } else if (storage instanceof Storage.Doubles doubles) {
            Arrays.fill(doubles.data(), Double.NaN);
        }
    }
}
