package org.ttdengine.trainer.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.ttdengine.engine.backend.Activation;
import org.ttdengine.trainer.DemoModel;
import org.ttdengine.vit.ClipCheckpoint;
import org.ttdengine.vit.ClipConfig;
import org.ttdengine.vit.ClipConfigJson;
import org.ttdengine.vit.ClipState;
import org.ttdengine.vit.text.ClipTokenizer;
import picocli.CommandLine.Option;

/** Which model a command works with. */
final class ModelOptions {
    static final String DEMO = "demo";
    static final String RANDOM = "random:";

    /** Random weights in the sizes of the demo's model: what its pre-training starts from. */
    static final String RANDOM_DEMO = RANDOM + DEMO;

    private static final String RANDOM_VIT = RANDOM + "vit-b-16";

    /** Models that are no files, whatever files there are. */
    static final Set<String> NAMES = Set.of(DEMO, RANDOM_DEMO, RANDOM_VIT);

    @Option(
            names = "--model",
            defaultValue = DEMO,
            description = "A Hugging Face CLIP directory; a .safetensors, .bin or .pt file; demo: the small pre-trained"
                    + " model in the jar; random:demo, random:vit-b-16 or random:CONFIG.json: random weights"
                    + " (default: ${DEFAULT-VALUE}).")
    private String model;

    @Option(names = "--vocab", description = "BPE merges, when the model does not bring any.")
    private Path vocab;

    @Option(names = "--activation", description = "quick_gelu or gelu, where the checkpoint does not say.")
    private String activation;

    @Option(
            names = "--seed",
            defaultValue = "0",
            description = "Of every random number, random weights included (default: ${DEFAULT-VALUE}).")
    private long seed;

    String model() {
        return model;
    }

    long seed() {
        return seed;
    }

    boolean isDemo() {
        return model.equals(DEMO);
    }

    /** Whether the model sees pictures of the demo's size. */
    boolean hasDemoSizes() {
        return isDemo() || model.equals(RANDOM_DEMO);
    }

    boolean hasVocabulary() {
        return vocab != null;
    }

    boolean isRandom() {
        return model.startsWith(RANDOM);
    }

    /** The file or folder the model is read from, if it is one. */
    Optional<Path> path() {
        return isDemo() || isRandom() ? Optional.empty() : Optional.of(Path.of(model));
    }

    /** The folder in which the model's file lies, or which is the model. */
    Optional<Path> folder() {
        return path().map(path ->
                Files.isDirectory(path) ? path : path.toAbsolutePath().getParent());
    }

    /** The weights on the host; random ones have token embeddings for a vocabulary of this size. */
    ClipState read(int vocabulary) throws IOException {
        return isRandom() ? ClipState.random(withActivation(randomConfig()).withVocabulary(vocabulary), seed) : read();
    }

    /** The weights, on the host. */
    ClipState read() throws IOException {
        if (isDemo()) {
            return DemoModel.state();
        }
        if (isRandom()) {
            return ClipState.random(withActivation(randomConfig()), seed);
        }
        ClipState state = ClipCheckpoint.read(Path.of(model));
        return new ClipState(withActivation(state.config()), state.tensors());
    }

    private ClipConfig randomConfig() throws IOException {
        return switch (model) {
            case RANDOM_DEMO -> DemoModel.config(DemoModel.newTokenizer().vocabularySize());
            case RANDOM_VIT -> ClipConfig.VIT_B_16;
            default -> ClipConfigJson.read(Path.of(model.substring(RANDOM.length())));
        };
    }

    private ClipConfig withActivation(ClipConfig config) {
        if (activation == null) {
            return config;
        }
        return switch (activation) {
            case "quick_gelu" -> config.withActivation(Activation.QUICK_GELU);
            case "gelu" -> config.withActivation(Activation.GELU_ERF);
            default -> throw new IllegalArgumentException("--activation must be quick_gelu or gelu, not " + activation);
        };
    }

    /** The vocabulary: the one given, or the one the model brings. */
    ClipTokenizer tokenizer() throws IOException {
        if (vocab != null) {
            return given(vocab);
        }
        if (isDemo()) {
            return DemoModel.tokenizer();
        }
        if (model.equals(RANDOM_DEMO)) {
            return DemoModel.newTokenizer();
        }
        if (isRandom()) {
            throw new IOException(
                    "--model " + model + " brings no vocabulary: give --vocab bpe_simple_vocab_16e6.txt.gz");
        }
        try {
            return ClipTokenizer.load(folder().orElseThrow());
        } catch (IOException e) {
            throw new IOException(
                    model + ": no vocabulary beside the weights (" + e.getMessage()
                            + "); give --vocab bpe_simple_vocab_16e6.txt.gz",
                    e);
        }
    }

    private static ClipTokenizer given(Path vocab) throws IOException {
        try {
            return ClipTokenizer.load(vocab);
        } catch (NoSuchFileException e) {
            // The message is a sentence of its own, which names the file.
            throw new IOException("--vocab " + e.getMessage(), e);
        }
    }
}
