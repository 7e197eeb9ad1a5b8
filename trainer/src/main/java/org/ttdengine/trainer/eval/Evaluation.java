package org.ttdengine.trainer.eval;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ttdengine.trainer.ttd.Grounding;
import org.ttdengine.trainer.ttd.TextBatch;
import org.ttdengine.vit.Clip;
import org.ttdengine.vit.image.PreparedImage;

/**
 * Shows labelled samples to a model, one forward pass per batch, and what it sees to all who want to look. The same model
 * and samples give the same numbers, whatever the number of threads that read.
 *
 * @param evaluated samples that visitors saw
 * @param skipped samples that could not be used
 */
public record Evaluation(int evaluated, int skipped) {
    /**
     * Runs a model that has a vocabulary.
     *
     * @param masks whether visitors want the text-level masks; a sample without one is then skipped
     * @param visitors see every sample in turn, in the order of the data
     * @throws IOException if no sample can be used, the model's similarities are not numbers, or a visitor throws it
     */
    public static Evaluation run(
            Clip clip,
            LabelledSamples samples,
            EvalOptions options,
            boolean masks,
            EvalListener listener,
            List<? extends SampleVisitor> visitors)
            throws IOException {
        int patch = clip.config().vision().patch();
        if (options.resize() == EvalOptions.Resize.SQUASH && options.imageSize() % patch != 0) {
            throw new IllegalArgumentException(
                    "--image-size " + options.imageSize() + " is no multiple of the model's patch of " + patch);
        }
        try (SampleLoader loader = new SampleLoader(samples, options, masks, patch)) {
            return new Pass(clip, samples, options, listener, visitors).over(loader);
        }
    }

    /** One pass over the data. */
    private static final class Pass {
        private final Clip clip;
        private final LabelledSamples samples;
        private final EvalOptions options;
        private final EvalListener listener;
        private final List<? extends SampleVisitor> visitors;
        private final List<SampleLoader.Loaded> batch = new ArrayList<>();
        private int evaluated;
        private int skipped;

        Pass(
                Clip clip,
                LabelledSamples samples,
                EvalOptions options,
                EvalListener listener,
                List<? extends SampleVisitor> visitors) {
            this.clip = clip;
            this.samples = samples;
            this.options = options;
            this.listener = listener;
            this.visitors = visitors;
        }

        Evaluation over(SampleLoader loader) throws IOException {
            String lastReason = "";
            for (Optional<SampleLoader.Outcome> next = loader.next(); next.isPresent(); next = loader.next()) {
                if (next.get() instanceof SampleLoader.Loaded loaded) {
                    if (batch.size() == options.batch() || !fits(loaded.image())) {
                        flush();
                    }
                    batch.add(loaded);
                } else if (next.get() instanceof SampleLoader.Skipped bad) {
                    lastReason = bad.line();
                    skipped++;
                    listener.skipped(lastReason);
                    listener.progress(evaluated + skipped, samples.size());
                }
            }
            flush();
            if (evaluated == 0) {
                throw new IOException("no usable sample in " + samples.describe() + "; the last: " + lastReason);
            }
            return new Evaluation(evaluated, skipped);
        }

        /** Pictures of one batch have one size. */
        private boolean fits(PreparedImage image) {
            return batch.isEmpty()
                    || batch.get(0).image().width() == image.width()
                            && batch.get(0).image().height() == image.height();
        }

        private void flush() throws IOException {
            if (batch.isEmpty()) {
                return;
            }
            List<TextBatch.Entry> entries = batch.stream()
                    .map(loaded -> new TextBatch.Entry(
                            loaded.sample().caption(), loaded.words().candidates(), loaded.image()))
                    .toList();
            List<Grounding> groundings = Grounding.of(clip, entries, clip::tokens, options.method());
            for (int s = 0; s < groundings.size(); s++) {
                SampleLoader.Loaded loaded = batch.get(s);
                Observation observation =
                        new Observation(loaded.sample(), loaded.words(), loaded.truth(), groundings.get(s));
                for (SampleVisitor visitor : visitors) {
                    visitor.visit(observation);
                }
            }
            evaluated += batch.size();
            batch.clear();
            listener.progress(evaluated + skipped, samples.size());
        }
    }
}
