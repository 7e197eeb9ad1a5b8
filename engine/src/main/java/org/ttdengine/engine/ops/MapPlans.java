package org.ttdengine.engine.ops;

import java.util.random.RandomGenerator;
import org.ttdengine.engine.backend.MapPlan;

/** Sample layouts of similarity maps for the specifications. */
final class MapPlans {
    private MapPlans() {}

    /** Samples with the given numbers of maps; masked, every third cell from the second on is padding. */
    static MapPlan of(int cells, boolean masked, int... maps) {
        int[] offsets = new int[maps.length + 1];
        for (int s = 0; s < maps.length; s++) {
            offsets[s + 1] = offsets[s] + maps[s];
        }
        boolean[] valid = masked ? new boolean[cells * maps.length] : null;
        for (int i = 0; masked && i < valid.length; i++) {
            valid[i] = i % cells % 3 != 1;
        }
        return new MapPlan(cells, offsets, valid);
    }

    static MapPlan random(RandomGenerator random) {
        int[] maps = new int[1 + random.nextInt(4)];
        for (int s = 0; s < maps.length; s++) {
            maps[s] = 2 + random.nextInt(9);
        }
        return of(1 + random.nextInt(80), random.nextBoolean(), maps);
    }

    static String label(MapPlan plan) {
        return plan.maps() + " maps of " + plan.cells() + " cells in " + plan.samples() + " samples"
                + (plan.valid() == null ? "" : ", padded");
    }

    /** Least value, largest value and its first cell, of every map. */
    static double[] extremes(MapPlan plan, double[] maps) {
        double[] extremes = new double[plan.maps() * 3];
        for (int s = 0; s < plan.samples(); s++) {
            for (int row = plan.offsets()[s]; row < plan.offsets()[s + 1]; row++) {
                extremes[row * 3] = Double.POSITIVE_INFINITY;
                extremes[row * 3 + 1] = Double.NEGATIVE_INFINITY;
                for (int cell = 0; cell < plan.cells(); cell++) {
                    double value = maps[row * plan.cells() + cell];
                    if (plan.isValid(s, cell)) {
                        extremes[row * 3] = Math.min(extremes[row * 3], value);
                        if (value > extremes[row * 3 + 1]) {
                            extremes[row * 3 + 1] = value;
                            extremes[row * 3 + 2] = cell;
                        }
                    }
                }
            }
        }
        return extremes;
    }
}
