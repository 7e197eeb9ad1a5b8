package org.ttdengine.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.io.SafetensorsWriter;
import org.ttdengine.engine.io.TensorFile;
import org.ttdengine.engine.io.TensorFiles;
import org.ttdengine.vit.ClipConfig;
import org.ttdengine.vit.ClipModule;
import org.ttdengine.vit.ClipState;

/** PEFT directories: what is in them, what is read from them, what is refused. */
class LoraWeightsTest {
    private static final String CONFIG =
            "{\"peft_type\": \"LORA\", \"r\": 2, \"lora_alpha\": 3, \"target_modules\": [\"q_proj\", \"fc1\"]}";
    private static final String QUERIES = "base_model.model.vision_model.encoder.layers.0.self_attn.q_proj.";
    private static final String HIDDEN = "base_model.model.text_model.encoder.layers.0.mlp.fc1.";

    @TempDir
    private Path folder;

    /** Tensors of an adapter that fits {@link TinyModel#CONFIG}, by name. */
    private final Map<String, Shape> shapes = new LinkedHashMap<>(Map.of(
            QUERIES + "lora_A.weight", Shape.of(2, 8),
            QUERIES + "lora_B.weight", Shape.of(8, 2),
            HIDDEN + "lora_A.weight", Shape.of(2, 12),
            HIDDEN + "lora_B.weight", Shape.of(20, 2)));

