package org.ttdengine.trainer.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.autograd.Tape;
import org.ttdengine.engine.io.TensorFile;
import org.ttdengine.engine.io.TensorFiles;
import org.ttdengine.lora.Lora;
import org.ttdengine.vit.Clip;
import org.ttdengine.vit.ClipCheckpoint;
import org.ttdengine.vit.ClipState;

class MergeCommandTest {
    @TempDir
    private Path folder;

    private Path base;
    private Path adapter;

    @BeforeEach
    void write() throws IOException {
        ClipState state = ClipState.random(TinyModel.CONFIG, 3);
        base = TinyModel.write(folder.resolve("base"), state);
        adapter = TinyModel.writeAdapter(folder.resolve("adapter"), state);
    }

    private CommandRun merge(Path model, Path out) {
        return CommandRun.of(
                "merge", "--model", model.toString(), "--adapter", adapter.toString(), "--out", out.toString());
    }

    @Test
    void aMergedModelComputesWhatBaseAndAdapterDo() throws IOException {
        Path out = folder.resolve("merged");
        assertThat(merge(base, out).succeeded().out()).isEqualToIgnoringNewLines("merged model written to " + out);
        float[] adapted = textEmbedding(ClipCheckpoint.read(base), adapter);
        float[] plain = textEmbedding(ClipCheckpoint.read(base), null);
        float[] merged = textEmbedding(ClipCheckpoint.read(out), null);
        assertThat(merged).usingComparatorWithPrecision(1e-5f).containsExactly(adapted);
        assertThat(distance(merged, plain)).isGreaterThan(0.01);
    }

    private static double distance(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.abs(a[i] - b[i]);
        }
        return sum;
    }

    private static float[] textEmbedding(ClipState state, Path adapter) throws IOException {
        try (Device device = Device.cpu(1);
                Clip clip = Clip.of(state, device)) {
            if (adapter == null) {
                return textEmbedding(clip);
            }
            try (Lora lora = Lora.load(clip, adapter, false)) {
                assertThat(lora.size()).isPositive();
                return textEmbedding(clip);
            }
        }
    }

    private static float[] textEmbedding(Clip clip) {
        try (Scope scope = clip.device().scope("test")) {
            List<int[]> texts = List.of(new int[] {500, 3, 7, 100, 501});
            return clip.text().encode(new Tape(scope, false), texts).value().toFloats();
        }
    }

    @Test
    void aFolderGetsWeightsWithHuggingFaceNamesConfigurationAndVocabulary() throws IOException {
        Path out = folder.resolve("merged");
        merge(base, out).succeeded();
        assertThat(names(out)).containsExactlyInAnyOrder("model.safetensors", "config.json", TinyModel.VOCABULARY);
        assertThat(out.resolve(TinyModel.VOCABULARY)).hasSameTextualContentAs(base.resolve(TinyModel.VOCABULARY));
        assertThat(ClipCheckpoint.read(out).config()).isEqualTo(TinyModel.CONFIG);
        try (TensorFile file = TensorFiles.open(out.resolve("model.safetensors"))) {
            assertThat(file.names()).contains("text_model.encoder.layers.1.self_attn.q_proj.weight");
        }
    }

    @Test
    void aSingleFileIsWrittenAlone() throws IOException {
        Path out = Files.createDirectory(folder.resolve("out")).resolve("merged.safetensors");
        merge(base, out).succeeded();
        assertThat(names(out.getParent())).containsExactly("merged.safetensors");
        float[] logitScale = ClipCheckpoint.read(out, TinyModel.CONFIG).tensor("logit_scale");
        assertThat(logitScale[0]).isCloseTo((float) Math.log(1 / 0.07), within(1e-6f));
    }

    @Test
    void theBaseModelIsNeverOverwritten() throws IOException {
        Path weights = base.resolve("model.safetensors");
        byte[] before = Files.readAllBytes(weights);
        Path link = Files.createSymbolicLink(folder.resolve("link"), base);
        for (Path out : List.of(base, weights, base.resolve("pytorch.safetensors"), link, link.resolve("../base"))) {
            merge(base, out).failedWithOneLine(1, "--out " + out + ": would overwrite the base model");
        }
        merge(weights, weights).failedWithOneLine(1, "would overwrite the base model");
        merge(weights, link).failedWithOneLine(1, "would overwrite the base model");
        assertThat(weights).hasBinaryContent(before);
        assertThat(names(base)).hasSize(3);
    }

    @Test
    void anAdapterOfAnotherModelIsRefusedAndNothingIsWritten() throws IOException {
        Path other = TinyModel.write(folder.resolve("other"), ClipState.random(TinyModel.wide(), 1));
        Path out = folder.resolve("merged");
        merge(other, out).failedWithOneLine(1, "an adapter for another model", "lora_A.weight has shape [2, 32]");
        assertThat(out).doesNotExist();
    }

    @Test
    void aFolderThatCannotBeMadeIsNamed() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        merge(base, file.resolve("sub")).failedWithOneLine(1, file.toString(), "cannot be made a folder");
        merge(base, file).failedWithOneLine(1, file.toString(), "a file is in the way");
        merge(base, folder.resolve("none/x.safetensors")).failedWithOneLine(1, "the folder", "does not exist");
    }

    @Test
    void adapterAndOutHaveToBeGiven() {
        CommandRun.of("merge", "--model", base.toString(), "--out", "x")
                .failedWithOneLine(2, "Missing required option: '--adapter=<adapter>'");
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
