package org.ttdengine.trainer.report;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.ttdengine.trainer.eval.Mask;
import org.ttdengine.vit.image.RgbImage;

/**
 * A sample as a model saw it before and sees it after training.
 *
 * @param name what the data call it
 * @param picture the picture
 * @param union where any of its true tags is
 * @param masks where its true tags are, by word, as far as the data tell
 * @param truth whether each candidate is true
 * @param before what the model saw
 * @param after what it sees
 * @param features dense features, where they were kept
 */
@SuppressWarnings("ArrayRecordComponent") // to be drawn, compared by nobody
record ChangedSample(
        String name,
        RgbImage picture,
        Mask union,
        Map<String, Mask> masks,
        boolean[] truth,
        ModelView before,
        ModelView after,
        Optional<Features> features) {
    /**
     * Unit embeddings of all cells {@code [cells, channels]}.
     *
     * @param before training
     * @param after training
     */
    record Features(float[] before, float[] after) {}

    ChangedSample {
        masks = Collections.unmodifiableMap(new TreeMap<>(masks));
    }

    /** Gain in CaptionIoU and in F1, added up; what is undefined counts as 0. */
    double change() {
        return orZero(after.iou()) - orZero(before.iou()) + orZero(after.f1()) - orZero(before.f1());
    }

    private static double orZero(double share) {
        return Double.isNaN(share) ? 0 : share;
    }

    ChangedSample withoutFeatures() {
        return new ChangedSample(name, picture, union, masks, truth, before, after, Optional.empty());
    }
}
