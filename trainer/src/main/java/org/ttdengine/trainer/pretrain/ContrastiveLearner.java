package org.ttdengine.trainer.pretrain;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.autograd.Tape;
import org.ttdengine.engine.autograd.Var;
import org.ttdengine.engine.backend.RowMix;
import org.ttdengine.engine.ops.Add;
import org.ttdengine.engine.ops.Contrastive;
import org.ttdengine.engine.ops.L2Normalize;
import org.ttdengine.engine.ops.MixRows;
import org.ttdengine.trainer.data.PairSource;
import org.ttdengine.trainer.data.Sample;
import org.ttdengine.trainer.train.AdamW;
import org.ttdengine.trainer.train.Learner;
import org.ttdengine.trainer.train.PendingResult;
import org.ttdengine.trainer.ttd.TtdForward;
import org.ttdengine.vit.Clip;
import org.ttdengine.vit.PatchDrop;
import org.ttdengine.vit.VisionTransformer;
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
            Tensor loss = kept.empty("loss", Shape.of());
            Tensor contrast = kept.empty("contrast", Shape.of());
            Tensor logScale = kept.empty("log scale", Shape.of());
            device().backend().copy(clip.logScale().value(), logScale);
            addGradients(batch, seed, contrast, loss);
            return new Pending(kept, loss, contrast, logScale, options.local(), batch.size());
        } catch (RuntimeException | Error e) {
            kept.close();
            throw e;
        }
    }

    private void addGradients(List<Sample> batch, long seed, Tensor keptContrast, Tensor keptLoss) {
        List<String> captions = batch.stream().map(Sample::caption).toList();
        BatchWords words = options.local() > 0 ? BatchWords.of(captions) : new BatchWords(List.of(), List.of(), 0);
        try (Scope scope = device().scope("step")) {
            Tape tape = new Tape(scope, true, seed);
            Tensor pixels =
                    TtdForward.pixels(tape, batch.stream().map(Sample::image).toList());
            VisionTransformer.Trunk trunk =
                    clip.vision().trunk(tape, pixels, new PatchDrop(options.patchDrop(), seed));
            boolean local = !words.occurrences().isEmpty();
            Var cells = local ? unit(tape, clip.vision().dense(tape, clip.vision().fork(tape, trunk))) : null;
            Var images = unit(tape, clip.vision().global(tape, trunk));
            List<int[]> tokens = Stream.concat(captions.stream(), words.words().stream())
                    .map(clip::tokens)
                    .toList();
            Var texts = unit(tape, clip.text().encode(tape, tokens));
            int pairs = captions.size();
            Var contrast = Contrastive.apply(
                    tape, images, rows(tape, texts, 0, pairs), tape.parameter(clip.logScale()));
            device().backend().copy(contrast.value(), keptContrast);
            Var loss = contrast;
            if (local) {
                Var wordTexts = rows(tape, texts, pairs, words.words().size());
                loss = Add.apply(tape, contrast, LocalContrast.apply(tape, cells, wordTexts, words, options.local()));
            }
            device().backend().copy(loss.value(), keptLoss);
            tape.backward(loss);
        }
    }

    private static Var rows(Tape tape, Var x, int first, int count) {
        return MixRows.apply(
                tape,
                x,
                RowMix.select(IntStream.range(first, first + count).toArray()));
    }

    private static Var unit(Tape tape, Var embeddings) {
        Var unit = L2Normalize.apply(tape, embeddings);
        tape.release(embeddings);
        return unit;
    }

    private record Pending(Scope scope, Tensor loss, Tensor contrast, Tensor logScale, double local, int samples) implements PendingResult {
        @Override
        public Result read() {
            Map<String, Number> measures = new LinkedHashMap<>();
            measures.put("logit_scale", Math.exp(logScale.item()));
            Map<String, Double> terms = new LinkedHashMap<>();
            if (local > 0) {
                terms.put("loss_contrast", contrast.item());
                terms.put("loss_local", (loss.item() - contrast.item()) / local);
            }
            return new Result(loss.item(), terms, measures, samples);
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
