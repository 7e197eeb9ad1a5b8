package org.ttdengine.trainer.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.ttdengine.trainer.eval.Mask;
import org.ttdengine.trainer.eval.Observation;
import org.ttdengine.trainer.eval.SampleVisitor;
import org.ttdengine.trainer.ttd.Tag;

/**
 * Compares what a trained model sees in the samples with what it saw before, and keeps the samples worth showing: the
 * first ones, and those whose CaptionIoU and F1 together rose and fell most. Samples without a true word are passed over.
 */
public final class SamplesAfter implements SampleVisitor {
    /** Samples shown as they come. */
    static final int FIRST = 4;

    /** Samples shown of those that changed most, in each direction. */
    static final int EXTREMES = 3;

    private static final Comparator<ChangedSample> BY_CHANGE =
            Comparator.comparingDouble(ChangedSample::change).reversed();

    private final SamplesBefore before;
    private final List<ChangedSample> first = new ArrayList<>();
    private final List<ChangedSample> gained = new ArrayList<>();
    private final List<ChangedSample> lost = new ArrayList<>();
    private int compared;

    public SamplesAfter(SamplesBefore before) {
        this.before = before;
    }

    @Override
    public void visit(Observation observation) throws IOException {
        Optional<ModelView> earlier = before.view(observation.sample().name());
        if (earlier.isEmpty()) {
            return;
        }
        ChangedSample sample = changed(observation, earlier.get());
        compared++;
        if (first.size() < FIRST) {
            first.add(sample);
        }
        ChangedSample light = sample.withoutFeatures();
        keep(gained, light, BY_CHANGE);
        keep(lost, light, BY_CHANGE.reversed());
    }

    private static void keep(List<ChangedSample> best, ChangedSample sample, Comparator<ChangedSample> order) {
        best.add(sample);
        best.sort(order);
        if (best.size() > EXTREMES) {
            best.remove(EXTREMES);
        }
    }

    private ChangedSample changed(Observation observation, ModelView earlier) throws IOException {
        Map<String, Mask> masks = new TreeMap<>();
        for (Tag tag : observation.words().candidates()) {
            Optional<Mask> mask = observation.sample().tags().contains(tag.word())
                    ? observation.sample().masks().of(tag.word())
                    : Optional.empty();
            mask.ifPresent(found -> masks.put(tag.word(), found));
        }
        String name = observation.sample().name();
        return new ChangedSample(
                name,
                observation.sample().image(),
                ModelView.truth(observation),
                masks,
                observation.words().candidateTruth(),
                earlier,
                ModelView.of(observation, before.threshold()),
                before.features(name)
                        .map(features -> new ChangedSample.Features(
                                features, observation.grounding().pixels())));
    }

    double threshold() {
        return before.threshold();
    }

    /** Number of samples compared. */
    int compared() {
        return compared;
    }

    List<ChangedSample> first() {
        return List.copyOf(first);
    }

    /** The samples that gained most, the largest gain first; no sample that lost is among them. */
    List<ChangedSample> gained() {
        return gained.stream().filter(sample -> sample.change() > 0).toList();
    }

    /** The samples that lost most, the largest loss first; no sample that gained is among them. */
    List<ChangedSample> lost() {
        return lost.stream().filter(sample -> sample.change() < 0).toList();
    }
}
