package org.ttdengine.engine.backend;

/**
 * Layout of a batch of similarity maps. Row {@code offsets[s]} is the map of sample s's caption, the rows after it up to
 * {@code offsets[s+1]} are those of its tags.
 *
 * @param cells grid cells per image, h*w
 * @param offsets first map of every sample, and behind the last one the number of maps
 * @param valid {@code [samples*cells]}: whether a cell shows the picture rather than padding; null when all do
 */
public record MapPlan(int cells, int[] offsets, boolean[] valid) {
    public MapPlan {
        if (cells < 1 || offsets.length < 1 || offsets[0] != 0) {
            throw new IllegalArgumentException("a map plan needs cells and offsets that start at 0");
        }
        for (int s = 1; s < offsets.length; s++) {
            if (offsets[s] <= offsets[s - 1]) {
                throw new IllegalArgumentException("sample " + (s - 1) + " has no map");
            }
        }
        if (valid != null && valid.length != cells * (offsets.length - 1)) {
            throw new IllegalArgumentException("the mask of valid cells does not fit the batch");
        }
    }

    public int samples() {
        return offsets.length - 1;
    }

    /** Number of maps in the batch. */
    public int maps() {
        return offsets[offsets.length - 1];
    }

    /** Maps of one sample, its caption's included. */
    public int maps(int sample) {
        return offsets[sample + 1] - offsets[sample];
    }

    public boolean isValid(int sample, int cell) {
        return valid == null || valid[sample * cells + cell];
    }

    /** Number of valid cells of a sample. */
    public int validCells(int sample) {
        if (valid == null) {
            return cells;
        }
        int count = 0;
        for (int c = 0; c < cells; c++) {
            if (valid[sample * cells + c]) {
                count++;
            }
        }
        return count;
    }
}
