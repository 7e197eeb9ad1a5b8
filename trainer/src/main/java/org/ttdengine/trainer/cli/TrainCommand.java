package org.ttdengine.trainer.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.backend.Phi;
import org.ttdengine.lora.Lora;
import org.ttdengine.trainer.DemoModel;
import org.ttdengine.trainer.cli.launch.Terminal;
import org.ttdengine.trainer.data.Batch;
import org.ttdengine.trainer.data.BatchLoader;
import org.ttdengine.trainer.data.BatchPlan;
import org.ttdengine.trainer.data.DataCursor;
import org.ttdengine.trainer.data.PairSource;
import org.ttdengine.trainer.data.PairSources;
import org.ttdengine.trainer.eval.ModelScores;
import org.ttdengine.trainer.report.Effect;
import org.ttdengine.trainer.report.RunReport;
import org.ttdengine.trainer.report.SamplesAfter;
import org.ttdengine.trainer.report.SamplesBefore;
import org.ttdengine.trainer.run.Checkpoint;
import org.ttdengine.trainer.run.Checkpoints;
import org.ttdengine.trainer.run.Listeners;
import org.ttdengine.trainer.run.ProgressBar;
import org.ttdengine.trainer.run.RunFolder;
import org.ttdengine.trainer.run.StepLog;
import org.ttdengine.trainer.run.TensorBoardLog;
import org.ttdengine.trainer.run.TrainingListener;
import org.ttdengine.trainer.train.TrainOptions;
import org.ttdengine.trainer.train.Trainer;
import org.ttdengine.trainer.ttd.PhiCalibration;
import org.ttdengine.trainer.ttd.TextBatch;
import org.ttdengine.vit.Clip;
import org.ttdengine.vit.ClipConfig;
import org.ttdengine.vit.ClipState;
import org.ttdengine.vit.image.Augmentation;
import org.ttdengine.vit.image.Images;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Fine-tunes a model with TTD. */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Fine-tunes CLIP with Text-Tag Self-Distillation on image-text pairs.",
            "Without options: a demo with made-up scenes and the small model in the jar, evaluated before and after.",
            "With --data demo these are the defaults: " + DemoDefaults.TRAINING + " --phi auto."
        })
final class TrainCommand implements Callable<Integer> {
    private static final long CALIBRATION_PAIRS = 64;
    private static final int CALIBRATION_BATCH = 8;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelOptions model;

    @Mixin
    private DeviceOptions device;

    @Mixin
    private MethodOptions method;

    @Option(
            names = "--data",
            defaultValue = ModelOptions.DEMO,
            description =
                    "pairs.tsv (file<TAB>caption), a folder of images with .txt, webdataset *.tar, or demo (default:"
                            + " ${DEFAULT-VALUE}).")
    private String data;

    @Option(names = "--out", description = "Folder of the run (default: ttd-run, with a number if that is taken).")
    private Path out;

    @Option(names = "--resume", description = "Go on with the run in this folder.")
    private Path resume;

    @Option(
            names = "--adapter",
            description = "Go on training this PEFT LoRA directory; its rank, alpha and targets count.")
    private Path adapter;

    @Mixin
    private TrainingOptions training;

    @Option(names = "--no-eval", description = "With demo data: no evaluation before and after training.")
    private boolean noEvaluation;

    @Option(
            names = "--eval-samples",
            description = "Scenes of each labelled split that the evaluation looks at (default: all 1000).")
    private Integer evalSamples;

    @Override
    public Integer call() throws IOException {
        PrintWriter err = spec.commandLine().getErr();
        if (resume != null) {
            RunConfig stored = RunConfig.read(resume, spec);
            stored.applyTo(spec, err);
        } else if (isDemo()) {
            RunConfig.preset(spec, DemoDefaults.training());
        }
        Path folder = resume != null ? resume : out != null ? out : RunConfig.freshFolder(Path.of("ttd-run"));
        try (RunFolder run = resume != null ? RunFolder.resume(folder) : RunFolder.open(folder);
                PairSource pairs = openPairs()) {
            pairs.warnings().forEach(err::println);
            Checkpoints checkpoints = Checkpoints.open(run, training.keepCheckpoints(), err::println);
            Optional<Checkpoint> from = resume != null ? checkpoints.latest() : Optional.empty();
            if (resume == null) {
                RunConfig.refuseEarlierRun(folder);
            }
            train(run, checkpoints, from, pairs);
        }
        return 0;
    }

    private boolean isDemo() {
        return data.equals(ModelOptions.DEMO);
    }

    private PairSource openPairs() throws IOException {
        return isDemo() ? DemoModel.pairs(DemoDefaults.PAIRS, model.seed()) : PairSources.open(data);
    }

