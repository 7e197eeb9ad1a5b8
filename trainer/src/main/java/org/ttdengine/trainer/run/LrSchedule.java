package org.ttdengine.trainer.run;

import java.util.Locale;

/** The learning rate over a run, as a multiple of the base rate. */
public enum LrSchedule {
    /** (1 - step / total)^0.9, the decay of DeepLab (Chen et al. 2018, section 4.1). */
    POLY {
        @Override
        double decay(double progress) {
            return Math.pow(1 - progress, POLY_POWER);
        }
    },
    /** Half a cosine, from 1 to 0 (Loshchilov and Hutter 2017, eq. 5, without restarts). */
    COSINE {
        @Override
        double decay(double progress) {
            return 0.5 * (1 + Math.cos(Math.PI * progress));
        }
    },
    /** Always 1. */
    CONSTANT {
        @Override
        double decay(double progress) {
            return 1;
        }
    };

    private static final double POLY_POWER = 0.9;

    abstract double decay(double progress);

    /**
     * The multiplier of a step.
     *
     * @param step counted from 0
     * @param totalSteps of the whole run; at and after it the rate stays where the schedule ends
     */
    public double at(long step, long totalSteps) {
        if (step < 0 || totalSteps < 1) {
            throw new IllegalArgumentException("no learning rate for step " + step + " of " + totalSteps);
        }
        return decay(Math.min(1, (double) step / totalSteps));
    }

    /** Reads the value of {@code --schedule}. */
    public static LrSchedule parse(String name) {
        for (LrSchedule schedule : values()) {
            if (schedule.toString().equals(name)) {
                return schedule;
            }
        }
        throw new IllegalArgumentException("--schedule: \"" + name + "\" is none of poly, cosine, constant");
    }

    /** The name as it is written on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
