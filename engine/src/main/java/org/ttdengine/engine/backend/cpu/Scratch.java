package org.ttdengine.engine.backend.cpu;

/**
 * Reusable working memory, one array per worker of a {@link WorkerPool}. Arrays only grow, so that after the first calls
 * nothing is allocated. A worker may use only its own array.
 */
public final class Scratch {
    private final float[][] arrays;

    public Scratch(int workers) {
        arrays = new float[workers][0];
    }

    /** The worker's array: at least {@code size} elements of unspecified content, valid until its next call. */
    public float[] floats(int worker, int size) {
        if (arrays[worker].length < size) {
            arrays[worker] = new float[size];
        }
        return arrays[worker];
    }
}