    private void train(RunFolder run, Checkpoints checkpoints, Optional<Checkpoint> from, PairSource pairs)
            throws IOException {
        Augmentation augmentation = training.augmentation(imageSize(), method.normalization());
        ClipState state = model.read();
        options(state.config(), augmentation, phiIsAuto() ? Phi.CLIP : method.phi(), 1);
        PrintWriter err = spec.commandLine().getErr();
        Optional<EffectMeter> meter = isDemo() && !noEvaluation
                ? Optional.of(EffectMeter.ofDemo(evalSamples, imageSize(), method.normalization(), err))
                : Optional.empty();
        try (Device open = device.open();
                Clip clip = Clip.of(state, model.tokenizer(), open);
                Lora lora = adapter == null
                        ? Lora.attach(clip, training.lora(), model.seed())
                        : Lora.load(clip, adapter, true)) {
            TrainOptions options = options(
                    state.config(),
                    augmentation,
                    phi(clip, lora, pairs, augmentation, meter),
                    MicroBatch.fitting(state.config(), imageSize(), training.batch(), open));
            err.println(pairs.describe() + "; " + lora.size() + " weights in "
                    + lora.parameters().size() / 2 + " adapters; run folder " + run.path());
            RunConfig stored = RunConfig.of(spec);
            if (resume == null) {
                stored.write(run);
            }
            SamplesBefore before = new SamplesBefore(ModelScores.PAPER_THRESHOLD);
            if (meter.isPresent()) {
                meter.get().before(clip, lora, options.ttd(), before);
            }
            Path adapterFolder = run.path().resolve("adapter");
            Trainer trainer =
                    new Trainer(clip, lora, clip::tokens, pairs, options, checkpoints, adapterFolder, stored.json());
            train(trainer, run, from, Math.max(1, options.totalSteps(pairs.size())));
            Optional<Effect> effect =
                    meter.isPresent() ? Optional.of(effect(meter.get(), clip, options, before, run)) : Optional.empty();
            Path report = run.path().resolve("report.html");
            new RunReport("TTD training run", facts(pairs, open), stored.values(), effect).write(run.log(), report);
            spec.commandLine().getOut().println("adapter " + adapterFolder + ", report " + report);
        }
    }

    private void train(Trainer trainer, RunFolder run, Optional<Checkpoint> from, long steps) throws IOException {
        long done = from.map(Checkpoint::step).orElse(0L);
        PrintWriter err = spec.commandLine().getErr();
        try (TrainingListener listener = Listeners.all(
                StepLog.continueAfter(run, done),
                TensorBoardLog.continueAfter(run, done),
                new ProgressBar(err, Terminal.stderr(), Terminal.stderrCharset(), steps, System::nanoTime))) {
            trainer.run(from, listener);
        }
    }

    /** Evaluates the trained model, and puts its figures beside the earlier ones. */
    private Effect effect(EffectMeter meter, Clip clip, TrainOptions options, SamplesBefore before, RunFolder run)
            throws IOException {
        SamplesAfter samples = new SamplesAfter(before);
        EffectReport effect = meter.after(clip, options.ttd(), samples);
        run.write("evaluation.json", effect.json() + "\n");
        spec.commandLine().getOut().println(effect.table());
        return new Effect(effect.data(), effect.before(), effect.after(), samples);
    }

    /** What ran, for the head of the report. */
    private Map<String, String> facts(PairSource pairs, Device open) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("Model", model.model());
        facts.put("Data", pairs.describe());
        facts.put("Image size", Integer.toString(imageSize()));
        facts.put("Batch", training.batches());
        facts.put("Seed", Long.toString(model.seed()));
        facts.put("Device", open.toString());
        return facts;
    }

    private boolean phiIsAuto() {
        return method.phiIsAuto(model.isDemo() || isDemo());
    }

    /**
     * Phi as given, or fitted to the model: on the demo's validation split, which evaluations fit it on too, else on the
     * first pairs of a fixed order.
     */
    private Phi phi(Clip clip, Lora lora, PairSource pairs, Augmentation augmentation, Optional<EffectMeter> meter)
            throws IOException {
        if (!phiIsAuto()) {
            return method.phi();
        }
        Phi phi = meter.isPresent()
                ? meter.get().phi(clip, lora, method.ttd(false, Phi.CLIP))
                : fitted(clip, pairs, augmentation);
        spec.commandLine().getErr().println("phi fitted to model and data: " + PhiCalibration.format(phi));
        return phi;
    }

    private Phi fitted(Clip clip, PairSource pairs, Augmentation augmentation) throws IOException {
        PhiCalibration calibration = new PhiCalibration();
        DataCursor cursor = DataCursor.of(pairs.size(), ~model.seed(), true);
        long end = Math.min(CALIBRATION_PAIRS, pairs.size());
        BatchPlan plan = new BatchPlan(CALIBRATION_BATCH, 1, model.seed(), 0, end);
        try (BatchLoader loader =
                BatchLoader.start(pairs, cursor, Images::decode, augmentation, plan, (name, reason) -> {})) {
            for (Optional<Batch> next = loader.next(); next.isPresent(); next = loader.next()) {
                List<TextBatch.Entry> entries = TextBatch.entries(next.get().samples(), method.tags());
                if (!entries.isEmpty()) {
                    calibration.observe(clip, entries);
                }
            }
        }
        return calibration.phi();
    }

    private int imageSize() {
        return training.imageSize(isDemo() || model.hasDemoSizes());
    }

    private TrainOptions options(ClipConfig config, Augmentation augmentation, Phi phi, int together)
            throws IOException {
        return training.options(
                config,
                method.ttd(training.frozenTeacher(), phi).with(training.pseudoTags()),
                augmentation,
                imageSize(),
                together,
                device.threads(),
                model.seed());
    }
}
