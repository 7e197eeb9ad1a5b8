package org.ttdengine.vit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.testing.SharedFiles;

/** Names and shapes of ViT-B/16 against the table of its published checkpoints. */
class ClipTensorsTest {
    private static final Map<String, Shape> OURS = ClipTensors.of(ClipConfig.VIT_B_16);

    /** A line of the table; a brace in a Hugging Face name stands for the three of q, k and v. */
    private record Row(String name, String shape, String huggingFace) {}

    private static List<Row> table() throws IOException {
        return Files.readAllLines(SharedFiles.require("spec/clip_vit_b16_tensors.tsv")).stream()
                .skip(1)
                .map(line -> line.split("\t", -1))
                .map(columns -> new Row(columns[0], columns[1], columns[3]))
                .toList();
    }

    @Test
    void namesShapesAndOrderAreOpenAis() throws IOException {
        List<Row> table = table();
        assertThat(table).hasSize(302);
        assertThat(OURS.keySet())
                .containsExactlyElementsOf(table.stream().map(Row::name).toList());
        for (Row row : table) {
            assertThat(OURS.get(row.name())).as(row.name()).hasToString(row.shape());
        }
    }

    @Test
    void huggingFaceNamesAreThoseOfTheTable() throws IOException {
        for (Row row : table()) {
            List<String> expected = row.huggingFace().contains("{q,k,v}")
                    ? List.of("q", "k", "v").stream()
                            .map(part -> row.huggingFace().replace("{q,k,v}", part))
                            .toList()
                    : List.of(row.huggingFace());
            assertThat(parts(row.name()).stream().map(ClipNaming.Part::name)).containsExactlyElementsOf(expected);
        }
    }

    @Test
    void huggingFacePartsHoldAllElementsOnce() {
        List<String> names = new ArrayList<>();
        OURS.forEach((name, shape) -> {
            List<ClipNaming.Part> parts = parts(name);
            parts.forEach(part -> names.add(part.name()));
            assertThat(parts.stream().mapToInt(part -> part.shape().size()).sum())
                    .as(name)
                    .isEqualTo(shape.size());
        });
        Set<String> distinct = new HashSet<>(names);
        assertThat(names).hasSize(398).hasSameSizeAs(distinct);
    }

    @Test
    void onlyTheProjectionsAreTransposed() {
        List<String> transposed = OURS.keySet().stream()
                .filter(name -> parts(name).stream().anyMatch(ClipNaming.Part::transposed))
                .toList();
        assertThat(transposed).containsExactly("visual.proj", "text_projection");
        assertThat(parts("visual.proj").get(0).shape()).isEqualTo(Shape.of(512, 768));
    }

    @Test
    void openAiNamesAreOurOwn() {
        OURS.forEach((name, shape) -> assertThat(ClipNaming.OPENAI.parts(name, shape))
                .containsExactly(new ClipNaming.Part(name, shape, false)));
    }

    @Test
    void parametersAddUp() {
        assertThat(OURS.values().stream().mapToLong(Shape::size).sum()).isEqualTo(149_620_737);
    }

    @Test
    void everyLinearMapOfEveryBlockIsAModule() {
        List<ClipModule> modules = ClipModule.of(ClipConfig.VIT_B_16);
        assertThat(modules).hasSize(24 * 6);
        for (ClipModule module : modules) {
            Shape tensor = OURS.get(module.tensor());
            assertThat(tensor).as(module.tensor()).isNotNull();
            assertThat(module.in()).isEqualTo(tensor.size(1));
            assertThat(module.firstRow() + module.out()).isLessThanOrEqualTo(tensor.size(0));
            ClipNaming.Part part = parts(module.tensor()).stream()
                    .filter(p -> p.name().equals(module.path() + ".weight"))
                    .findFirst()
                    .orElseThrow();
            assertThat(part.shape()).isEqualTo(Shape.of(module.out(), module.in()));
            int before = Arrays.asList("q_proj", "k_proj", "v_proj")
                    .indexOf(module.path().substring(module.path().lastIndexOf('.') + 1));
            assertThat(module.firstRow()).isEqualTo(Math.max(0, before) * module.out());
        }
    }

    private static List<ClipNaming.Part> parts(String name) {
        return ClipNaming.HUGGING_FACE.parts(name, OURS.get(name));
    }
}
