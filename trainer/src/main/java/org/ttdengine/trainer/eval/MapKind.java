package org.ttdengine.trainer.eval;

import org.ttdengine.trainer.ttd.Grounding;

/** A map of a picture that is held against the mask of its caption. */
public enum MapKind {
    /** S(T), the similarity to the whole text: CaptionIoU proper. */
    TEXT("text") {
        @Override
        float[] of(Observation observation) {
            return observation.grounding().textMap();
        }
    },
    /** U of Eq. 4: what the distillation loss draws the text's map to, from the tags the model selects. */
    SELECTED_TAGS("selected tags, norm") {
        @Override
        float[] of(Observation observation) {
            return observation.grounding().union();
        }
    },
    /** U of Eq. 4 from the true tags: as far as distillation can lead with this model's maps. */
    TRUE_TAGS("ceiling: true tags, norm") {
        @Override
        float[] of(Observation observation) {
            return observation.grounding().union(observation.words().candidateTruth());
        }
    },
    /** The largest similarity S(t) of the true tags. */
    TRUE_TAGS_PLAIN("ceiling: true tags, S") {
        @Override
        float[] of(Observation observation) {
            Grounding grounding = observation.grounding();
            boolean[] truth = observation.words().candidateTruth();
            float[] union = null;
            for (int t = 0; t < truth.length; t++) {
                if (truth[t]) {
                    union = union == null ? grounding.tagMap(t) : largest(union, grounding.tagMap(t));
                }
            }
            return union == null ? new float[grounding.grid().cells()] : union;
        }
    };

    private final String title;

    MapKind(String title) {
        this.title = title;
    }

    /** The map {@code [cells]}. */
    abstract float[] of(Observation observation);

    private static float[] largest(float[] a, float[] b) {
        float[] largest = new float[a.length];
        for (int i = 0; i < a.length; i++) {
            largest[i] = Math.max(a[i], b[i]);
        }
        return largest;
    }

    /** Its name in tables. */
    @Override
    public String toString() {
        return title;
    }
}
