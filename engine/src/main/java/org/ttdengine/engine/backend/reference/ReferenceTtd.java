package org.ttdengine.engine.backend.reference;

import org.ttdengine.engine.Storage;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.backend.LargestGap;
import org.ttdengine.engine.backend.MapPlan;
import org.ttdengine.engine.backend.Phi;
import org.ttdengine.engine.backend.TtdLossOptions;

/** Similarity maps, tag selection and the losses of TTD (Eq. 1 to 6), one cell at a time. */
final class ReferenceTtd {
    private ReferenceTtd() {}

    static void cosineMaps(MapPlan plan, Tensor pixels, Tensor texts, Tensor maps, Tensor extremes) {
        int channels = pixels.shape().size(-1);
        for (int s = 0; s < plan.samples(); s++) {
            for (int row = plan.offsets()[s]; row < plan.offsets()[s + 1]; row++) {
                double least = Double.POSITIVE_INFINITY;
                double largest = Double.NEGATIVE_INFINITY;
                int where = -1;
                for (int cell = 0; cell < plan.cells(); cell++) {
                    double cosine = 0;
                    for (int c = 0; c < channels; c++) {
                        cosine += pixels.storage().get((s * plan.cells() + cell) * channels + c)
                                * texts.storage().get(row * channels + c);
                    }
                    maps.storage().set(row * plan.cells() + cell, cosine);
                    if (plan.isValid(s, cell)) {
                        double stored = maps.storage().get(row * plan.cells() + cell);
                        least = Math.min(least, stored);
                        if (stored > largest) {
                            largest = stored;
                            where = cell;
                        }
                    }
                }
                extremes.storage().set(row * 3, least);
                extremes.storage().set(row * 3 + 1, largest);
                extremes.storage().set(row * 3 + 2, where);
            }
        }
    }

    static void cosineMapsBackward(
            MapPlan plan,
            Tensor dmaps,
            Tensor pixels,
            Tensor texts,
            Tensor dpixels,
            boolean accumulatePixels,
            Tensor dtexts,
            boolean accumulateTexts) {
        int channels = pixels.shape().size(-1);
        clear(dpixels, accumulatePixels);
        clear(dtexts, accumulateTexts);
        for (int s = 0; s < plan.samples(); s++) {
            for (int row = plan.offsets()[s]; row < plan.offsets()[s + 1]; row++) {
                for (int cell = 0; cell < plan.cells(); cell++) {
                    double d = dmaps.storage().get(row * plan.cells() + cell);
                    for (int c = 0; c < channels; c++) {
                        int p = (s * plan.cells() + cell) * channels + c;
                        int t = row * channels + c;
                        if (dpixels != null) {
                            add(dpixels.storage(), p, d * texts.storage().get(t));
                        }
                        if (dtexts != null) {
                            add(dtexts.storage(), t, d * pixels.storage().get(p));
                        }
                    }
                }
            }
        }
    }

    static void selectTags(MapPlan plan, Phi phi, Tensor extremes, boolean[] barred, Tensor selected) {
        for (int s = 0; s < plan.samples(); s++) {
            int caption = plan.offsets()[s];
            int tags = plan.maps(s) - 1;
            double[] scores = new double[tags];
            boolean[] tagBarred = barred == null ? null : new boolean[tags];
            for (int t = 0; t < tags; t++) {
                scores[t] = phi.of(extremes.storage().get((caption + 1 + t) * 3 + 1));
                if (barred != null) {
                    tagBarred[t] = barred[caption + 1 + t];
                }
            }
            boolean[] chosen = LargestGap.select(scores, tagBarred);
            selected.storage().set(caption, 0);
            for (int t = 0; t < tags; t++) {
                selected.storage().set(caption + 1 + t, chosen[t] ? 1 : 0);
            }
        }
    }

    static void loss(
            MapPlan plan,
            TtdLossOptions options,
            Tensor maps,
            Tensor teacherMaps,
            Tensor teacherExtremes,
            Tensor selected,
            Tensor losses,
            Tensor total,
            Tensor dmaps) {
        double sum = 0;
        for (int s = 0; s < plan.samples(); s++) {
            int caption = plan.offsets()[s];
            double reduction = options.meanOverCells() ? plan.validCells(s) : 1;
            double distill = 0;
            double tag = 0;
            for (int cell = 0; cell < plan.cells(); cell++) {
                if (!plan.isValid(s, cell)) {
                    for (int row = caption; dmaps != null && row < plan.offsets()[s + 1]; row++) {
                        dmaps.storage().set(row * plan.cells() + cell, 0);
                    }
                    continue;
                }
                double union = 0;
                for (int row = caption + 1; row < plan.offsets()[s + 1]; row++) {
                    double target = 0;
                    if (selected.storage().get(row) > 0.5) {
                        target = target(plan, options, teacherMaps, teacherExtremes, row, cell);
                        union = Math.max(union, target);
                    }
                    double weight = options.tagWeight() / reduction / options.batch();
                    tag += square(plan, options, maps, row, cell, target, weight, dmaps) / reduction;
                }
                double weight = options.distillWeight() / reduction / options.batch();
                distill += square(plan, options, maps, caption, cell, union, weight, dmaps) / reduction;
            }
            losses.storage().set(2 * s, distill);
            losses.storage().set(2 * s + 1, tag);
            sum += options.weighted(
                    losses.storage().get(2 * s), losses.storage().get(2 * s + 1));
        }
        total.storage().set(0, sum / options.batch());
    }

    private static double target(
            MapPlan plan, TtdLossOptions options, Tensor maps, Tensor extremes, int row, int cell) {
        Phi phi = options.phi();
        return options.target(
                phi.of(maps.storage().get(row * plan.cells() + cell)),
                phi.of(extremes.storage().get(row * 3)),
                phi.of(extremes.storage().get(row * 3 + 1)));
    }

    /** (S - target)^2 of one cell; its gradient times {@code weight} goes to dmaps. */
    private static double square(
            MapPlan plan,
            TtdLossOptions options,
            Tensor maps,
            int row,
            int cell,
            double target,
            double weight,
            Tensor dmaps) {
        double s = options.phi().of(maps.storage().get(row * plan.cells() + cell));
        double difference = s - target;
        if (dmaps != null) {
            double slope = options.phi().slope(s);
            dmaps.storage().set(row * plan.cells() + cell, 2 * difference * slope * weight);
        }
        return difference * difference;
    }

    private static void clear(Tensor tensor, boolean keep) {
        for (int i = 0; tensor != null && !keep && i < tensor.size(); i++) {
            tensor.storage().set(i, 0);
        }
    }

    private static void add(Storage storage, int i, double value) {
        storage.set(i, storage.get(i) + value);
    }
}
