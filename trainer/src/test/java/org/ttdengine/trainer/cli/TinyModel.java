package org.ttdengine.trainer.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.backend.Activation;
import org.ttdengine.lora.Lora;
import org.ttdengine.lora.LoraConfig;
import org.ttdengine.lora.LoraTargets;
import org.ttdengine.vit.Clip;
import org.ttdengine.vit.ClipCheckpoint;
import org.ttdengine.vit.ClipConfig;
import org.ttdengine.vit.ClipConfigJson;
import org.ttdengine.vit.ClipState;

/** A random CLIP of two layers as Hugging Face stores it, with a vocabulary of a few merges. */
final class TinyModel {
    private static final List<String> MERGES =
            List.of("r e", "re d</w>", "b l", "u e</w>", "bl ue</w>", "d o", "do g</w>", "c a", "ca t</w>");

    static final ClipConfig CONFIG = config(32);

    static final String VOCABULARY = "bpe_simple_vocab_16e6.txt";

    private TinyModel() {}

    /** The sizes of a model with a wider image tower. */
    static ClipConfig wide() {
        return config(48);
    }

    private static ClipConfig config(int width) {
        return new ClipConfig(
                new ClipConfig.Vision(width, 2, 2, 64, 8, 32),
                new ClipConfig.Text(32, 2, 2, 64, 16, 512 + MERGES.size() + 2),
                16,
                Activation.QUICK_GELU,
                1e-5);
    }

    /** Writes the model of a seed to a new folder. */
    static Path write(Path folder, long seed) throws IOException {
        return write(folder, ClipState.random(CONFIG, seed));
    }

    /** Writes weights, sizes and vocabulary to a new folder. */
    static Path write(Path folder, ClipState state) throws IOException {
        Files.createDirectories(folder);
        ClipCheckpoint.write(state, folder.resolve("model.safetensors"));
        Files.writeString(folder.resolve("config.json"), ClipConfigJson.write(state.config()));
        writeVocabulary(folder);
        return folder;
    }

    static Path writeVocabulary(Path folder) throws IOException {
        List<String> lines = new ArrayList<>(List.of("#version: 0.2"));
        lines.addAll(MERGES);
        return Files.write(folder.resolve(VOCABULARY), lines);
    }

    /** Writes adapters for a model to a folder; both factors are random, so that they change it. */
    static Path writeAdapter(Path folder, ClipState state) throws IOException {
        LoraConfig config = new LoraConfig(2, 4, 0, LoraTargets.parse("q,v"));
        try (Device device = Device.cpu(1);
                Clip clip = Clip.of(state, device);
                Lora lora = Lora.attach(clip, config, 5)) {
            randomize(lora);
            lora.weights().write(folder);
        }
        return folder;
    }

    /** Fills the second factors too, which are zero at first. */
    static void randomize(Lora lora) {
        lora.parameters().stream().filter(p -> p.name().contains("lora_B")).forEach(p -> {
            float[] values = new float[p.value().size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (i * 37 % 23 - 11) / 100f;
            }
            p.value().set(values);
        });
    }

    /** Options that name the model of seed 0, which is written into {@code folder}. */
    static List<String> in(Path folder) throws IOException {
        return List.of("--model", write(folder.resolve("tiny"), 0).toString());
    }

    /** The weights that these options name. */
    static ClipState state() {
        return ClipState.random(CONFIG, 0);
    }
}
