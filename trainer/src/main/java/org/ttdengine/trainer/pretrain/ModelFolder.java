package org.ttdengine.trainer.pretrain;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ttdengine.engine.DType;
import org.ttdengine.vit.ClipCheckpoint;
import org.ttdengine.vit.ClipConfigJson;
import org.ttdengine.vit.ClipState;
import org.ttdengine.vit.text.ClipTokenizer;

/** A model as Hugging Face keeps it: weights, sizes and vocabulary in one folder. */
final class ModelFolder {
    private ModelFolder() {}

    /**
     * Writes or replaces a model.
     *
     * @param folder made where absent
     * @param stored type of the weights: F32 or F16
     */
    static void write(Path folder, ClipState state, ClipTokenizer tokenizer, DType stored) throws IOException {
        Files.createDirectories(folder);
        String config = ClipConfigJson.write(state.config(), tokenizer.startToken(), tokenizer.endToken());
        Files.writeString(folder.resolve("config.json"), config + "\n", StandardCharsets.UTF_8);
        tokenizer.write(folder);
        ClipCheckpoint.write(state, folder.resolve("model.safetensors"), stored);
    }
}
