package org.ttdengine.trainer.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.ttdengine.lora.LoraConfig;
import org.ttdengine.lora.LoraTargets;
import org.ttdengine.trainer.DemoModel;
import org.ttdengine.trainer.run.LrSchedule;
import org.ttdengine.trainer.train.TrainOptions;
import org.ttdengine.trainer.ttd.PseudoTags;
import org.ttdengine.trainer.ttd.TtdOptions;
import org.ttdengine.vit.ClipConfig;
import org.ttdengine.vit.image.Augmentation;
import org.ttdengine.vit.image.Augmentations;
import org.ttdengine.vit.image.Normalization;
import picocli.CommandLine.Option;

/** How adapters are trained, whatever the model and the data. */
final class TrainingOptions {
    /** Values of {@code --pseudo-tags} that are no files. */
    static final Set<String> PSEUDO_TAGS = Set.of("pixel", "image");

    private static final int USUAL_SIZE = 448;
    private static final int LARGEST_SIZE = 4096;

    @Option(names = "--image-size", description = "Side of the training crops (default: 448; demo: 112).")
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

    @Option(names = "--steps", description = "Updates, whatever the epochs (default: those of the epochs).")
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
            names = "--pseudo-tags",
            defaultValue = "pixel",
            description = "What makes a word of a caption a tag to learn from: pixel: the largest gap of pixel scores;"
                    + " image: an image score above 0.5; a file with a word a line: being in it (default:"
                    + " ${DEFAULT-VALUE}).")
    private String pseudoTags;

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

    /** The adapters. */
    LoraConfig lora() {
        return new LoraConfig(rank, alpha == null ? rank : alpha, dropout, LoraTargets.parse(targets));
    }

    /** The tags to learn from. */
    PseudoTags pseudoTags() throws IOException {
        return switch (pseudoTags) {
            case "pixel" -> PseudoTags.PIXEL;
            case "image" -> PseudoTags.IMAGE;
            default -> WordList.read(Path.of(pseudoTags));
        };
    }

    boolean frozenTeacher() {
        return teacher == Teacher.FROZEN;
    }

    int keepCheckpoints() {
        return keepCheckpoints;
    }

    int batch() {
        return batch;
    }

    /** Pairs of an update, in words. */
    String batches() {
        return accumulate > 1 ? batch + " × " + accumulate : Integer.toString(batch);
    }

    /** Side of the crops: where it is not given, that of the demo's pictures or of the paper's crops. */
    int imageSize(boolean demo) {
        int size = imageSize != null ? imageSize : demo ? DemoModel.IMAGE_SIZE : USUAL_SIZE;
        if (size < 1 || size > LARGEST_SIZE) {
            throw new IllegalArgumentException("--image-size must be between 1 and " + LARGEST_SIZE + ", not " + size);
        }
        return size;
    }

    /** From picture to crop. */
    Augmentation augmentation(int side, Normalization normalization) {
        return switch (augment) {
            case "paper" -> Augmentations.paper(side, normalization, resizeSide);
            case "none" -> Augmentations.centerCrop(side, normalization);
            default -> throw new IllegalArgumentException("--augment must be paper or none, not " + augment);
        };
    }

    /** Threads that load data, of a run that computes with so many. */
    int workers(int threads) {
        return workers != null ? workers : Math.max(1, threads / 2);
    }

    /**
     * A run of a model.
     *
     * @param together pairs that go through the model together unless that is given
     * @param threads that compute
     */
    TrainOptions options(
            ClipConfig model,
            TtdOptions ttd,
            Augmentation augmentation,
            int side,
            int together,
            int threads,
            long seed) {
        int patch = model.vision().patch();
        if (side % patch != 0) {
            throw new IllegalArgumentException(
                    "--image-size " + side + " is no multiple of the model's patch of " + patch);
        }
        if (steps != null && steps < 1) {
            throw new IllegalArgumentException("--steps must be at least 1, not " + steps);
        }
        return new TrainOptions(
                ttd,
                augmentation,
                batch,
                microBatch != null ? microBatch : together,
                accumulate,
                epochs,
                steps != null ? steps : 0,
                learningRate,
                weightDecay,
                clipNorm,
                schedule,
                !noShuffle,
                seed,
                checkpointEvery,
                keepCheckpoints,
                workers(threads));
    }
}
