package org.ttdengine.trainer.report;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.ttdengine.trainer.eval.Observation;
import org.ttdengine.trainer.eval.SampleVisitor;

/** What a model sees in the samples before it is trained, for {@link SamplesAfter} to compare with. */
public final class SamplesBefore implements SampleVisitor {
    private final double threshold;
    private final Map<String, ModelView> views = new HashMap<>();
    private final Map<String, float[]> features = new HashMap<>();

    /**
     * Ready for the samples, whose masks are to be asked for.
     *
     * @param threshold similarity above which a pixel of a caption's map is marked
     */
    public SamplesBefore(double threshold) {
        this.threshold = threshold;
    }

    @Override
    public void visit(Observation observation) {
        if (!observation.words().anyTrue()) {
            return;
        }
        String name = observation.sample().name();
        views.put(name, ModelView.of(observation, threshold));
        if (features.size() < SamplesAfter.FIRST) {
            features.put(name, observation.grounding().pixels());
        }
    }

    double threshold() {
        return threshold;
    }

    Optional<ModelView> view(String name) {
        return Optional.ofNullable(views.get(name));
    }

    /** The unit embeddings {@code [cells, channels]} of the first samples. */
    Optional<float[]> features(String name) {
        return Optional.ofNullable(features.get(name));
    }
}
