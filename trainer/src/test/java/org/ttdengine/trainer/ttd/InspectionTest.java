package org.ttdengine.trainer.ttd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.autograd.Parameter;
import org.ttdengine.engine.backend.Phi;
import org.ttdengine.engine.io.TensorFile;
import org.ttdengine.engine.io.TensorFiles;
import org.ttdengine.engine.io.TensorInfo;
import org.ttdengine.lora.Lora;
import org.ttdengine.vit.Clip;
import org.ttdengine.vit.ClipCheckpoint;
import org.ttdengine.vit.image.PreparedImage;

/** The intermediates of single pairs against what PyTorch computed in double precision. */
class InspectionTest {
    /** Of a tensor's largest value; what the golden files promise of single precision. */
    private static final double TOLERANCE = 1e-5;

    private static Clip model(Device device) throws IOException {
        return Clip.of(ClipCheckpoint.read(GoldenPairs.FOLDER.resolve("model")), device);
    }

    private static Inspection inspect(Clip clip, GoldenPairs golden, int pair) throws IOException {
        TextBatch.Entry entry = golden.pair(pair);
        return Inspection.of(clip, entry.image(), entry.caption(), entry.tags(), golden::sequence, TtdOptions.paper());
    }

    @Test
    void everyTensorOfAnAdaptedModelIsThatOfPyTorch(@TempDir Path folder) throws IOException {
        try (GoldenPairs golden = GoldenPairs.open();
                Device device = Device.cpu(1);
                Clip clip = model(device);
                Lora lora = Lora.load(clip, GoldenPairs.FOLDER.resolve("adapter"), false)) {
            assertThat(lora.parameters()).noneMatch(Parameter::isTrainable);
            double distill = 0;
            double tag = 0;
            for (int pair = 0; pair < GoldenPairs.PAIRS; pair++) {
                Path file = folder.resolve(pair + ".safetensors");
                inspect(clip, golden, pair).write(file);
                try (TensorFile written = TensorFiles.open(file)) {
                    check(golden, pair, written);
                    distill += written.readFloats("loss_distill")[0];
                    tag += written.readFloats("loss_tag")[0];
                }
            }
            close("distill", golden.floats("steps.distill")[0], distill / GoldenPairs.PAIRS);
            close("tag", golden.floats("steps.tag")[0], tag / GoldenPairs.PAIRS);
        }
    }

    private static void check(GoldenPairs golden, int pair, TensorFile written) throws IOException {
        int from = golden.tagOffsets()[pair];
        int to = golden.tagOffsets()[pair + 1];
        float[] texts = golden.floats("step0.text_embedding");
        TextBatch.Entry entry = golden.pair(pair);
        assertThat(written.readFloats("pixels")).containsExactly(entry.image().pixels());
        close("pixel_embeddings", golden.part("step0.dense", pair, GoldenPairs.PAIRS), written);
        close("text_embedding", rows(texts, List.of(entry.caption())), written);
        close("tag_embeddings", rows(texts, entry.tags().stream().map(Tag::word).toList()), written);
        close("similarity_text", similar(golden.part("step0.text_cosine", pair, GoldenPairs.PAIRS)), written);
        close(
                "similarity_tags",
                similar(Arrays.copyOfRange(
                        golden.floats("step0.tag_cosine"), from * GoldenPairs.CELLS, to * GoldenPairs.CELLS)),
                written);
        close("scores", Arrays.copyOfRange(golden.floats("step0.batch0.scores"), from, to), written);
        assertThat(written.readFloats("selected"))
                .containsExactly(Arrays.copyOfRange(golden.floats("step0.batch0.selected"), from, to));
        close("union", golden.part("step0.union", pair, GoldenPairs.PAIRS), written);
    }

