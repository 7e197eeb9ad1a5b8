package org.ttdengine.trainer.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import org.ttdengine.engine.backend.Phi;
import org.ttdengine.trainer.DemoModel;
import org.ttdengine.trainer.cli.launch.Terminal;
import org.ttdengine.trainer.eval.EvalOptions;
import org.ttdengine.trainer.eval.FirstSamples;
import org.ttdengine.trainer.eval.FittedPhi;
import org.ttdengine.trainer.eval.LabelledSamples;
import org.ttdengine.trainer.eval.LabelledSets;
import org.ttdengine.trainer.eval.Split;
import org.ttdengine.trainer.ttd.PhiCalibration;
import org.ttdengine.trainer.ttd.TtdOptions;
import org.ttdengine.vit.Clip;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What evaluations have in common: the model, the data, and how the model is shown the data. */
final class EvalInput {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Mixin
    private GroundingOptions grounding;

    @Option(
            names = "--data",
            defaultValue = "demo",
            description = "Labelled data: demo; a folder as CC3M-TagMask has it (image, json_refined,"
                    + " mask_using_HQ-SAM), or with folders validation and test of that kind (default:"
                    + " ${DEFAULT-VALUE}).")
    private String data;

    @Option(names = "--split", defaultValue = "test", description = "validation or test (default: ${DEFAULT-VALUE}).")
    private Split split;

    @Option(names = "--limit", description = "Use the first N samples of every split only.")
    private Integer limit;

    @Option(
            names = "--resize",
            description = "squash: to a square, whatever the aspect ratio; short: the short side, aspect ratio kept"
                    + " (default: squash for eval tags, short for eval text-seg).")
    private EvalOptions.Resize resize;

    @Option(names = "--batch", defaultValue = "32", description = "Pictures at a time (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(names = "--workers", description = "Threads that read data (default: half the cores, at least 1).")
    private Integer workers;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    /** Works with a model and the options it is evaluated with. */
    @FunctionalInterface
    interface Task {
        void run(Clip clip, EvalOptions options) throws IOException;
    }

    /** The options of an evaluation that shows pictures in a way of its own unless told otherwise. */
    EvalOptions options(EvalOptions.Resize usualResize, int usualSize) {
        int readers =
                workers != null ? workers : Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        if (batch < 1 || readers < 1) {
            throw new IllegalArgumentException("--batch and --workers must be at least 1");
        }
        if (limit != null && limit < 1) {
            throw new IllegalArgumentException("--limit must be at least 1, not " + limit);
        }
        Phi given = phiIsAuto() ? Phi.CLIP : grounding.method().phi();
        return new EvalOptions(
                grounding.method(given),
                resize != null ? resize : usualResize,
                grounding.imageSize(data.equals(ModelOptions.DEMO) ? DemoModel.IMAGE_SIZE : usualSize),
                grounding.normalization(),
                batch,
                readers);
    }

    /** The samples that are reported. */
    LabelledSamples samples() throws IOException {
        return limited(LabelledSets.open(data, split, DemoModel.IMAGE_SIZE));
    }

    /** Samples that choices are made on; empty where the data have none. */
    Optional<LabelledSamples> validation() throws IOException {
        Optional<LabelledSamples> all = LabelledSets.validation(data, DemoModel.IMAGE_SIZE);
        return all.isPresent() ? Optional.of(limited(all.get())) : Optional.empty();
    }

    private LabelledSamples limited(LabelledSamples samples) {
        return limit != null && limit < samples.size() ? new FirstSamples(samples, limit) : samples;
    }

    private boolean phiIsAuto() {
        return grounding.phiIsAuto(data.equals(ModelOptions.DEMO));
    }

    /** Loads the model, fits phi where that is wanted, and runs the task. */
    void withModel(EvalOptions options, EvalProgress progress, Task task) throws IOException {
        grounding.withModel(clip -> phiIsAuto() ? fitted(clip, options, progress) : options, task::run);
    }

    /** The options with a phi that is fitted to the model without its adapter, as training fits it. */
    private EvalOptions fitted(Clip clip, EvalOptions options, EvalProgress progress) throws IOException {
        Optional<LabelledSamples> validation = validation();
        LabelledSamples samples = validation.isPresent() ? validation.get() : samples();
        progress.start("fitting phi");
        Phi phi = FittedPhi.of(clip, samples, options, progress);
        progress.finish();
        err().println("phi fitted to model and data: " + PhiCalibration.format(phi));
        TtdOptions method = grounding.method(phi);
        return new EvalOptions(
                method,
                options.resize(),
                options.imageSize(),
                options.normalization(),
                options.batch(),
                options.workers());
    }

    EvalProgress progress() {
        return new EvalProgress(err(), Terminal.stderr(), Terminal.stderrCharset(), System::nanoTime);
    }

    Split split() {
        return split;
    }

    boolean json() {
        return json;
    }

    String model() {
        return grounding.modelName();
    }

    GroundingOptions grounding() {
        return grounding;
    }

    PrintWriter out() {
        return command.commandLine().getOut();
    }

    private PrintWriter err() {
        return command.commandLine().getErr();
    }
}
