package org.ttdengine.engine.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ttdengine.engine.DType;

class TorchFilesTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dtypes.pt",
                "dtypes_legacy.pt",
                "dtypes_protocol4.pt",
                "strides.pt",
                "strides_legacy.pt",
                "wrapped.pt",
                "wrapped_legacy.pt",
                "under_model.pt",
                "script.pt"
            })
    void namesTypesShapesAndValuesAreThoseTorchSaved(String fixture) throws IOException {
        JsonNode expected = new ObjectMapper()
                .readTree(TorchFixtures.bytes("expected.json"))
                .get(fixture);
        List<String> names = new ArrayList<>();
        expected.fieldNames().forEachRemaining(names::add);
        try (TensorFile file = TensorFiles.open(TorchFixtures.copy(fixture, folder))) {
            assertThat(file.names()).containsExactlyInAnyOrderElementsOf(names);
            for (String name : names) {
                JsonNode tensor = expected.get(name);
                TensorInfo info = file.info(name);
                assertThat(info.name()).isEqualTo(name);
                assertThat(info.dtype())
                        .as(name)
                        .isEqualTo(DType.valueOf(tensor.get("dtype").asText()));
                assertThat(info.shape().toString()).as(name).isEqualTo(spaced(tensor.get("shape")));
                assertThat(file.readFloats(name)).as(name).containsExactly(floats(tensor.get("values")));
            }
        }
    }

    @Test
    void bytesOfATransposedTensorComeInRowMajorOrder() throws IOException {
        try (TensorFile file = TensorFiles.open(TorchFixtures.copy("strides.pt", folder))) {
            byte[] transposed = file.readBytes("transposed");
            Path copy = folder.resolve("copy.safetensors");
            new SafetensorsWriter()
                    .raw("t", DType.F32, file.info("transposed").shape(), transposed)
                    .write(copy);
            try (TensorFile back = TensorFiles.open(copy)) {
                assertThat(back.readFloats("t")).containsExactly(file.readFloats("transposed"));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hostile.pt", "hostile_legacy.pt"})
    void aPickleThatWouldRunACommandIsRefusedByNameAndRunsNothing(String fixture) throws IOException {
        Path file = TorchFixtures.copy(fixture, folder);
        assertThatThrownBy(() -> TensorFiles.open(file))
                .isInstanceOf(TensorFileException.class)
                .hasMessage(file + ": the pickle asks for posix.system, which no checkpoint needs;"
                        + " the file is hostile and was not read");
        assertThat(Path.of("/tmp/ttd-engine-was-here")).doesNotExist();
    }

    @Test
    void aTensorThatRepeatsItsStorageIsRefused() throws IOException {
        assertRefused("expanded.pt", "tensor 'expanded' of shape [1000] repeats a storage of 4 bytes");
    }

    @Test
    void aCheckpointWithoutAStateDictIsRefusedWithItsKeys() throws IOException {
        assertRefused("no_state_dict.pt", "holds no state dict but a dictionary with the keys [epoch, ema]");
    }

    @Test
    void aLoneTensorIsRefused() throws IOException {
        assertRefused("single_tensor.pt", "holds no state dict but a single tensor");
    }

    @Test
    void anElementTypeWithoutAnEquivalentIsRefused() throws IOException {
        assertRefused("complex.pt", "storage '0' is a torch.ComplexFloatStorage, which is not supported");
    }

    @Test
    void anUnknownTensorNameIsRefused() throws IOException {
        try (TensorFile file = TensorFiles.open(TorchFixtures.copy("dtypes.pt", folder))) {
            assertThatThrownBy(() -> file.readFloats("visual.proj"))
                    .isInstanceOf(TensorFileException.class)
                    .hasMessageEndingWith("dtypes.pt: has no tensor 'visual.proj'");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"dtypes.pt", "dtypes_legacy.pt", "script.pt"})
    void everyTruncationIsRefused(String fixture) throws IOException {
        byte[] whole = TorchFixtures.bytes(fixture);
        Path file = folder.resolve("truncated.pt");
        for (int length = 0; length < whole.length; length += 29) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> TensorFiles.open(file))
                    .as("first %d bytes", length)
                    .isInstanceOf(TensorFileException.class);
        }
    }

    private void assertRefused(String fixture, String problem) throws IOException {
        Path file = TorchFixtures.copy(fixture, folder);
        assertThatThrownBy(() -> TensorFiles.open(file))
                .isInstanceOf(TensorFileException.class)
                .hasMessageStartingWith(file + ": " + problem)
                .hasMessageNotContaining("\n");
    }

    private static String spaced(JsonNode shape) {
        return shape.toString().replace(",", ", ");
    }

    private static float[] floats(JsonNode values) {
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values.get(i).asDouble();
        }
        return floats;
    }
}
