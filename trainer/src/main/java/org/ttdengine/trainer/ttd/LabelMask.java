package org.ttdengine.trainer.ttd;

import java.util.Arrays;
import java.util.List;
import org.ttdengine.vit.image.Interpolation;

/** Which of some similarity maps is largest at every pixel of a picture. */
public final class LabelMask {
    /** Labels beside the background that fit a byte. */
    public static final int MOST_LABELS = 255;

    private LabelMask() {}

    /**
     * Labels {@code [height, width]}: 0 where no map exceeds the threshold, else 1 + the number of the largest map, the
     * first among equals. Maps are stretched bilinearly before they are compared.
     *
     * @param maps at most {@link #MOST_LABELS}, each {@code [rows * columns]}
     */
    public static byte[] of(List<float[]> maps, Grounding.Grid grid, int height, int width, double threshold) {
        if (maps.size() > MOST_LABELS) {
            throw new IllegalArgumentException("a mask holds at most " + MOST_LABELS + " labels, not " + maps.size());
        }
        byte[] labels = new byte[Math.multiplyExact(height, width)];
        float[] largest = new float[labels.length];
        Arrays.fill(largest, (float) threshold);
        for (int m = 0; m < maps.size(); m++) {
            float[] map = Interpolation.bilinear(maps.get(m), 1, grid.rows(), grid.columns(), height, width, false);
            for (int i = 0; i < labels.length; i++) {
                if (map[i] > largest[i]) {
                    largest[i] = map[i];
                    labels[i] = (byte) (m + 1);
                }
            }
        }
        return labels;
    }
}
