package org.ttdengine.trainer.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Device;
import org.ttdengine.trainer.DemoModel;
import org.ttdengine.trainer.cli.launch.Terminal;
import org.ttdengine.trainer.data.PairSource;
import org.ttdengine.trainer.data.PairSources;
import org.ttdengine.trainer.data.demo.DemoPairs;
import org.ttdengine.trainer.pretrain.ContrastiveLearner;
import org.ttdengine.trainer.pretrain.PretrainOptions;
import org.ttdengine.trainer.run.Checkpoint;
import org.ttdengine.trainer.run.Checkpoints;
import org.ttdengine.trainer.run.Listeners;
import org.ttdengine.trainer.run.LrSchedule;
import org.ttdengine.trainer.run.ProgressBar;
import org.ttdengine.trainer.run.RunFolder;
import org.ttdengine.trainer.run.StepLog;
import org.ttdengine.trainer.run.TensorBoardLog;
import org.ttdengine.trainer.run.TrainingListener;
import org.ttdengine.trainer.train.LoopOptions;
import org.ttdengine.trainer.train.TrainingLoop;
import org.ttdengine.vit.Clip;
import org.ttdengine.vit.ClipState;
import org.ttdengine.vit.image.Augmentation;
import org.ttdengine.vit.image.Augmentations;
import org.ttdengine.vit.image.Normalization;
import org.ttdengine.vit.text.ClipTokenizer;
import picocli.CommandLine.Command;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains all weights of a small CLIP on pairs. */
@Command(
        name = "pretrain",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        defaultValueProvider = PretrainCommand.UsualModel.class,
        description = {
            "Contrastive training (InfoNCE) of all weights of a small CLIP on image-text pairs.",
            "The result is a Hugging Face directory, OUT/model, which --model reads."
        })
final class PretrainCommand implements Callable<Integer> {
    private static final long DEMO_PAIRS = 1 << 20;
    private static final long DEMO_STEPS = 2000;
    private static final long WARMUP_SHARE = 20;

    /** Pre-training begins with random weights unless it is told to go on from some. */
    static final class UsualModel implements IDefaultValueProvider {
        @Override
        public String defaultValue(ArgSpec argument) {
            boolean model = argument instanceof OptionSpec option
                    && option.longestName().equals("--model");
            return model ? ModelOptions.RANDOM_DEMO : null;
        }
    }

    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelOptions model;

    @Mixin
    private DeviceOptions device;

    @Option(
            names = "--data",
            defaultValue = ModelOptions.DEMO,
            description =
                    "pairs.tsv (file<TAB>caption), a folder of images with .txt, webdataset *.tar, or demo (default:"
                            + " ${DEFAULT-VALUE}).")
    private String data;

    @Option(names = "--out", description = "Folder of the run (default: ttd-pretrain, with a number if that is taken).")
    private Path out;

    @Option(names = "--resume", description = "Go on with the run in this folder.")
    private Path resume;

    @Option(names = "--image-size", description = "Side of the training pictures (default: the model's own).")
    private Integer imageSize;

