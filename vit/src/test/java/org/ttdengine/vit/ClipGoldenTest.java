package org.ttdengine.vit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.autograd.Tape;
import org.ttdengine.engine.autograd.Var;
import org.ttdengine.engine.backend.Activation;
import org.ttdengine.engine.backend.MapPlan;
import org.ttdengine.engine.io.TensorFile;
import org.ttdengine.engine.io.TensorFiles;
import org.ttdengine.engine.ops.CosineMaps;
import org.ttdengine.engine.ops.L2Normalize;
import org.ttdengine.engine.testing.SharedFiles;

/** The towers against the numbers of the reference implementation in {@code shared/golden}. */
class ClipGoldenTest {
    private static final double TOLERANCE = 1e-5;
    private static final ClipConfig TINY = new ClipConfig(
            new ClipConfig.Vision(32, 3, 4, 128, 8, 32),
            new ClipConfig.Text(32, 2, 4, 128, 12, 50),
            16,
            Activation.QUICK_GELU,
            1e-5);

    private final Device device = Device.cpu(2);
    private TensorFile golden;
    private Clip clip;
    private Scope scope;
    private Tape tape;

    @BeforeEach
    void open() throws IOException {
        Path folder = SharedFiles.require("golden");
        golden = TensorFiles.open(folder.resolve("tiny_outputs.safetensors"));
        clip = Clip.of(ClipCheckpoint.read(folder.resolve("tiny_weights.safetensors"), TINY), device);
        scope = device.scope("test");
        tape = new Tape(scope, false);
    }

    @AfterEach
    void close() throws IOException {
        if (golden != null) {
            scope.close();
            clip.close();
            golden.close();
        }
        device.close();
    }

    @Test
    void imageEmbeddingsOfTheNativeSizeMatch() throws IOException {
        Var embedding = clip.vision().global(tape, clip.vision().trunk(tape, pixels("in.image_square")));
        compare("clip.image_embed_square", embedding);
    }

    @Test
    void imageEmbeddingsOfAnotherSizeMatch() throws IOException {
        Var embedding = clip.vision().global(tape, clip.vision().trunk(tape, pixels("in.image")));
        compare("clip.image_embed", embedding);
    }

    @Test
    void textEmbeddingsCutAfterTheirEndMatchThoseOfThePaddedRun() throws IOException {
        compare("clip.text_embed", clip.text().encode(tape, texts()));
    }

    @Test
    void positionsAreInterpolatedAsTorchDoes() throws IOException {
        compare("pos_embed_6x8", clip.vision().positions(tape, 6, 8));
    }

    @Test
    void denseFeaturesMatch() throws IOException {
        Var dense = clip.vision().dense(tape, clip.vision().trunk(tape, pixels("in.image")));
        float[] expected = golden.readFloats("maskclip.tokens_projected");
        float[] actual = dense.value().toFloats();
        for (int i = 0; i < actual.length; i++) {
            int image = i / (48 * 16);
            int withClassToken = (image * 49 + 1) * 16 + i % (48 * 16);
            assertThat((double) actual[i]).isCloseTo(expected[withClassToken], within());
        }
    }

    @Test
    void cosinesOfPixelsAndTextsMatch() throws IOException {
        Var pixels =
                L2Normalize.apply(tape, clip.vision().dense(tape, clip.vision().trunk(tape, pixels("in.image"))));
        Var texts = L2Normalize.apply(tape, clip.text().encode(tape, texts()));
        Tensor both = scope.empty("texts", Shape.of(6, 16));
        float[] once = texts.value().toFloats();
        float[] twice = Arrays.copyOf(once, 2 * once.length);
        System.arraycopy(once, 0, twice, once.length, once.length);
        MapPlan plan = new MapPlan(48, new int[] {0, 3, 6}, null);
        compare(
                "maskclip.cosine",
                CosineMaps.apply(tape, pixels, tape.constant(both.set(twice)), plan)
                        .maps());
    }

    private Tensor pixels(String name) throws IOException {
        return scope.empty(name, golden.info(name).shape()).set(golden.readFloats(name));
    }

    /** The golden token rows, each cut after its largest id, the end-of-text token. */
    private List<int[]> texts() throws IOException {
        float[] padded = golden.readFloats("in.tokens");
        List<int[]> texts = new ArrayList<>();
        for (int t = 0; t < 3; t++) {
            int end = 0;
            for (int i = 1; i < 12; i++) {
                end = padded[t * 12 + i] > padded[t * 12 + end] ? i : end;
            }
            int[] tokens = new int[end + 1];
            for (int i = 0; i <= end; i++) {
                tokens[i] = (int) padded[t * 12 + i];
            }
            texts.add(tokens);
        }
        return texts;
    }

    private void compare(String name, Var actual) throws IOException {
        float[] expected = golden.readFloats(name);
        float[] values = actual.value().toFloats();
        assertThat(values).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) values[i]).as(name + "[" + i + "]").isCloseTo(expected[i], within());
        }
    }

    private static Offset<Double> within() {
        return Offset.offset(TOLERANCE);
    }
}
