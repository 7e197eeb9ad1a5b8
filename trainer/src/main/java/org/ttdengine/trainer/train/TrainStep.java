package org.ttdengine.trainer.train;

import java.util.List;
import java.util.function.Function;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.autograd.Tape;
import org.ttdengine.lora.Lora;
import org.ttdengine.trainer.data.SplitMix64;
import org.ttdengine.trainer.ttd.TextBatch;
import org.ttdengine.trainer.ttd.TtdForward;
import org.ttdengine.trainer.ttd.TtdOptions;
import org.ttdengine.vit.Clip;

/** The gradient of one update: forward and backward of its samples, a micro-batch at a time. */
public final class TrainStep {
    private final Clip clip;
    private final Lora lora;
    private final Function<String, int[]> tokenize;
    private final TtdOptions options;
    private final int microBatch;

    /**
     * What the samples of an update came to.
     *
     * @param loss weighted sum of the two parts
     * @param distill mean L_distill of the samples
     * @param tag mean L_tag of the samples
     * @param tags candidate tags of all samples
     * @param selected those that were selected
     */
    public record Outcome(double loss, double distill, double tag, long tags, long selected) {}

    /**
     * A step of a model with adapters attached.
     *
     * @param tokenize from a text to its token sequence, cut after its end
     * @param microBatch most samples that go through the model together
     */
    public TrainStep(Clip clip, Lora lora, Function<String, int[]> tokenize, TtdOptions options, int microBatch) {
        this.clip = clip;
        this.lora = lora;
        this.tokenize = tokenize;
        this.options = options;
        this.microBatch = microBatch;
    }

    /**
     * Adds the gradient of the samples' mean loss to that of the adapters.
     *
     * @param seed of dropout
     * @return losses and selections, to be read when the step has been handed to the device, and closed
     */
    public PendingOutcome gradients(List<TextBatch.Entry> samples, long seed) {
        PendingOutcome outcome = new PendingOutcome(clip.device().scope("outcome"), options, samples.size());
        try {
            for (int from = 0; from < samples.size(); from += microBatch) {
                List<TextBatch.Entry> part = samples.subList(from, Math.min(from + microBatch, samples.size()));
                addGradients(part, samples.size(), SplitMix64.mix(seed, from), outcome);
            }
            return outcome;
        } catch (RuntimeException | Error e) {
            outcome.close();
            throw e;
        }
    }

    private void addGradients(List<TextBatch.Entry> part, int samples, long seed, PendingOutcome outcome) {
        try (Scope scope = clip.device().scope("step")) {
            Tape tape = new Tape(scope, true, seed);
            TextBatch texts =
                    TextBatch.of(part, tokenize, clip.config().vision().patch(), options);
            TtdForward forward = TtdForward.run(
                    tape, clip, lora, part.stream().map(TextBatch.Entry::image).toList(), texts, options, samples);
            outcome.add(texts, forward, scope);
            tape.backward(forward.loss().loss());
        }
    }
}
