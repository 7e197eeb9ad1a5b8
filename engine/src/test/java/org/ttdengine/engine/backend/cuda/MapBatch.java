package org.ttdengine.engine.backend.cuda;

import java.util.SplittableRandom;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.backend.MapPlan;
import org.ttdengine.engine.io.HalfPrecision;

/**
 * A batch of pixels and texts to make maps of, the same on every device.
 *
 * @param plan its layout
 * @param channels of a pixel and of a text
 * @param type F32, or BF16 for numbers that bfloat16 holds
 */
record MapBatch(MapPlan plan, int channels, DType type) {
    /** Samples with the given numbers of maps; masked, about a third of the cells is padding. */
    static MapBatch of(DType type, int channels, int cells, boolean masked, int... maps) {
        int[] offsets = new int[maps.length + 1];
        for (int s = 0; s < maps.length; s++) {
            offsets[s + 1] = offsets[s] + maps[s];
        }
        boolean[] valid = masked ? new boolean[cells * maps.length] : null;
        for (int i = 0; masked && i < valid.length; i++) {
            valid[i] = (i * 7 + i / 5) % 3 != 1 || i % cells == 0;
        }
        return new MapBatch(new MapPlan(cells, offsets, valid), channels, type);
    }

    Tensor pixels(Scope scope) {
        double[] values = numbers(1, plan.samples() * plan.cells() * channels);
        // Every second pixel of a sample's second half repeats one of the first half: maps have ties.
        int half = plan.cells() / 2;
        for (int s = 0; s < plan.samples(); s++) {
            for (int cell = half; cell < plan.cells(); cell += 2) {
                int from = (s * plan.cells() + cell - half) * channels;
                System.arraycopy(values, from, values, (s * plan.cells() + cell) * channels, channels);
            }
        }
        return tensor(scope, "pixels", type, values, plan.samples() * plan.cells(), channels);
    }

    Tensor texts(Scope scope) {
        return tensor(scope, "texts", type, numbers(2, plan.maps() * channels), plan.maps(), channels);
    }

    /** A gradient of the maps; zero in padding, as the loss leaves it. */
    Tensor dmaps(Scope scope) {
        double[] values = numbers(3, plan.maps() * plan.cells());
        for (int s = 0; s < plan.samples(); s++) {
            for (int map = plan.offsets()[s]; map < plan.offsets()[s + 1]; map++) {
                for (int cell = 0; cell < plan.cells(); cell++) {
                    values[map * plan.cells() + cell] *= plan.isValid(s, cell) ? 1 : 0;
                }
            }
        }
        return tensor(scope, "dmaps", DType.F32, values, plan.maps(), plan.cells());
    }

    /** What gradients are added to. */
    Tensor before(Scope scope, String name, int rows) {
        return tensor(scope, name, type, numbers(rows, rows * channels), rows, channels);
    }

    private double[] numbers(long seed, int count) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            float value = (float) (random.nextGaussian() / Math.sqrt(channels));
            values[i] =
                    type == DType.BF16 ? HalfPrecision.bfloat16ToFloat(HalfPrecision.floatToBfloat16(value)) : value;
        }
        return values;
    }

    private static Tensor tensor(Scope scope, String name, DType type, double[] values, int... shape) {
        DType own = scope.device().dtype();
        return scope.empty(name, Shape.of(shape), own == DType.F64 ? own : type).set(values);
    }

    @Override
    public String toString() {
        return type + ", " + plan.maps() + " maps of " + plan.samples() + " samples, " + plan.cells() + " cells, "
                + channels + " channels" + (plan.valid() == null ? "" : ", padded");
    }
}
