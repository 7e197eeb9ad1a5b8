package org.ttdengine.trainer.cli;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.ttdengine.trainer.eval.EvalOptions;
import org.ttdengine.trainer.eval.Evaluation;
import org.ttdengine.trainer.eval.LabelledSamples;
import org.ttdengine.trainer.eval.ModelScores;
import org.ttdengine.trainer.eval.Split;
import org.ttdengine.trainer.eval.TextSegEvaluation;
import org.ttdengine.trainer.eval.TextSegRow;
import org.ttdengine.vit.Clip;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures how well the map of a caption covers what the caption says. */
@Command(
        name = "text-seg",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Measures how well the map of a caption covers what the caption says of its picture: CaptionIoU, mFPR and"
                    + " mFNR.",
            "Beside the caption's own map stand the union of the selected tags' maps, those of the true tags' (the"
                    + " ceiling of distillation), and every pixel marked."
        })
final class EvalTextSegCommand implements Callable<Integer> {
    private static final String AUTO = "auto";
    private static final int USUAL_SIZE = 448;

    @Mixin
    private EvalInput input;

    @Option(
            names = "--threshold",
            defaultValue = AUTO,
            description = "Similarity above which a pixel is marked; auto: 0.5, and besides the one with the largest"
                    + " CaptionIoU on the validation split, map by map (default: ${DEFAULT-VALUE}).")
    private String threshold;

    @Override
    public Integer call() throws IOException {
        EvalOptions usual = input.options(EvalOptions.Resize.SHORT, USUAL_SIZE);
        boolean auto = threshold.equals(AUTO);
        double fixed = auto ? ModelScores.PAPER_THRESHOLD : number(threshold);
        LabelledSamples samples = input.samples();
        Optional<LabelledSamples> validation = auto ? input.validation() : Optional.empty();
        EvalProgress progress = input.progress();
        input.withModel(usual, progress, (clip, options) -> {
            Optional<TextSegEvaluation.Result> choice = Optional.empty();
            if (validation.isPresent() && input.split() == Split.TEST) {
                TextSegEvaluation chosen = new TextSegEvaluation();
                run(clip, validation.get(), options, Split.VALIDATION, chosen, progress);
                choice = Optional.of(chosen.result());
            }
            TextSegEvaluation masks = new TextSegEvaluation(fixed);
            Evaluation done = run(clip, samples, options, input.split(), masks, progress);
            TextSegEvaluation.Result result = masks.result();
            if (auto && input.split() == Split.VALIDATION) {
                choice = Optional.of(result);
            }
            EvalTextSegReport report = new EvalTextSegReport(
                    new EvalSetting(input.model(), samples, input.split(), options),
                    done,
                    result,
                    TextSegRow.of(result, choice, fixed));
            input.out().println(input.json() ? report.json() : report.table());
            input.out().flush();
        });
        return 0;
    }

    private static Evaluation run(
            Clip clip,
            LabelledSamples samples,
            EvalOptions options,
            Split split,
            TextSegEvaluation masks,
            EvalProgress progress)
            throws IOException {
        progress.start(split.toString());
        Evaluation done = Evaluation.run(clip, samples, options, true, progress, List.of(masks));
        progress.finish();
        return done;
    }

    private static double number(String threshold) {
        try {
            double value = Double.parseDouble(threshold);
            if (Double.isFinite(value)) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("--threshold takes auto or a number, not '" + threshold + "'", e);
        }
        throw new IllegalArgumentException("--threshold takes auto or a finite number, not " + threshold);
    }
}
