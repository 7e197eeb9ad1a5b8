package org.ttdengine.trainer.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.ttdengine.vit.ClipConfigJson;
import org.ttdengine.vit.ClipState;

/** A random CLIP of a few thousand weights with patches of 8, which spells all words but "red". */
final class TinyModel {
    private static final String CONFIG = """
            {"projection_dim": 8,
             "vision_config": {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2,
                               "intermediate_size": 32, "patch_size": 8, "image_size": 32},
             "text_config": {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2,
                             "intermediate_size": 32, "max_position_embeddings": 32, "vocab_size": 516}}
            """;

    private static final String MERGES = "#version: 0.2\nr e\nre d</w>\n";

    private TinyModel() {}

    /** Options that name the model, whose files are written into {@code folder}. */
    static List<String> in(Path folder) throws IOException {
        Path config = Files.writeString(folder.resolve("tiny.json"), CONFIG);
        Path vocab = Files.writeString(folder.resolve("tiny-merges.txt"), MERGES);
        return List.of("--model", "random:" + config, "--vocab", vocab.toString());
    }

    /** The weights that these options name. */
    static ClipState state(Path folder) throws IOException {
        return ClipState.random(ClipConfigJson.read(Files.writeString(folder.resolve("tiny.json"), CONFIG)), 0);
    }
}
