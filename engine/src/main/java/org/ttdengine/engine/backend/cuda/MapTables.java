package org.ttdengine.engine.backend.cuda;

import org.ttdengine.engine.backend.MapPlan;

/**
 * A map plan as kernels read it; the addresses hold for the kernels launched next.
 *
 * @param offsets first map of every sample, and the number of maps
 * @param valid a bit for each cell in whole words for each sample, the first cell in the lowest bit; null where all are
 *     valid
 */
record MapTables(long offsets, Long valid) {
    static MapTables upload(CudaContext context, MapPlan plan) {
        Long valid = plan.valid() == null ? null : context.upload(mask(plan));
        return new MapTables(context.upload(plan.offsets()), valid);
    }

    private static int[] mask(MapPlan plan) {
        int words = (plan.cells() + Integer.SIZE - 1) / Integer.SIZE;
        int[] mask = new int[plan.samples() * words];
        for (int sample = 0; sample < plan.samples(); sample++) {
            for (int cell = 0; cell < plan.cells(); cell++) {
                if (plan.isValid(sample, cell)) {
                    mask[sample * words + cell / Integer.SIZE] |= 1 << cell % Integer.SIZE;
                }
            }
        }
        return mask;
    }

    /** Number of valid cells of each sample, at least one: what means are taken over. */
    static float[] validCells(MapPlan plan) {
        float[] counts = new float[plan.samples()];
        for (int sample = 0; sample < counts.length; sample++) {
            counts[sample] = Math.max(1, plan.validCells(sample));
        }
        return counts;
    }

    /** Most maps that a sample has. */
    static int mostMaps(MapPlan plan) {
        int most = 0;
        for (int sample = 0; sample < plan.samples(); sample++) {
            most = Math.max(most, plan.maps(sample));
        }
        return most;
    }
}
