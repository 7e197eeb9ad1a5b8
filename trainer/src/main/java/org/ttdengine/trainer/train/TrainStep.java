package org.ttdengine.trainer.train;

import java.util.List;
import java.util.function.Function;
import org.ttdengine.engine.Device;
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
     */
    public Outcome gradients(List<TextBatch.Entry> samples, long seed) {
        double distill = 0;
        double tag = 0;
        long tags = 0;
        long selected = 0;
        for (int from = 0; from < samples.size(); from += microBatch) {
            List<TextBatch.Entry> part = samples.subList(from, Math.min(from + microBatch, samples.size()));
            Device device = clip.device();
            try (Scope scope = device.scope("step")) {
                Tape tape = new Tape(scope, true, SplitMix64.mix(seed, from));
                TextBatch texts =
                        TextBatch.of(part, tokenize, clip.config().vision().patch(), options);
                TtdForward forward = TtdForward.run(
                        tape,
                        clip,
                        lora,
                        part.stream().map(TextBatch.Entry::image).toList(),
                        texts,
                        options,
                        samples.size());
                float[] parts = forward.loss().parts().toFloats();
                for (int i = 0; i < parts.length; i += 2) {
                    distill += parts[i];
                    tag += parts[i + 1];
                }
                for (float flag : forward.selected().toFloats()) {
                    selected += flag > 0.5f ? 1 : 0;
                }
                tags += texts.plan().maps() - part.size();
                tape.backward(forward.loss().loss());
            }
        }
        double meanDistill = distill / samples.size();
        double meanTag = tag / samples.size();
        double loss = options.distillWeight() * meanDistill + options.tagWeight() * meanTag;
        return new Outcome(loss, meanDistill, meanTag, tags, selected);
    }
}