    private static float[] numbers(String name, int count) {
        SplittableRandom random = new SplittableRandom(name.hashCode());
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (random.nextDouble() - 0.5);
        }
        return values;
    }

    private Path file() {
        return folder.resolve("adapter_model.safetensors");
    }

    private void write() throws IOException {
        Files.writeString(folder.resolve("adapter_config.json"), CONFIG);
        SafetensorsWriter writer = new SafetensorsWriter();
        shapes.forEach((name, shape) -> writer.floats(name, shape, numbers(name, shape.size())));
        writer.write(file());
    }

    private LoraWeights read() throws IOException {
        return LoraWeights.read(folder, TinyModel.CONFIG);
    }

    @Test
    void anAdapterOfPeftIsRead() throws IOException {
        write();
        LoraWeights weights = read();
        assertThat(weights.pairs()).hasSize(2);
        LoraWeights.Pair queries = weights.pairs().get(0);
        assertThat(queries.module().path()).isEqualTo("vision_model.encoder.layers.0.self_attn.q_proj");
        assertThat(queries.rank()).isEqualTo(2);
        assertThat(queries.a()).isEqualTo(numbers(QUERIES + "lora_A.weight", 16));
        assertThat(queries.b()).isEqualTo(numbers(QUERIES + "lora_B.weight", 16));
        assertThat(weights.pairs().get(1).module().path()).isEqualTo("text_model.encoder.layers.0.mlp.fc1");
    }

    @Test
    void theNameOfTheAdapterMayStandInTheTensorsNames() throws IOException {
        rename(QUERIES + "lora_A.weight", QUERIES + "lora_A.default.weight");
        rename(QUERIES + "lora_B.weight", QUERIES + "lora_B.default.weight");
        write();
        assertThat(read().pairs()).hasSize(2);
    }

    @Test
    void thePrefixOfPeftMayBeMissing() throws IOException {
        for (String name : List.copyOf(shapes.keySet())) {
            rename(name, name.replace("base_model.model.", ""));
        }
        write();
        assertThat(read().pairs()).hasSize(2);
    }

    private void rename(String from, String to) {
        shapes.put(to, shapes.remove(from));
    }

    @Test
    void anAdapterInPyTorchsFormatIsRead() throws IOException, URISyntaxException {
        Path directory =
                Path.of(LoraWeightsTest.class.getResource("/adapter_bin").toURI());
        LoraWeights weights = LoraWeights.read(directory, TinyModel.CONFIG);
        assertThat(weights.pairs()).hasSize(2);
        assertThat(weights.config().scale(weights.pairs().get(0).module().path(), 2))
                .isEqualTo(2);
        assertThat(weights.pairs().get(0).a()).startsWith(0, 0.125f, 0.25f).hasSize(16);
        assertThat(weights.pairs().get(1).b()).startsWith(-1, -0.875f).hasSize(24);
    }

    @Test
    void theRankMayDifferFromModuleToModule() throws IOException {
        shapes.put(HIDDEN + "lora_A.weight", Shape.of(5, 12));
        shapes.put(HIDDEN + "lora_B.weight", Shape.of(20, 5));
        write();
        Files.writeString(
                folder.resolve("adapter_config.json"),
                CONFIG.replace("{\"peft", "{\"rank_pattern\": {\"fc1\": 5}, \"peft"));
        assertThat(read().pairs()).extracting(LoraWeights.Pair::rank).containsExactly(2, 5);
    }

    /** Names and shapes that any PEFT user can load into Hugging Face's CLIPModel. */
    @Test
    void thePapersAdapterOfVitB16HasTheTensorsThatPeftExpects() throws IOException {
        LoraConfig paper = LoraConfig.paper();
        List<LoraWeights.Pair> pairs = new ArrayList<>();
        for (ClipModule module : ClipModule.of(ClipConfig.VIT_B_16)) {
            if (paper.targets().match(module.path())) {
                float[] a = numbers(module.path() + "A", 10 * module.in());
                pairs.add(new LoraWeights.Pair(module, 10, a, numbers(module.path() + "B", 10 * module.out())));
            }
        }
        new LoraWeights(PeftConfig.of(paper), pairs).write(folder);
        Map<String, Shape> expected = new LinkedHashMap<>();
        for (int layer = 0; layer < 12; layer++) {
            for (String projection : List.of("q_proj", "v_proj")) {
                String rest = "_model.encoder.layers." + layer + ".self_attn." + projection;
                expected.put("base_model.model.vision" + rest + ".lora_A.weight", Shape.of(10, 768));
                expected.put("base_model.model.vision" + rest + ".lora_B.weight", Shape.of(768, 10));
                expected.put("base_model.model.text" + rest + ".lora_A.weight", Shape.of(10, 512));
                expected.put("base_model.model.text" + rest + ".lora_B.weight", Shape.of(512, 10));
            }
        }
        try (TensorFile tensors = TensorFiles.open(file())) {
            assertThat(tensors.names()).containsExactlyInAnyOrderElementsOf(expected.keySet());
            for (Map.Entry<String, Shape> tensor : expected.entrySet()) {
                assertThat(tensors.info(tensor.getKey()).shape()).isEqualTo(tensor.getValue());
                assertThat(tensors.info(tensor.getKey()).dtype()).isEqualTo(DType.F32);
            }
            assertThat(tensors.metadata()).containsEntry("format", "pt");
        }
        LoraWeights read = LoraWeights.read(folder, ClipConfig.VIT_B_16);
        assertThat(read.config().lora()).isEqualTo(paper);
        assertThat(read.pairs()).hasSameSizeAs(pairs);
        long size = 0;
        for (int i = 0; i < pairs.size(); i++) {
            assertThat(read.pairs().get(i).module()).isEqualTo(pairs.get(i).module());
            assertThat(read.pairs().get(i).a()).isEqualTo(pairs.get(i).a());
            assertThat(read.pairs().get(i).b()).isEqualTo(pairs.get(i).b());
            size += pairs.get(i).a().length + pairs.get(i).b().length;
        }
        assertThat(size).isEqualTo(614_400);
    }

    @Test
    void mergingAddsTheScaledProductToItsRowsOnly() throws IOException {
        write();
        LoraWeights weights = read();
        ClipState before = ClipState.random(TinyModel.CONFIG, 1);
        ClipState after = ClipState.random(TinyModel.CONFIG, 1);
        weights.mergeInto(after);
        String fused = "visual.transformer.resblocks.0.attn.in_proj_weight";
        float[] a = weights.pairs().get(0).a();
        float[] b = weights.pairs().get(0).b();
        for (int row = 0; row < 24; row++) {
            for (int column = 0; column < 8; column++) {
                double added = 0;
                for (int r = 0; row < 8 && r < 2; r++) {
                    added += 1.5 * b[row * 2 + r] * a[r * 8 + column];
                }
                assertThat((double) after.tensor(fused)[row * 8 + column])
                        .isCloseTo(before.tensor(fused)[row * 8 + column] + added, Offset.offset(1e-7));
            }
        }
        before.tensors().forEach((name, values) -> {
            boolean adapted = name.equals(fused) || name.equals("transformer.resblocks.0.mlp.c_fc.weight");
            assertThat(Arrays.equals(values, after.tensor(name))).as(name).isEqualTo(!adapted);
        });
    }

    @Test
    void aDirectoryWithoutWeightsIsRefused() throws IOException {
        Files.writeString(folder.resolve("adapter_config.json"), CONFIG);
        assertRefused(folder + ": no adapter here; looked for adapter_model.safetensors and .bin");
    }

    @Test
    void aDirectoryWithoutConfigurationIsRefused() throws IOException {
        write();
        Files.delete(folder.resolve("adapter_config.json"));
        assertRefused(folder.resolve("adapter_config.json") + ": no such file; --adapter takes a PEFT LoRA directory");
    }

    @Test
    void anotherModelsWidthIsRefused() throws IOException {
        shapes.put(QUERIES + "lora_A.weight", Shape.of(2, 16));
        write();
        assertRefused(file() + ": an adapter for another model, or not of the rank in adapter_config.json: tensor "
                + QUERIES + "lora_A.weight has shape [2, 16], expected [2, 8]");
    }

    @Test
    void aRankThatTheConfigurationDoesNotTellIsRefused() throws IOException {
        shapes.put(QUERIES + "lora_A.weight", Shape.of(3, 8));
        shapes.put(QUERIES + "lora_B.weight", Shape.of(8, 3));
        write();
        assertRefused(file() + ": an adapter for another model, or not of the rank in adapter_config.json: tensor "
                + QUERIES + "lora_A.weight has shape [3, 8], expected [2, 8]");
    }

    @Test
    void factorsOfTwoRanksAreRefused() throws IOException {
        shapes.put(QUERIES + "lora_B.weight", Shape.of(8, 3));
        write();
        assertRefused(file() + ": an adapter for another model, or not of the rank in adapter_config.json: tensor "
                + QUERIES + "lora_B.weight has shape [8, 3], expected [8, 2]");
    }

    @Test
    void adaptersOfConvolutionsAreRefused() throws IOException {
        shapes.put(QUERIES + "lora_A.weight", Shape.of(2, 8, 1, 1));
        write();
        assertRefused(file() + ": an adapter for another model, or not of the rank in adapter_config.json: tensor "
                + QUERIES + "lora_A.weight has shape [2, 8, 1, 1], expected [2, 8]");
    }

    @Test
    void halfAPairIsRefused() throws IOException {
        shapes.remove(HIDDEN + "lora_B.weight");
        write();
        assertRefused(file() + ": module text_model.encoder.layers.0.mlp.fc1 has only one of lora_A and lora_B");
    }

    @Test
    void modulesThatTheModelDoesNotHaveAreRefused() throws IOException {
        String other = "base_model.model.model.layers.7.self_attn.q_proj.lora_A.weight";
        shapes.put(other, Shape.of(2, 8));
        write();
        assertRefused(file() + ": an adapter for another model: it holds " + other + ", which this CLIP does not have");
    }

    @Test
    void trainedModulesBesidesTheAdaptersAreRefused() throws IOException {
        String saved = "base_model.model.visual_projection.weight";
        shapes.put(saved, Shape.of(6, 8));
        write();
        assertRefused(file() + ": an adapter for another model: it holds " + saved + ", which this CLIP does not have");
    }

    @Test
    void aFileWithoutAdaptersIsRefused() throws IOException {
        shapes.clear();
        write();
        assertRefused(file() + ": an adapter for another model: it holds nothing, which this CLIP does not have");
    }

    @Test
    void twoAdaptersInOneFileAreRefused() throws IOException {
        shapes.put(QUERIES + "lora_A.other.weight", Shape.of(2, 8));
        write();
        assertThatThrownBy(this::read)
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(file() + ": more than one adapter: it holds both " + QUERIES + "lora_A.");
    }

    private void assertRefused(String message) {
        assertThatThrownBy(this::read).isInstanceOf(IOException.class).hasMessage(message);
        assertThat(message).hasLineCount(1);
    }
}
