package org.ttdengine.vit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.backend.Activation;

/** One model in every layout there is: what is read is always the same. */
class ClipCheckpointTest {
    private static final ClipState OPENAI = TinyClip.hashed(TinyClip.OPENAI);
    private static final ClipState SMALL = TinyClip.hashed(TinyClip.SMALL);

    @TempDir
    private Path folder;

    @Test
    void whatIsWrittenIsReadBackBitByBit() throws IOException {
        ClipState state = ClipState.random(TinyClip.SMALL.withActivation(Activation.GELU_ERF), 3);
        ClipCheckpoint.write(state, folder.resolve("model.safetensors"));
        Files.writeString(folder.resolve("config.json"), ClipConfigJson.write(state.config()));
        assertSame(ClipCheckpoint.read(folder), state);
        assertSame(ClipCheckpoint.read(folder.resolve("model.safetensors")), state);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void huggingFaceDirectory(boolean half) throws IOException {
        CheckpointLayout.huggingFace(SMALL).half(half).indexBuffers().write(folder.resolve("model.safetensors"));
        Files.writeString(folder.resolve("config.json"), ClipConfigJson.write(SMALL.config()));
        assertSame(ClipCheckpoint.read(folder), SMALL);
    }

    @Test
    void huggingFaceFileWithoutConfiguration() throws IOException {
        Path file = folder.resolve("alone.safetensors");
        CheckpointLayout.huggingFace(OPENAI).write(file);
        assertSame(ClipCheckpoint.read(file), OPENAI);
    }

    @Test
    void huggingFaceShards() throws IOException {
        CheckpointLayout layout = CheckpointLayout.huggingFace(SMALL).half(true);
        layout.only(name -> name.startsWith("vision")).write(folder.resolve("model-00001-of-00002.safetensors"));
        layout.only(name -> !name.startsWith("vision")).write(folder.resolve("model-00002-of-00002.safetensors"));
        StringBuilder index = new StringBuilder("{\"metadata\": {\"total_size\": 1}, \"weight_map\": {");
        String separator = "";
        for (String name : layout.names()) {
            int shard = name.startsWith("vision") ? 1 : 2;
            index.append(separator).append("\"" + name + "\": \"model-0000" + shard + "-of-00002.safetensors\"");
            separator = ", ";
        }
        Files.writeString(folder.resolve("model.safetensors.index.json"), index.append("}}"));
        Files.writeString(folder.resolve("config.json"), ClipConfigJson.write(SMALL.config()));
        assertSame(ClipCheckpoint.read(folder), SMALL);
    }

    @Test
    void huggingFacePickleOfPyTorch() throws IOException, URISyntaxException {
        assertSame(ClipCheckpoint.read(fixture("hugging_face")), SMALL);
        assertSame(ClipCheckpoint.read(fixture("hugging_face/pytorch_model.bin")), SMALL);
    }

    @Test
    void openAiTorchScriptArchive() throws IOException, URISyntaxException {
        assertSame(ClipCheckpoint.read(fixture("openai.pt")), OPENAI);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void openAiNamesInSafetensors(boolean half) throws IOException {
        Path file = folder.resolve("ViT.safetensors");
        CheckpointLayout.openAi(OPENAI).half(half).write(file);
        assertSame(ClipCheckpoint.read(file), OPENAI);
    }

    @Test
    void openClipTrainingCheckpointOfPyTorch() throws IOException, URISyntaxException {
        ClipState expected = new ClipState(SMALL.config().withActivation(Activation.GELU_ERF), SMALL.tensors());
        assertSame(ClipCheckpoint.read(fixture("open_clip")), expected);
    }

    @ParameterizedTest
    @CsvSource({"true, QUICK_GELU", "false, GELU_ERF", ", GELU_ERF"})
    void openClipDirectory(String quickGelu, Activation activation) throws IOException {
        String flag = quickGelu == null ? "" : "\"quick_gelu\": " + quickGelu + ",";
        Files.writeString(folder.resolve("open_clip_config.json"), "{\"model_cfg\": {\"embed_dim\": 6," + flag + """
                         "vision_cfg":
                             {"image_size": 12, "layers": 2, "width": 8, "head_width": 4, "mlp_ratio": 1.5, "patch_size": 4},
                         "text_cfg": {"context_length": 7, "vocab_size": 40, "width": 12, "heads": 3, "layers": 1,
                             "mlp_ratio": 1.6666667}}}
                        """);
        CheckpointLayout.openAi(SMALL).write(folder.resolve("open_clip_model.safetensors"));
        assertSame(
                ClipCheckpoint.read(folder), new ClipState(SMALL.config().withActivation(activation), SMALL.tensors()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "module.", "model.", "clip."})
    void prefixesOfWrappersAreSeenThrough(String prefix) throws IOException {
        Path file = folder.resolve("prefixed.safetensors");
        CheckpointLayout.openAi(OPENAI).renamed(name -> prefix + name).write(file);
        assertSame(ClipCheckpoint.read(file), OPENAI);
        Path huggingFace = folder.resolve("prefixed_hf.safetensors");
        CheckpointLayout.huggingFace(OPENAI).renamed(name -> prefix + name).write(huggingFace);
        assertSame(ClipCheckpoint.read(huggingFace), OPENAI);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "module."})
    void theTextTowerMayHaveAPrefixOfItsOwn(String prefix) throws IOException {
        Path file = folder.resolve("custom_text.safetensors");
        CheckpointLayout.openAi(OPENAI)
                .renamed(name -> prefix + (name.matches("visual\\..*|logit_scale") ? "" : "text.") + name)
                .write(file);
        assertSame(ClipCheckpoint.read(file), OPENAI);
    }

    @Test
    void theLogitScaleMayHaveOneAxis() throws IOException {
        Path file = folder.resolve("scale.safetensors");
        CheckpointLayout.openAi(OPENAI).reshaped("logit_scale", Shape.of(1)).write(file);
        assertSame(ClipCheckpoint.read(file), OPENAI);
    }

    @Test
    void aMissingLogitScaleIsThatOfTrainedModels() throws IOException {
        Path file = folder.resolve("no_scale.safetensors");
        CheckpointLayout.openAi(OPENAI)
                .only(name -> !name.equals("logit_scale"))
                .write(file);
        Map<String, float[]> expected = new TreeMap<>(OPENAI.tensors());
        expected.put("logit_scale", new float[] {(float) Math.log(100)});
        assertSame(ClipCheckpoint.read(file), new ClipState(OPENAI.config(), expected));
    }

    @Test
    void theTransposeOfATransposeIsTheMatrix() {
        float[] matrix = {1, 2, 3, 4, 5, 6};
        assertThat(ClipCheckpoint.transpose(matrix, 2, 3)).containsExactly(1, 4, 2, 5, 3, 6);
        assertThat(ClipCheckpoint.transpose(ClipCheckpoint.transpose(matrix, 2, 3), 3, 2))
                .containsExactly(matrix);
    }

    private static void assertSame(ClipState actual, ClipState expected) {
        assertThat(actual.config()).isEqualTo(expected.config());
        assertThat(actual.tensors().keySet())
                .containsExactlyInAnyOrderElementsOf(expected.tensors().keySet());
        expected.tensors()
                .forEach((name, values) ->
                        assertThat(actual.tensor(name)).as(name).isEqualTo(values));
    }

    private static Path fixture(String name) throws URISyntaxException {
        return Path.of(
                ClipCheckpointTest.class.getResource("/checkpoints/" + name).toURI());
    }
}
