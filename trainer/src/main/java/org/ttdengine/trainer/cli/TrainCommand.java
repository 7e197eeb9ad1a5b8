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
import org.ttdengine.lora.LoraConfig;
import org.ttdengine.lora.LoraTargets;
import org.ttdengine.trainer.DemoModel;
import org.ttdengine.trainer.cli.launch.Terminal;
import org.ttdengine.trainer.data.Batch;
import org.ttdengine.trainer.data.BatchLoader;
import org.ttdengine.trainer.data.BatchPlan;
import org.ttdengine.trainer.data.DataCursor;
import org.ttdengine.trainer.data.PairSource;
import org.ttdengine.trainer.data.PairSources;
import org.ttdengine.trainer.report.RunReport;
import org.ttdengine.trainer.run.Checkpoint;
import org.ttdengine.trainer.run.Checkpoints;
import org.ttdengine.trainer.run.Listeners;
import org.ttdengine.trainer.run.LrSchedule;
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
import org.ttdengine.vit.image.Augmentations;
import org.ttdengine.vit.image.Images;
import org.ttdengine.vit.image.Normalization;
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
            "Without options: a demo with made-up scenes and a small random model."
        })
final class TrainCommand implements Callable<Integer> {
    private static final long DEMO_PAIRS = 4096;
    private static final long DEMO_STEPS = 120;
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

    @Option(names = "--image-size", description = "Side of the training crops (default: 448; demo model: 112).")
    private Integer imageSize;

    @Option(names = "--batch", defaultValue = "32", description = "Pairs per batch (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(
            names = "--micro-batch",
            description = "Pairs that go through the model together; bounds memory, not the gradient (default: what"
                    + " 3 GB of activations hold).")
    private Integer microBatch;

    @Option(names = "--accumulate", defaultValue = "1", description = "Batches per update (default: ${DEFAULT-VALUE}).")
    private int accumulate;

    @Option(names = "--epochs", defaultValue = "1", description = "Passes over the data (default: ${DEFAULT-VALUE}).")
    private long epochs;

    @Option(names = "--steps", description = "Updates, whatever the epochs (default: those of the epochs; demo: 120).")
    private Long steps;

    @Option(names = "--lr", defaultValue = "1e-4", description = "Learning rate (default: ${DEFAULT-VALUE}).")
    private double learningRate;

    @Option(names = "--weight-decay", defaultValue = "5e-5", description = "Of AdamW (default: ${DEFAULT-VALUE}).")
    private double weightDecay;

    @Option(names = "--clip-grad", defaultValue = "0", description = "Largest gradient norm; 0: no limit (default: 0).")
    private double clipNorm;

    @Option(
            names = "--schedule",
            defaultValue = "poly",
            description = "poly (power 0.9), cosine or constant (default: ${DEFAULT-VALUE}).")
    private LrSchedule schedule;

    @Option(names = "--lora-rank", defaultValue = "10", description = "Rank (default: ${DEFAULT-VALUE}).")
    private int rank;

    @Option(names = "--lora-alpha", description = "Scale times rank (default: the rank).")
    private Double alpha;

    @Option(names = "--lora-dropout", defaultValue = "0", description = "Dropout (default: ${DEFAULT-VALUE}).")
    private double dropout;

    @Option(
            names = "--lora-targets",
            defaultValue = "q,v",
            description = "q,k,v,o,fc1,fc2 of both towers, or a regular expression over module paths (default:"
                    + " ${DEFAULT-VALUE}).")
    private String targets;

    @Option(
            names = "--augment",
            defaultValue = "paper",
            description = "paper: random resize and crop; none: centre crop (default: ${DEFAULT-VALUE}).")
    private String augment;

    @Option(
            names = "--resize-side",
            defaultValue = "long",
            description = "Side that --augment paper draws: long or short (default: ${DEFAULT-VALUE}).")
    private Augmentations.ResizeSide resizeSide;

    @Option(names = "--no-shuffle", description = "File order, wrapping round at the end.")
    private boolean noShuffle;

    @Option(
            names = "--teacher",
            defaultValue = "moving",
            description = "moving: the model itself; frozen: its base weights (default: ${DEFAULT-VALUE}).")
    private Teacher teacher;

    @Option(
            names = "--checkpoint-every",
            defaultValue = "200",
            description = "Updates between checkpoints (default: ${DEFAULT-VALUE}).")
    private long checkpointEvery;

    @Option(
            names = "--keep-checkpoints",
            defaultValue = "2",
            description = "How many stay (default: ${DEFAULT-VALUE}).")
    private int keepCheckpoints;

    @Option(names = "--workers", description = "Threads that load data (default: half the cores, at least 1).")
    private Integer workers;

    private enum Teacher {
        MOVING,
        FROZEN
    }

    @Override
    public Integer call() throws IOException {
        PrintWriter err = spec.commandLine().getErr();
        if (resume != null) {
            RunConfig stored = RunConfig.read(resume, spec);
            stored.applyTo(spec, err);
        }
        Path folder = resume != null ? resume : out != null ? out : RunConfig.freshFolder(Path.of("ttd-run"));
        try (RunFolder run = resume != null ? RunFolder.resume(folder) : RunFolder.open(folder);
                PairSource pairs = openPairs()) {
            pairs.warnings().forEach(err::println);
            Checkpoints checkpoints = Checkpoints.open(run, keepCheckpoints, err::println);
            Optional<Checkpoint> from = resume != null ? checkpoints.latest() : Optional.empty();
            if (resume == null) {
                RunConfig.refuseEarlierRun(folder);
            }
            train(run, checkpoints, from, pairs);
        }
        return 0;
    }