    @Test
    void theImageEmbeddingIsThatOfTheClassTokenOnTheWholePicture() throws IOException {
        try (GoldenPairs golden = GoldenPairs.open();
                Device device = Device.cpu(1);
                Clip clip = model(device)) {
            for (int pair = 0; pair < GoldenPairs.PAIRS; pair++) {
                close(
                        "image_embedding",
                        golden.part("base.image_embedding_resized", pair, GoldenPairs.PAIRS),
                        inspect(clip, golden, pair).imageEmbedding());
            }
        }
    }

    @Test
    void theFileHoldsExactlyTheTensorsOfTheContract(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("pair.safetensors");
        try (GoldenPairs golden = GoldenPairs.open();
                Device device = Device.cpu(1);
                Clip clip = model(device)) {
            TextBatch.Entry entry = golden.pair(0);
            List<Tag> quoted = List.of(new Tag("say \"é\"", 0, false), new Tag("b", 1, false));
            Inspection.of(clip, entry.image(), "a", quoted, text -> golden.sequence("1"), TtdOptions.paper())
                    .write(file);
        }
        try (TensorFile written = TensorFiles.open(file)) {
            assertThat(written.names().stream()
                            .collect(Collectors.toMap(name -> name, name -> describe(written, name))))
                    .isEqualTo(Map.ofEntries(
                            Map.entry("pixels", "F32 [3, 48, 40]"),
                            Map.entry("pixel_embeddings", "F32 [30, 32]"),
                            Map.entry("image_embedding", "F32 [32]"),
                            Map.entry("text_embedding", "F32 [32]"),
                            Map.entry("tag_embeddings", "F32 [2, 32]"),
                            Map.entry("similarity_text", "F32 [6, 5]"),
                            Map.entry("similarity_tags", "F32 [2, 6, 5]"),
                            Map.entry("scores", "F32 [2]"),
                            Map.entry("selected", "BOOL [2]"),
                            Map.entry("union", "F32 [6, 5]"),
                            Map.entry("loss_distill", "F32 []"),
                            Map.entry("loss_tag", "F32 []")));
            assertThat(written.metadata()).isEqualTo(Map.of("tags", "[\"say \\\"é\\\"\",\"b\"]"));
        }
    }

    @Test
    void similaritiesThatAreNoNumbersAreRefused() throws IOException {
        try (GoldenPairs golden = GoldenPairs.open();
                Device device = Device.reference(DType.F32);
                Clip clip = model(device)) {
            TextBatch.Entry entry = golden.pair(0);
            float[] pixels = entry.image().pixels().clone();
            pixels[0] = Float.NaN;
            PreparedImage damaged =
                    new PreparedImage(48, 40, pixels, entry.image().valid());
            assertThatThrownBy(() -> Grounding.of(
                            clip, damaged, entry.caption(), entry.tags(), golden::sequence, TtdOptions.paper()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("similarities that are not numbers");
        }
    }

    private static String describe(TensorFile file, String name) {
        try {
            TensorInfo info = file.info(name);
            return info.dtype() + " " + info.shape();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static float[] rows(float[] texts, List<String> numbers) {
        int channels = 32;
        float[] rows = new float[numbers.size() * channels];
        for (int i = 0; i < numbers.size(); i++) {
            System.arraycopy(texts, Integer.parseInt(numbers.get(i)) * channels, rows, i * channels, channels);
        }
        return rows;
    }

    private static float[] similar(float[] cosines) {
        for (int i = 0; i < cosines.length; i++) {
            cosines[i] = (float) Phi.CLIP.of(cosines[i]);
        }
        return cosines;
    }

    private static void close(String name, float[] expected, TensorFile written) throws IOException {
        close(name, expected, written.readFloats(name));
    }

    private static void close(String name, double expected, double actual) {
        close(name, new float[] {(float) expected}, new float[] {(float) actual});
    }

    private static void close(String name, float[] expected, float[] actual) {
        double largest = 0;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertThat(actual).as(name).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            if (!(Math.abs(expected[i] - actual[i]) <= TOLERANCE * largest)) {
                throw new AssertionError(name + "[" + i + "]: expected " + expected[i] + ", found " + actual[i]);
            }
        }
    }
}
