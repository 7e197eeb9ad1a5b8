package org.ttdengine.vit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.io.SafetensorsWriter;

/** What cannot be used is refused with one line that names the file and what is wrong. */
class ClipCheckpointErrorsTest {
    private static final ClipState OPENAI = TinyClip.hashed(TinyClip.OPENAI);
    private static final ClipState SMALL = TinyClip.hashed(TinyClip.SMALL);

    @TempDir
    private Path folder;

    @Test
    void aMissingFile() {
        Path file = folder.resolve("nowhere");
        assertRefused(file, file + ": no such file or directory; --model takes a checkpoint, demo or random:vit-b-16");
    }

    @Test
    void aDirectoryWithoutWeights() throws IOException {
        Files.writeString(folder.resolve("config.json"), ClipConfigJson.write(SMALL.config()));
        assertRefused(
                folder,
                folder + ": no CLIP weights here; looked for model.safetensors, open_clip_model.safetensors,"
                        + " model.safetensors.index.json, pytorch_model.bin, open_clip_pytorch_model.bin,"
                        + " pytorch_model.bin.index.json");
    }

    @Test
    void anotherModel() throws IOException {
        Path file = folder.resolve("model.safetensors");
        new SafetensorsWriter()
                .floats("bert.embeddings.weight", Shape.of(1), new float[1])
                .write(file);
        assertRefused(
                file,
                file + ": no CLIP checkpoint: it holds neither visual.class_embedding nor"
                        + " vision_model.embeddings.class_embedding");
    }

    @Test
    void somethingElseThanACheckpoint() throws IOException {
        Path file = folder.resolve("model.safetensors");
        Files.writeString(file, "\u0001 not a checkpoint");
        assertRefusedNaming(file);
    }

    @Test
    void aTensorOfTheWrongShape() throws IOException {
        Path file = folder.resolve("openai.safetensors");
        CheckpointLayout.openAi(OPENAI).reshaped("ln_final.bias", Shape.of(65)).write(file);
        assertRefused(file, file + ": tensor ln_final.bias has shape [65], expected [64]");
    }

    @Test
    void aTensorOfTheWrongShapeInsideAFusedOne() throws IOException {
        String name = "text_model.encoder.layers.0.self_attn.k_proj.weight";
        Path file = folder.resolve("hf.safetensors");
        CheckpointLayout.huggingFace(OPENAI).reshaped(name, Shape.of(32, 128)).write(file);
        assertRefused(file, file + ": tensor " + name + " has shape [32, 128], expected [64, 64]");
    }

    @Test
    void aMissingTensorIsNamedAsTheFileWould() throws IOException {
        String name = "vision_model.encoder.layers.1.mlp.fc1.weight";
        Path file = folder.resolve("hf.safetensors");
        CheckpointLayout.huggingFace(OPENAI).only(n -> !n.equals(name)).write(file);
        assertRefused(file, file + ": tensor " + name + " [16, 64] is missing");
    }

    @Test
    void aMissingTensorThatTheSizesAreToldFrom() throws IOException {
        Path file = folder.resolve("openai.safetensors");
        CheckpointLayout.openAi(OPENAI)
                .only(n -> !n.equals("visual.conv1.weight"))
                .write(file);
        assertRefused(file, file + ": tensor visual.conv1.weight is missing");
    }

