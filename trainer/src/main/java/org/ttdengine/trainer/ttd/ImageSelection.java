package org.ttdengine.trainer.ttd;

import org.ttdengine.engine.backend.MapPlan;
import org.ttdengine.engine.backend.Phi;

/**
 * Tags of a batch by s_image (Eq. 1), on the host: phi of the cosine of a tag with the mean of the pixel embeddings. As all
 * embeddings have unit length, that cosine is the sum of the tag's map over the length of the sum of the pixels.
 */
final class ImageSelection {
    private static final double EVEN_ODDS = 0.5;

    private final MapPlan plan;
    private final float[] pixels;
    private final float[] cosines;

    /**
     * A batch.
     *
     * @param pixels unit pixel embeddings {@code [samples * cells, channels]}
     * @param cosines maps {@code [maps, cells]}
     */
    ImageSelection(MapPlan plan, float[] pixels, float[] cosines) {
        this.plan = plan;
        this.pixels = pixels;
        this.cosines = cosines;
    }

    /**
     * Which maps are those of tags {@code [maps]}: 1 for a tag whose score exceeds one half, else 0; captions are 0.
     *
     * @param barred maps that may not be selected, or null
     */
    float[] select(Phi phi, boolean[] barred) {
        float[] selected = new float[plan.maps()];
        for (int s = 0; s < plan.samples(); s++) {
            double length = lengthOfSum(s);
            for (int map = plan.offsets()[s] + 1; map < plan.offsets()[s + 1]; map++) {
                double score = phi.of(length == 0 ? 0 : sum(s, map) / length);
                selected[map] = score > EVEN_ODDS && (barred == null || !barred[map]) ? 1 : 0;
            }
        }
        return selected;
    }

    private double lengthOfSum(int sample) {
        int channels = pixels.length / (plan.samples() * plan.cells());
        double squares = 0;
        for (int c = 0; c < channels; c++) {
            double sum = 0;
            for (int cell = 0; cell < plan.cells(); cell++) {
                if (plan.isValid(sample, cell)) {
                    sum += pixels[(sample * plan.cells() + cell) * channels + c];
                }
            }
            squares += sum * sum;
        }
        return Math.sqrt(squares);
    }

    private double sum(int sample, int map) {
        double sum = 0;
        for (int cell = 0; cell < plan.cells(); cell++) {
            if (plan.isValid(sample, cell)) {
                sum += cosines[map * plan.cells() + cell];
            }
        }
        return sum;
    }
}