    @Option(
            names = "--batch",
            defaultValue = "128",
            description = "Pairs that are told from each other (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(names = "--epochs", defaultValue = "1", description = "Passes over the data (default: ${DEFAULT-VALUE}).")
    private long epochs;

    @Option(names = "--steps", description = "Updates, whatever the epochs (default: those of the epochs; demo: 2000).")
    private Long steps;

    @Option(names = "--lr", defaultValue = "1e-3", description = "Learning rate (default: ${DEFAULT-VALUE}).")
    private double learningRate;

    @Option(
            names = "--warmup",
            description = "Updates over which the learning rate rises (default: a twentieth of all).")
    private Long warmup;

    @Option(
            names = "--schedule",
            defaultValue = "cosine",
            description = "After the warm-up: poly (power 0.9), cosine or constant (default: ${DEFAULT-VALUE}).")
    private LrSchedule schedule;

    @Option(
            names = "--weight-decay",
            defaultValue = "0.1",
            description = "Of AdamW, on matrices only (default: ${DEFAULT-VALUE}).")
    private double weightDecay;

    @Option(names = "--beta2", defaultValue = "0.98", description = "Of AdamW (default: ${DEFAULT-VALUE}).")
    private double beta2;

    @Option(names = "--clip-grad", defaultValue = "0", description = "Largest gradient norm; 0: no limit (default: 0).")
    private double clipNorm;

    @Option(
            names = "--patch-drop",
            defaultValue = "0.5",
            description = "Share of the patches that each step does without (default: ${DEFAULT-VALUE}).")
    private double patchDrop;

    @Option(
            names = "--together",
            defaultValue = "1",
            description =
                    "Pictures whose patches attend to each other while training: more keep features local (default:"
                            + " ${DEFAULT-VALUE}).")
    private int together;

    @Option(
            names = "--local",
            defaultValue = "0",
            description =
                    "Weight of a local objective, words against cells: dense features that say what is where (default:"
                            + " ${DEFAULT-VALUE}).")
    private double local;

    @Option(
            names = "--augment",
            defaultValue = "none",
            description = "none: centre crop; paper: random resize and crop (default: ${DEFAULT-VALUE}).")
    private String augment;

    @Option(
            names = "--normalize",
            defaultValue = "imagenet",
            description = "Mean and deviation of pixels: imagenet or clip (default: ${DEFAULT-VALUE}).")
    private String normalize;

    @Option(names = "--no-shuffle", description = "File order, wrapping round at the end.")
    private boolean noShuffle;

    @Option(
            names = "--save-dtype",
            defaultValue = "fp32",
            description = "Type of the weights in the result: fp32 or fp16 (default: ${DEFAULT-VALUE}).")
    private String saveType;

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

    @Override
    public Integer call() throws IOException {
        if (resume != null) {
            RunConfig.read(resume, spec).applyTo(spec, spec.commandLine().getErr());
        }
        Path folder = resume != null ? resume : out != null ? out : RunConfig.freshFolder(Path.of("ttd-pretrain"));
        ClipTokenizer tokenizer = tokenizer();
        ClipState state = model.read(tokenizer.vocabularySize());
        int side = imageSize != null ? imageSize : state.config().vision().imageSize();
        options(state, side, 1);
        try (RunFolder run = resume != null ? RunFolder.resume(folder) : RunFolder.open(folder);
                PairSource pairs = openPairs(side)) {
            pairs.warnings().forEach(spec.commandLine().getErr()::println);
            Checkpoints checkpoints =
                    Checkpoints.open(run, keepCheckpoints, spec.commandLine().getErr()::println);
            Optional<Checkpoint> from = resume != null ? checkpoints.latest() : Optional.empty();
            if (resume == null) {
                RunConfig.refuseEarlierRun(folder);
            }
            try (Device open = device.open();
                    Clip clip = Clip.trainable(state, tokenizer, open)) {
                train(run, checkpoints, from, pairs, clip, tokenizer, options(state, side, pairs.size()));
            }
        }
        return 0;
    }

    /** The model's own vocabulary; random weights for the demo's pictures take the demo's. */
    private ClipTokenizer tokenizer() throws IOException {
        boolean demo = model.isRandom() && !model.hasVocabulary() && data.equals(ModelOptions.DEMO);
        return demo ? DemoModel.newTokenizer() : model.tokenizer();
    }

    private PairSource openPairs(int side) throws IOException {
        return data.equals(ModelOptions.DEMO) ? new DemoPairs(DEMO_PAIRS, model.seed(), side) : PairSources.open(data);
    }

    private void train(
            RunFolder run,
            Checkpoints checkpoints,
            Optional<Checkpoint> from,
            PairSource pairs,
            Clip clip,
            ClipTokenizer tokenizer,
            PretrainOptions options)
            throws IOException {
        PrintWriter err = spec.commandLine().getErr();
        long weights =
                clip.parameters().stream().mapToLong(p -> p.value().size()).sum();
        err.println(pairs.describe() + "; " + weights + " weights; run folder " + run.path());
        RunConfig stored = RunConfig.of(spec);
        if (resume == null) {
            stored.write(run);
        }
        Path folder = run.path().resolve("model");
        ContrastiveLearner learner = new ContrastiveLearner(clip, tokenizer, options, folder);
        TrainingLoop loop = new TrainingLoop(learner, pairs, options.loop(), checkpoints, stored.json());
        long done = from.map(Checkpoint::step).orElse(0L);
        try (TrainingListener listener = Listeners.all(
                StepLog.continueAfter(run, done),
                TensorBoardLog.continueAfter(run, done),
                new ProgressBar(
                        err,
                        Terminal.stderr(),
                        Terminal.stderrCharset(),
                        Math.max(1, options.loop().totalSteps(pairs.size())),
                        System::nanoTime))) {
            loop.run(from, listener);
        }
        spec.commandLine().getOut().println("model " + folder);
    }

    private PretrainOptions options(ClipState state, int side, long pairs) {
        int patch = state.config().vision().patch();
        if (side < 1 || side > 4096) {
            throw new IllegalArgumentException("--image-size must be between 1 and 4096, not " + side);
        }
        if (side % patch != 0) {
            throw new IllegalArgumentException(
                    "--image-size " + side + " is no multiple of the model's patch of " + patch);
        }
        if (steps != null && steps < 1) {
            throw new IllegalArgumentException("--steps must be at least 1, not " + steps);
        }
        long count = steps != null ? steps : data.equals(ModelOptions.DEMO) ? DEMO_STEPS : 0;
        LoopOptions loop = loop(side, count, 0);
        long rise = warmup != null ? warmup : loop.totalSteps(pairs) / WARMUP_SHARE;
        return new PretrainOptions(loop(side, count, rise), weightDecay, beta2, patchDrop, together, local, stored());
    }

    private LoopOptions loop(int side, long count, long rise) {
        return new LoopOptions(
                augmentation(side),
                batch,
                1,
                epochs,
                count,
                learningRate,
                rise,
                clipNorm,
                schedule,
                !noShuffle,
                model.seed(),
                checkpointEvery,
                workers != null ? workers : Math.max(1, device.threads() / 2));
    }

    private Augmentation augmentation(int side) {
        Normalization normalization =
                switch (normalize) {
                    case "imagenet" -> Normalization.IMAGENET;
                    case "clip" -> Normalization.CLIP;
                    default ->
                        throw new IllegalArgumentException("--normalize must be imagenet or clip, not " + normalize);
                };
        return switch (augment) {
            case "none" -> Augmentations.centerCrop(side, normalization);
            case "paper" -> Augmentations.paper(side, normalization);
            default -> throw new IllegalArgumentException("--augment must be none or paper, not " + augment);
        };
    }

    private DType stored() {
        return switch (saveType) {
            case "fp32" -> DType.F32;
            case "fp16" -> DType.F16;
            default -> throw new IllegalArgumentException("--save-dtype must be fp32 or fp16, not " + saveType);
        };
    }
}