    private PairSource openPairs() throws IOException {
        return data.equals(ModelOptions.DEMO) ? DemoModel.pairs(DEMO_PAIRS, model.seed()) : PairSources.open(data);
    }

    private void train(RunFolder run, Checkpoints checkpoints, Optional<Checkpoint> from, PairSource pairs)
            throws IOException {
        Augmentation augmentation = augmentation();
        ClipState state = model.read();
        checkOptions(state.config(), augmentation);
        LoraConfig config = new LoraConfig(rank, alpha == null ? rank : alpha, dropout, LoraTargets.parse(targets));
        try (Device open = device.open();
                Clip clip = Clip.of(state, model.tokenizer(), open);
                Lora lora =
                        adapter == null ? Lora.attach(clip, config, model.seed()) : Lora.load(clip, adapter, true)) {
            PrintWriter err = spec.commandLine().getErr();
            TrainOptions options = options(
                    state.config(),
                    augmentation,
                    phi(clip, pairs, augmentation),
                    MicroBatch.fitting(state.config(), imageSize(), batch, open));
            err.println(pairs.describe() + "; " + lora.size() + " weights in "
                    + lora.parameters().size() / 2 + " adapters; run folder " + run.path());
            Path adapterFolder = run.path().resolve("adapter");
            RunConfig stored = RunConfig.of(spec);
            if (resume == null) {
                stored.write(run);
            }
            Trainer trainer =
                    new Trainer(clip, lora, clip::tokens, pairs, options, checkpoints, adapterFolder, stored.json());
            long done = from.map(Checkpoint::step).orElse(0L);
            try (TrainingListener listener = Listeners.all(
                    StepLog.continueAfter(run, done),
                    TensorBoardLog.continueAfter(run, done),
                    new ProgressBar(
                            err,
                            Terminal.stderr(),
                            Terminal.stderrCharset(),
                            Math.max(1, options.totalSteps(pairs.size())),
                            System::nanoTime))) {
                trainer.run(from, listener);
            }
            Path report = run.path().resolve("report.html");
            new RunReport("TTD training run", facts(pairs, open), stored.values(), Optional.empty())
                    .write(run.log(), report);
            spec.commandLine().getOut().println("adapter " + adapterFolder + ", report " + report);
        }
    }

    /** What ran, for the head of the report. */
    private Map<String, String> facts(PairSource pairs, Device open) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("Model", model.model());
        facts.put("Data", pairs.describe());
        facts.put("Image size", Integer.toString(imageSize()));
        facts.put("Batch", accumulate > 1 ? batch + " × " + accumulate : Integer.toString(batch));
        facts.put("Seed", Long.toString(model.seed()));
        facts.put("Device", open.toString());
        return facts;
    }

    /** Refuses wrong values before anything is opened or written. */
    private void checkOptions(ClipConfig config, Augmentation augmentation) {
        options(config, augmentation, phiIsAuto() ? Phi.CLIP : method.phi(), 1);
    }

    private boolean phiIsAuto() {
        return method.phiIsAuto(model.isDemo() || data.equals(ModelOptions.DEMO));
    }

    /** Phi as given, or fitted to the model on the first pairs of a fixed order. */
    private Phi phi(Clip clip, PairSource pairs, Augmentation augmentation) throws IOException {
        if (!phiIsAuto()) {
            return method.phi();
        }
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
        Phi phi = calibration.phi();
        spec.commandLine().getErr().println("phi fitted to model and data: " + PhiCalibration.format(phi));
        return phi;
    }

    private int imageSize() {
        return imageSize != null ? imageSize : model.hasDemoSizes() ? DemoModel.IMAGE_SIZE : 448;
    }

    private Augmentation augmentation() {
        if (imageSize() < 1 || imageSize() > 4096) {
            throw new IllegalArgumentException("--image-size must be between 1 and 4096, not " + imageSize());
        }
        Normalization normalization = method.normalization();
        return switch (augment) {
            case "paper" -> Augmentations.paper(imageSize(), normalization, resizeSide);
            case "none" -> Augmentations.centerCrop(imageSize(), normalization);
            default -> throw new IllegalArgumentException("--augment must be paper or none, not " + augment);
        };
    }

    private TrainOptions options(ClipConfig config, Augmentation augmentation, Phi phi, int together) {
        int patch = config.vision().patch();
        if (imageSize() % patch != 0) {
            throw new IllegalArgumentException(
                    "--image-size " + imageSize() + " is no multiple of the model's patch of " + patch);
        }
        boolean demo = data.equals(ModelOptions.DEMO);
        long count = steps != null ? steps : demo ? DEMO_STEPS : 0;
        if (steps != null && steps < 1) {
            throw new IllegalArgumentException("--steps must be at least 1, not " + steps);
        }
        return new TrainOptions(
                method.ttd(teacher == Teacher.FROZEN, phi),
                augmentation,
                batch,
                microBatch != null ? microBatch : together,
                accumulate,
                epochs,
                count,
                learningRate,
                weightDecay,
                clipNorm,
                schedule,
                !noShuffle,
                model.seed(),
                checkpointEvery,
                keepCheckpoints,
                workers != null ? workers : Math.max(1, device.threads() / 2));
    }
}
