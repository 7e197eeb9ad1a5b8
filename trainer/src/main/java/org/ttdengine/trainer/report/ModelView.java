package org.ttdengine.trainer.report;

import java.util.List;
import org.ttdengine.trainer.eval.CaptionWords;
import org.ttdengine.trainer.eval.Mask;
import org.ttdengine.trainer.eval.Observation;
import org.ttdengine.trainer.ttd.Grounding;
import org.ttdengine.trainer.ttd.Tag;
import org.ttdengine.vit.image.Interpolation;

/**
 * What one model sees in a sample, small enough to be kept for many.
 *
 * @param caption the text
 * @param tags its candidates
 * @param grid the cells of the maps
 * @param maps {@code [1 + tags][cells]}: similarities to the caption and to every tag, 0 to 1 in steps of 1/255
 * @param selected {@code [tags]}: those training would select
 * @param iou CaptionIoU; NaN where nothing is marked and nothing true
 * @param f1 of the selected words; 0 if none of them is true
 */
@SuppressWarnings("ArrayRecordComponent") // to be drawn, compared by nobody
record ModelView(
        String caption, List<Tag> tags, Grounding.Grid grid, byte[][] maps, boolean[] selected, double iou, double f1) {
    private static final int STEPS = 255;

    /**
     * Takes down a sample whose masks were asked for.
     *
     * @param threshold similarity above which a pixel is marked
     */
    static ModelView of(Observation observation, double threshold) {
        Grounding grounding = observation.grounding();
        byte[][] maps = new byte[1 + grounding.tags().size()][];
        maps[0] = bytes(grounding.textMap());
        for (int t = 1; t < maps.length; t++) {
            maps[t] = bytes(grounding.tagMap(t - 1));
        }
        return new ModelView(
                observation.sample().caption(),
                grounding.tags(),
                grounding.grid(),
                maps,
                grounding.selected(),
                iou(grounding, truth(observation), threshold),
                f1(observation.words(), grounding.selected()));
    }

    static Mask truth(Observation observation) {
        return observation
                .truth()
                .orElseThrow(() -> new IllegalArgumentException("text-level masks were not asked for"));
    }

    private static byte[] bytes(float[] map) {
        byte[] bytes = new byte[map.length];
        for (int cell = 0; cell < map.length; cell++) {
            bytes[cell] = (byte) Math.round(STEPS * Math.max(0, Math.min(1, map[cell])));
        }
        return bytes;
    }

    private static double iou(Grounding grounding, Mask truth, double threshold) {
        Grounding.Grid grid = grounding.grid();
        float[] map = Interpolation.bilinear(
                grounding.textMap(), 1, grid.rows(), grid.columns(), truth.height(), truth.width(), false);
        int both = 0;
        int either = 0;
        for (int i = 0; i < map.length; i++) {
            boolean marked = map[i] > threshold;
            both += marked && truth.pixels()[i] ? 1 : 0;
            either += marked || truth.pixels()[i] ? 1 : 0;
        }
        return (double) both / either;
    }

    private static double f1(CaptionWords words, boolean[] selected) {
        boolean[] truth = words.candidateTruth();
        int all = 0;
        for (boolean word : words.truth()) {
            all += word ? 1 : 0;
        }
        int right = 0;
        int chosen = 0;
        for (int t = 0; t < truth.length; t++) {
            chosen += selected[t] ? 1 : 0;
            right += selected[t] && truth[t] ? 1 : 0;
        }
        return 2.0 * right / (chosen + all);
    }

    /** The similarities to the caption (0) or to a tag (from 1). */
    float[] map(int text) {
        float[] map = new float[maps[text].length];
        for (int cell = 0; cell < map.length; cell++) {
            map[cell] = (maps[text][cell] & 0xff) / (float) STEPS;
        }
        return map;
    }
}
