package org.ttdengine.trainer.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ttdengine.engine.backend.Phi;
import org.ttdengine.lora.Lora;
import org.ttdengine.trainer.DemoModel;
import org.ttdengine.trainer.cli.launch.Terminal;
import org.ttdengine.trainer.eval.EvalOptions;
import org.ttdengine.trainer.eval.EveryWord;
import org.ttdengine.trainer.eval.FirstSamples;
import org.ttdengine.trainer.eval.FittedPhi;
import org.ttdengine.trainer.eval.LabelledSamples;
import org.ttdengine.trainer.eval.LabelledSets;
import org.ttdengine.trainer.eval.ModelScores;
import org.ttdengine.trainer.eval.RememberedSamples;
import org.ttdengine.trainer.eval.SampleVisitor;
import org.ttdengine.trainer.eval.ScoredTags;
import org.ttdengine.trainer.eval.Split;
import org.ttdengine.trainer.eval.TagMethod;
import org.ttdengine.trainer.ttd.TagScorer;
import org.ttdengine.trainer.ttd.TtdOptions;
import org.ttdengine.vit.Clip;
import org.ttdengine.vit.image.Normalization;

/**
 * Measures a model before and after its training on labelled samples: figures on the test split, thresholds from the
 * validation split.
 */
final class EffectMeter {
    private final LabelledSamples validation;
    private final LabelledSamples test;
    private final int imageSize;
    private final Normalization normalization;
    private final EvalProgress progress;
    private ModelScores before;

    private EffectMeter(
            LabelledSamples validation,
            LabelledSamples test,
            int imageSize,
            Normalization normalization,
            EvalProgress progress) {
        this.validation = new RememberedSamples(validation);
        this.test = new RememberedSamples(test);
        this.imageSize = imageSize;
        this.normalization = normalization;
        this.progress = progress;
    }

    /**
     * On the demo's labelled scenes.
     *
     * @param limit most samples of a split; null for all
     */
    static EffectMeter ofDemo(Integer limit, int imageSize, Normalization normalization, PrintWriter err)
            throws IOException {
        if (limit != null && limit < 1) {
            throw new IllegalArgumentException("--eval-samples must be at least 1, not " + limit);
        }
        EvalProgress progress = new EvalProgress(err, Terminal.stderr(), Terminal.stderrCharset(), System::nanoTime);
        return new EffectMeter(
                demo(Split.VALIDATION, limit), demo(Split.TEST, limit), imageSize, normalization, progress);
    }

    private static LabelledSamples demo(Split split, Integer limit) throws IOException {
        LabelledSamples all = LabelledSets.open(ModelOptions.DEMO, split, DemoModel.IMAGE_SIZE);
        return limit == null || limit >= all.size() ? all : new FirstSamples(all, limit);
    }

    /** The phi that is fitted to the model without its adapters on the validation split. */
    Phi phi(Clip clip, Lora lora, TtdOptions method) throws IOException {
        progress.start("fitting phi");
        Phi phi = without(lora, () -> FittedPhi.of(clip, validation, options(method), progress));
        progress.finish();
        return phi;
    }

    /** Measures the model without its adapters. */
    void before(Clip clip, Lora lora, TtdOptions method, SampleVisitor... visitors) throws IOException {
        before = without(lora, () -> scores("before training", clip, method, visitors));
    }

    /** Measures the model with its adapters; {@link #before} must have been called. */
    EffectReport after(Clip clip, TtdOptions method, SampleVisitor... visitors) throws IOException {
        ModelScores after = scores("after training", clip, method, visitors);
        return new EffectReport(test, options(method), before, after);
    }

    private ModelScores scores(String title, Clip clip, TtdOptions method, SampleVisitor... visitors)
            throws IOException {
        progress.start(title);
        ModelScores scores = ModelScores.of(
                clip,
                Optional.of(validation),
                test,
                options(method),
                methods(),
                ModelScores.PAPER_THRESHOLD,
                progress,
                visitors);
        progress.finish();
        return scores;
    }

    private static List<TagMethod> methods() {
        List<TagMethod> methods = new ArrayList<>();
        for (TagScorer scorer : TagScorer.values()) {
            methods.add(ScoredTags.usual(scorer));
        }
        methods.add(new EveryWord());
        return methods;
    }

    private EvalOptions options(TtdOptions method) {
        EvalOptions square = EvalOptions.square(method, imageSize);
        return new EvalOptions(method, square.resize(), imageSize, normalization, square.batch(), square.workers());
    }

    /** What an evaluation gives. */
    @FunctionalInterface
    private interface Evaluated<T> {
        T get() throws IOException;
    }

    private static <T> T without(Lora lora, Evaluated<T> evaluation) throws IOException {
        try {
            return lora.without(() -> {
                try {
                    return evaluation.get();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
