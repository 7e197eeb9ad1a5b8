package org.ttdengine.engine;

import java.util.Arrays;
import org.ttdengine.engine.io.HalfPrecision;

/** Arrays on the Java heap, freed by the garbage collector. */
final class HeapMemory implements MemorySource {
    @Override
    public Storage allocate(DType dtype, int capacity) {
        return switch (dtype) {
            case F64 -> new Storage.Doubles(new double[capacity]);
            case F32 -> new Storage.Floats(new float[capacity]);
            case BF16 -> new Storage.BrainFloats(new short[capacity]);
            default -> throw new IllegalArgumentException("no tensors of " + dtype + " on the heap");
        };
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
        } else if (storage instanceof Storage.BrainFloats brains) {
            Arrays.fill(brains.data(), HalfPrecision.floatToBfloat16(Float.NaN));
        }
    }
}
