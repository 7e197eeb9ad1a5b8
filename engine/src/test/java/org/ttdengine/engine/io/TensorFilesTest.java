package org.ttdengine.engine.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ttdengine.engine.Shape;

class TensorFilesTest {
    @TempDir
    Path folder;

    private Path index;

    @BeforeEach
    void writeTwoShards() throws IOException {
        new SafetensorsWriter()
                .floats("a", Shape.of(2), new float[] {1, 2})
                .metadata("format", "pt")
                .write(folder.resolve("model-00001-of-00002.safetensors"));
        new SafetensorsWriter()
                .floats("b", Shape.of(), new float[] {3})
                .floats("c", Shape.of(), new float[] {4})
                .write(folder.resolve("model-00002-of-00002.safetensors"));
        index = folder.resolve("model.safetensors.index.json");
    }

    @Test
    void shardsReadAsOneFileInTheOrderOfTheIndex() throws IOException {
        writeIndex("{\"metadata\": {\"total_size\": 12}, \"other\": [[1]], \"weight_map\": {"
                + "\"b\": \"model-00002-of-00002.safetensors\", \"a\": \"model-00001-of-00002.safetensors\"}}");
        try (TensorFile file = TensorFiles.open(index)) {
            assertThat(file.names()).containsExactly("b", "a");
            assertThat(file.readFloats("a")).containsExactly(1, 2);
            assertThat(file.readBytes("b")).hasSize(4);
            assertThat(file.info("a").shape()).isEqualTo(Shape.of(2));
            assertThat(file.metadata()).containsEntry("total_size", "12").containsEntry("format", "pt");
            assertThatThrownBy(() -> file.readFloats("c"))
                    .isInstanceOf(TensorFileException.class)
                    .hasMessage(index + ": has no tensor 'c'");
        }
    }

    @Test
    void torchShardsReadToo() throws IOException {
        TorchFixtures.copy("strides.pt", folder);
        writeIndex("{\"weight_map\": {\"row\": \"strides.pt\"}}");
        try (TensorFile file = TensorFiles.open(index)) {
            assertThat(file.readFloats("row")).containsExactly(12, 13, 14, 15, 16, 17);
        }
    }

    @Test
    void badIndexesAreRefusedByName() throws IOException {
        assertIndexRefused(
                "{\"weight_map\": {\"z\": \"model-00001-of-00002.safetensors\"}}",
                ": tensor 'z' is not in model-00001");
        assertIndexRefused("{\"weight_map\": {\"a\": \"../x\"}}", ": names '../x', which is no file beside the index");
        assertIndexRefused("{\"weight_map\": {\"a\": \"/etc/passwd\"}}", ": names '/etc/passwd', which is no file");
        assertIndexRefused("{\"weight_map\": {\"a\": \"..\"}}", ": names '..', which is no file");
        assertIndexRefused("{\"weight_map\": {\"a\": 1}}", ": the file of tensor 'a' is not a string");
        assertIndexRefused("{\"weight_map\": {\"a\": \"x\", \"a\": \"x\"}}", ": two tensors are named 'a'");
        assertIndexRefused("{\"weight_map\": {}, \"weight_map\": {}}", ": the index has two weight maps");
        assertIndexRefused("{\"hidden_size\": 768}", ": is JSON, but no index of a checkpoint: it has no 'weight_map'");
        assertIndexRefused("{\"weight_map\": {}} x", ": the index is not valid JSON");
        assertIndexRefused("{\"metadata\": {\"a\": {}}}", ": metadata 'a' is no scalar");
        assertIndexRefused("{", ": the index is not valid JSON");
    }

    @Test
    void aMissingShardIsNamed() throws IOException {
        writeIndex("{\"weight_map\": {\"a\": \"missing.safetensors\"}}");
        assertThatThrownBy(() -> TensorFiles.open(index))
                .isInstanceOf(TensorFileException.class)
                .hasMessage(folder.resolve("missing.safetensors") + ": no such file");
    }

    @Test
    void anIndexThatNamesItselfIsRefused() throws IOException {
        writeIndex("{\"weight_map\": {\"a\": \"" + index.getFileName() + "\"}}");
        assertThatThrownBy(() -> TensorFiles.open(index))
                .isInstanceOf(TensorFileException.class)
                .hasMessageContaining("is neither a safetensors file nor a PyTorch checkpoint");
    }

    @Test
    void otherThingsAreRefusedInOneLine() throws IOException {
        assertRefused(folder.resolve("missing.pt"), "no such file");
        assertRefused(folder, "is a folder; name a file in it");
        assertRefused(Files.write(folder.resolve("empty.bin"), new byte[0]), "is neither a safetensors file nor");
        assertRefused(Files.writeString(folder.resolve("readme.md"), "# hello"), "is neither a safetensors file nor");
        assertRefused(
                Files.writeString(
                        folder.resolve("model.safetensors"), "version https://git-lfs.github.com/spec/v1\noid"),
                "is only a Git LFS pointer to the file; fetch the file itself with 'git lfs pull'");
        assertRefused(
                Files.write(folder.resolve("numbers.pkl"), new byte[] {(byte) 0x80, 2, 'N', '.'}),
                "is a pickle, but no PyTorch checkpoint");
    }

    @Test
    void theContentDecidesAndNotTheName() throws IOException {
        Path renamed = folder.resolve("weights.pt");
        Files.copy(folder.resolve("model-00001-of-00002.safetensors"), renamed);
        try (TensorFile file = TensorFiles.open(renamed)) {
            assertThat(file.names()).containsExactly("a");
        }
    }

    private void writeIndex(String json) throws IOException {
        Files.writeString(index, json);
    }

    private void assertIndexRefused(String json, String problem) throws IOException {
        writeIndex(json);
        assertRefused(index, problem.substring(2));
    }

    private static void assertRefused(Path file, String problem) {
        assertThatThrownBy(() -> TensorFiles.open(file))
                .isInstanceOf(TensorFileException.class)
                .hasMessageStartingWith(file + ": " + problem)
                .hasMessageNotContaining("\n");
    }
}
