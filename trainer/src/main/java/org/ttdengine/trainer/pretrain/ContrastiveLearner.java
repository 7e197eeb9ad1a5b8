package org.ttdengine.trainer.pretrain;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.autograd.Tape;
import org.ttdengine.trainer.data.PairSource;
import org.ttdengine.trainer.data.Sample;
import org.ttdengine.trainer.train.AdamW;
import org.ttdengine.trainer.train.Learner;
import org.ttdengine.trainer.train.PendingResult;
import org.ttdengine.trainer.ttd.TtdForward;
import org.ttdengine.vit.Clip;
import org.ttdengine.vit.PatchDrop;
import org.ttdengine.vit.text.ClipTokenizer;

/** A whole CLIP that learns to tell the pairs of a batch from each other. */
public final class ContrastiveLearner implements Learner {
    /** Largest log of the factor of cosines, ln 100 (Radford et al. 2021, section 2.5). */
    static final double LARGEST_LOG_SCALE = Math.log(100);

    private final Clip clip;
    private final ClipTokenizer tokenizer;
    private final PretrainOptions options;
    private final Path folder;

    /**
     * @param clip a trainable model
     * @param tokenizer its vocabulary
     * @param folder where the model is written, as a Hugging Face directory
     */
    public ContrastiveLearner(Clip clip, ClipTokenizer tokenizer, PretrainOptions options, Path folder) {
        this.clip = clip;
        this.tokenizer = tokenizer;
        this.options = options;
        this.folder = folder;
    }

    @Override
    public Device device() {
        return clip.device();
    }

    @Override
    public AdamW optimizer(Scope moments) {
        return new AdamW(moments, options.beta2(), WeightDecay.groups(clip.parameters(), options.weightDecay()));
    }

    @Override
    public PairSource usable(PairSource pairs) {
        return pairs;
    }

    @Override
    public PendingResult gradients(List<List<Sample>> batches, long seed) {
        Scope kept = device().scope("outcome");
        try {
            List<Sample> batch = batches.get(0);
            Tensor logScale = kept.empty("log scale", Shape.of());
            device().backend().copy(clip.logScale().value(), logScale);
            List<Tensor> terms = List.of(kept.empty("contrast", Shape.of()), kept.empty("local", Shape.of()));
            addGradients(batch, seed, terms);
            return new Pending(kept, terms, logScale, options.local(), batch.size());
        } catch (RuntimeException | Error e) {
            kept.close();
            throw e;
        }
    }

    private void addGradients(List<Sample> batch, long seed, List<Tensor> terms) {
        try (Scope scope = device().scope("step")) {
            Tape tape = new Tape(scope, true, seed);
            Tensor pixels =
                    TtdForward.pixels(tape, batch.stream().map(Sample::image).toList());
            List<String> captions = batch.stream().map(Sample::caption).toList();
            PatchDrop drop = new PatchDrop(options.patchDrop(), seed);
            BatchWords words = options.local() > 0 ? BatchWords.of(captions) : BatchWords.NONE;
            List<int[]> tokens = captions.stream().map(clip::tokens).toList();
            ContrastiveForward.Losses losses = ContrastiveForward.run(
                    tape, clip, pixels, tokens, drop, options.together(), words, options.local());
            device().backend().copy(losses.contrast().value(), terms.get(0));
            device().backend().copy(losses.local().value(), terms.get(1));
            tape.backward(losses.total());
        }
    }

    private record Pending(Scope scope, List<Tensor> terms, Tensor logScale, double local, int samples)
            implements PendingResult {
        @Override
        public Result read() {
            Map<String, Number> measures = new LinkedHashMap<>();
            measures.put("logit_scale", Math.exp(logScale.item()));
            Map<String, Double> parts = new LinkedHashMap<>();
            parts.put("loss_contrast", terms.get(0).item());
            parts.put("loss_local", terms.get(1).item());
            double loss = parts.get("loss_contrast") + local * parts.get("loss_local");
            return new Result(loss, parts, measures, samples);
        }

        @Override
        public void close() {
            scope.close();
        }
    }

    /** Keeps the temperature from going below 1/100. */
    @Override
    public void updated() {
        Tensor logScale = clip.logScale().value();
        if (logScale.item() > LARGEST_LOG_SCALE) {
            logScale.set(new float[] {(float) LARGEST_LOG_SCALE});
        }
    }

    @Override
    public void writeCheckpoint(Path checkpoint) {
        // The optimiser's file has all weights.
    }

    @Override
    public Path result() {
        return folder;
    }

    @Override
    public void writeResult() throws IOException {
        ModelFolder.write(folder, clip.state(), tokenizer, options.stored());
    }
}
