package org.ttdengine.trainer.cli;

import java.io.IOException;
import java.io.PrintWriter;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Device;
import org.ttdengine.lora.LoraConfig;
import org.ttdengine.lora.LoraTargets;
import org.ttdengine.vit.ClipConfig;
import org.ttdengine.vit.ClipState;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** What is measured, and how often. */
final class BenchOptions {
    private static final int LARGEST = 1 << 12;

    /** The model of the published figures, where {@code --model} is not given. */
    static final class Defaults implements IDefaultValueProvider {
        @Override
        public String defaultValue(ArgSpec argument) {
            boolean model = argument instanceof OptionSpec option
                    && option.longestName().equals("--model");
            return model ? "random:vit-b-16" : null;
        }
    }

    @Mixin
    private ModelOptions model;

    @Mixin
    private DeviceOptions device;

    @Option(names = "--image-size", defaultValue = "224", description = "Side of the pictures (default: 224).")
    private int imageSize;

    @Option(names = "--batch", defaultValue = "8", description = "Pictures of a step (default: 8).")
    private int batch;

    @Option(names = "--micro-batch", description = "Pictures that go through the model together, as in train.")
    private Integer microBatch;

    @Option(names = "--tags", defaultValue = "6", description = "Tags of a caption (default: 6).")
    private int tags;

    @Option(
            names = "--caption-tokens",
            defaultValue = "12",
            converter = TokenRange.Converter.class,
            description = "Tokens of a caption with start and end, or a range (default: 12).")
    private TokenRange captionTokens;

    @Option(
            names = "--tag-tokens",
            defaultValue = "3-4",
            converter = TokenRange.Converter.class,
            description = "Tokens of a tag with start and end, or a range (default: 3-4).")
    private TokenRange tagTokens;

    @Option(names = "--steps", defaultValue = "5", description = "Steps that are timed (default: 5).")
    private int steps;

    @Option(names = "--warmup", defaultValue = "5", description = "Steps before these, for the JIT (default: 5).")
    private int warmup;

    @Option(names = "--lora-rank", defaultValue = "10", description = "Rank of the adapters (default: 10).")
    private int rank;

    @Option(names = "--lora-targets", defaultValue = "q,v", description = "As in train (default: q,v).")
    private String targets;

    @Option(names = "--json", description = "Print a line of JSON per figure.")
    private boolean json;

    /** The weights, and all options checked against them. */
    ClipState read() throws IOException {
        require("--batch", batch, 1);
        require("--tags", tags, 1);
        require("--steps", steps, 1);
        require("--warmup", warmup, 0);
        require("--micro-batch", microBatch == null ? 1 : microBatch, 1);
        ClipState state = model.read();
        int patch = state.config().vision().patch();
        if (imageSize < patch || imageSize > LARGEST || imageSize % patch != 0) {
            throw new IllegalArgumentException("--image-size must be a multiple of the model's patch of " + patch
                    + " up to " + LARGEST + ", not " + imageSize);
        }
        requireContext("--caption-tokens", captionTokens, state.config());
        requireContext("--tag-tokens", tagTokens, state.config());
        return state;
    }

    private static void require(String option, int value, int least) {
        if (value < least || value > LARGEST) {
            throw new IllegalArgumentException(
                    option + " must be between " + least + " and " + LARGEST + ", not " + value);
        }
    }

    private static void requireContext(String option, TokenRange range, ClipConfig config) {
        if (range.most() > config.text().context()) {
            throw new IllegalArgumentException(option + " " + range.most() + " exceeds the model's context of "
                    + config.text().context() + " tokens");
        }
    }

    Device open() throws IOException {
        return device.open();
    }

    /** Type of weights and activations. */
    DType precision() {
        return device.precision();
    }

    LoraConfig lora() {
        return new LoraConfig(rank, rank, 0, LoraTargets.parse(targets));
    }

    RandomBatch batch(ClipConfig config) {
        return RandomBatch.of(
                config, new RandomBatch.Sizes(batch, imageSize, tags, captionTokens, tagTokens), model.seed());
    }

    int microBatch(ClipConfig config, Device used) {
        return microBatch != null ? microBatch : MicroBatch.fitting(config, imageSize, batch, used);
    }

    long seed() {
        return model.seed();
    }

    boolean json() {
        return json;
    }

    int imageSize() {
        return imageSize;
    }

    /** Warms up and times a piece of work. */
    Timing time(Device used, Runnable work, PrintWriter progress) {
        return Timing.of(used, work, warmup, steps, progress);
    }

    /** Prints the figures of a step. */
    void print(Device used, Timing timing, PrintWriter out) {
        BenchFigures figures =
                new BenchFigures(model.model(), imageSize, batch, tags, device.threads(), used.name(), timing);
        out.println(json ? figures.json() : figures.table());
        out.flush();
    }
}