    @Test
    void aTensorThatTheSizesAreToldFromWithTooFewAxes() throws IOException {
        Path file = folder.resolve("openai.safetensors");
        CheckpointLayout.openAi(OPENAI)
                .reshaped("visual.conv1.weight", Shape.of(64, 48))
                .write(file);
        assertRefused(file, file + ": tensor visual.conv1.weight has shape [64, 48], expected 4 axes");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 31})
    void positionsThatMakeNoGrid(int rows) throws IOException {
        Path file = folder.resolve("openai.safetensors");
        CheckpointLayout.openAi(OPENAI)
                .reshaped("visual.positional_embedding", Shape.of(rows, 64))
                .write(file);
        assertRefusedNaming(file);
    }

    @Test
    void widthsThatCannotBeSplitIntoHeads() throws IOException {
        Path file = folder.resolve("openai.safetensors");
        CheckpointLayout.openAi(OPENAI)
                .reshaped("token_embedding.weight", Shape.of(40, 200))
                .write(file);
        assertRefused(
                file, file + ": sizes cannot be told from the weights: text width 200 cannot be split among 3 heads");
    }

    @Test
    void aConfigurationThatAsksForOtherSizes() throws IOException {
        Path file = folder.resolve("model.safetensors");
        CheckpointLayout.huggingFace(SMALL).write(file);
        Files.writeString(folder.resolve("config.json"), ClipConfigJson.write(OPENAI.config()));
        assertRefused(folder, file + ": tensor vision_model.embeddings.class_embedding has shape [8], expected [64]");
    }

    @Test
    void aConfigurationThatAsksForMoreBlocks() throws IOException {
        ClipConfig.Vision small = SMALL.config().vision();
        ClipConfig deeper = new ClipConfig(
                new ClipConfig.Vision(8, 3, 2, 12, 4, small.imageSize()),
                SMALL.config().text(),
                6,
                SMALL.config().activation(),
                1e-5);
        Path file = folder.resolve("model.safetensors");
        CheckpointLayout.huggingFace(SMALL).write(file);
        Files.writeString(folder.resolve("config.json"), ClipConfigJson.write(deeper));
        assertRefused(folder, file + ": tensor vision_model.encoder.layers.2.layer_norm1.weight [8] is missing");
    }

    /** Each of these would be a tensor of at least 30 MB, if the file were not looked at before. */
    @ParameterizedTest
    @CsvSource({
        "image_size, 12, 4096",
        "intermediate_size, 12, 1048576",
        "max_position_embeddings, 7, 1048576",
        "vocab_size, 40, 1048576"
    })
    void aConfigurationThatAsksForMoreThanTheFileHoldsAllocatesNothing(String key, int fits, int asked)
            throws IOException {
        CheckpointLayout.huggingFace(SMALL).write(folder.resolve("model.safetensors"));
        String config = ClipConfigJson.write(SMALL.config());
        assertThat(config).contains("\"" + key + "\" : " + fits);
        Files.writeString(
                folder.resolve("config.json"),
                config.replace("\"" + key + "\" : " + fits, "\"" + key + "\" : " + asked));
        long before = allocatedBytes();
        assertRefusedNaming(folder);
        assertThat(allocatedBytes() - before).isLessThan(4 << 20);
    }

    private static long allocatedBytes() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    @ParameterizedTest
    @ValueSource(ints = {32768, 1048576})
    void aConfigurationThatAsksForMoreThanATensorHolds(int width) throws IOException {
        CheckpointLayout.huggingFace(SMALL).write(folder.resolve("model.safetensors"));
        String tower = "{\"hidden_size\": " + width + ", \"num_attention_heads\": 1}";
        Files.writeString(
                folder.resolve("config.json"), "{\"vision_config\": " + tower + ", \"text_config\": " + tower + "}");
        assertRefusedNaming(folder);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{ | not valid JSON: ",
                "[] | a model configuration must be a JSON object",
                "`` | a model configuration must be a JSON object",
                "{\"model_type\": \"bert\"} | no CLIP configuration: it has neither vision_config nor text_config",
                "{\"vision_config\": {\"hidden_size\": \"wide\"}} | hidden_size must be a whole number below a million, not \"wide\"",
                "{\"vision_config\": {\"hidden_size\": 1e3}} | hidden_size must be a whole number below a million, not 1000.0",
                "{\"vision_config\": {\"hidden_size\": 99999999999}} | hidden_size must be a whole number below a million, not 99999999999",
                "{\"vision_config\": {\"hidden_size\": -768}} | vision width, layers, heads, mlp and patch must be positive, the image no smaller than a patch",
                "{\"vision_config\": {\"num_attention_heads\": 5}} | vision width 768 cannot be split among 5 heads",
                "{\"vision_config\": {\"num_hidden_layers\": 1000000}} | vision layers must be at most 1000, not 1000000",
                "{\"text_config\": {\"num_hidden_layers\": 1000000}} | text layers must be at most 1000, not 1000000",
                "{\"vision_config\": {\"image_size\": 1048576}} | an image of 1048576 has more than 1024 patches of 32 along a side",
                "{\"vision_config\": {\"hidden_act\": \"relu\"}} | activation 'relu' is neither quick_gelu nor gelu",
                "{\"vision_config\": {\"layer_norm_eps\": -1}} | embedding width and layer norm epsilon must be positive",
                "{\"vision_config\": {\"layer_norm_eps\": \"small\"}} | layer_norm_eps must be a number, not \"small\"",
                "{\"model_cfg\": {\"vision_cfg\": {\"layers\": [3, 4, 6, 3]}}} | layers must be a whole number below a million, not [3,4,6,3]",
                "{\"model_cfg\": {\"vision_cfg\": {\"head_width\": 0}}} | head_width must be positive, not 0",
                "{\"model_cfg\": {\"vision_cfg\": {\"layers\": 1000000}}} | vision layers must be at most 1000, not 1000000",
                "{\"model_cfg\": {\"vision_cfg\": {\"mlp_ratio\": 1e9}}} | mlp_ratio must be between 0 and 1000, not 1.0E9",
                "{\"model_cfg\": {\"text_cfg\": {\"mlp_ratio\": \"four\"}}} | mlp_ratio must be a number, not \"four\""
            })
    void aConfigurationThatCannotBeRead(String json, String problem) throws IOException {
        CheckpointLayout.huggingFace(SMALL).write(folder.resolve("model.safetensors"));
        Path config = folder.resolve("config.json");
        Files.writeString(config, json);
        assertThatThrownBy(() -> ClipCheckpoint.read(folder))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(config + ": " + problem)
                .extracting(Throwable::getMessage)
                .asString()
                .hasLineCount(1);
    }

    @Test
    void aMissingConfiguration() {
        Path file = folder.resolve("config.json");
        assertThatThrownBy(() -> ClipConfigJson.read(file))
                .isInstanceOf(IOException.class)
                .hasMessage(file + ": no such file");
    }

    @Test
    void aStateThatLacksATensor() {
        Map<String, float[]> tensors = new HashMap<>(SMALL.tensors());
        tensors.remove("visual.proj");
        assertThatThrownBy(() -> new ClipState(SMALL.config(), tensors))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the model lacks tensor visual.proj [8, 6]");
        tensors.put("visual.proj", new float[47]);
        assertThatThrownBy(() -> new ClipState(SMALL.config(), tensors)).hasMessageContaining("visual.proj");
    }

    private void assertRefused(Path model, String message) {
        assertThatThrownBy(() -> ClipCheckpoint.read(model))
                .isInstanceOf(IOException.class)
                .hasMessage(message);
        assertThat(message).hasLineCount(1);
    }

    private void assertRefusedNaming(Path model) {
        assertThatThrownBy(() -> ClipCheckpoint.read(model))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(model.toString())
                .extracting(Throwable::getMessage)
                .asString()
                .hasLineCount(1);
    }
}
