package org.ttdengine.trainer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.ttdengine.engine.backend.Activation;
import org.ttdengine.trainer.data.demo.DemoPairs;
import org.ttdengine.trainer.data.demo.DemoWords;
import org.ttdengine.vit.ClipCheckpoint;
import org.ttdengine.vit.ClipConfig;
import org.ttdengine.vit.ClipState;
import org.ttdengine.vit.text.ClipTokenizer;

/**
 * The small model that comes with the demo data: a CLIP pre-trained on scenes of the demo, kept in the jar as a Hugging
 * Face directory, whose README.md tells how it was made.
 */
public final class DemoModel {
    /** Side of the demo's pictures. */
    public static final int IMAGE_SIZE = 112;

    private static final String FOLDER = "demo-model/";
    private static final List<String> FILES = List.of("config.json", "merges.txt", "vocab.json", "model.safetensors");
    private static final int CONTEXT = 32;

    private DemoModel() {}

    /** The demo's data to fine-tune on: every caption is a sentence. */
    public static DemoPairs pairs(long size, long seed) {
        return DemoPairs.sentences(size, seed, IMAGE_SIZE);
    }

    /** The pre-trained weights. */
    public static ClipState state() throws IOException {
        return unpacked(ClipCheckpoint::read);
    }

    /** The vocabulary of the pre-trained weights. */
    public static ClipTokenizer tokenizer() throws IOException {
        return unpacked(ClipTokenizer::load);
    }

    /**
     * The sizes of the model, with which its pre-training starts from random weights.
     *
     * @param vocabulary number of tokens
     */
    public static ClipConfig config(int vocabulary) {
        return new ClipConfig(
                new ClipConfig.Vision(128, 4, 2, 512, 8, IMAGE_SIZE),
                new ClipConfig.Text(128, 3, 2, 512, CONTEXT, vocabulary),
                64,
                Activation.QUICK_GELU,
                1e-5);
    }

    /** A vocabulary learnt anew: one token per word of the demo's captions; other words are spelt. */
    public static ClipTokenizer newTokenizer() throws IOException {
        return ClipTokenizer.ofMerges(WordMerges.of(DemoWords.all()));
    }

    /**
     * Copies the pre-trained model, weights and vocabulary, to a folder that {@code --model} takes.
     *
     * @param folder exists
     */
    public static void unpack(Path folder) throws IOException {
        for (String name : FILES) {
            try (InputStream file = DemoModel.class.getResourceAsStream(FOLDER + name)) {
                if (file == null) {
                    throw new IOException("the jar lacks the demo model's " + name + "; build it anew");
                }
                Files.copy(file, folder.resolve(name));
            }
        }
    }

    @FunctionalInterface
    private interface Reader<T> {
        T read(Path folder) throws IOException;
    }

    /** Reads the model from a folder that exists meanwhile. */
    private static <T> T unpacked(Reader<T> reader) throws IOException {
        Path folder = Files.createTempDirectory("ttd-demo-model");
        try {
            unpack(folder);
            return reader.read(folder);
        } finally {
            for (String name : FILES) {
                Files.deleteIfExists(folder.resolve(name));
            }
            Files.delete(folder);
        }
    }
}
