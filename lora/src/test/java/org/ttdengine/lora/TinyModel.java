package org.ttdengine.lora;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.autograd.Tape;
import org.ttdengine.engine.backend.Activation;
import org.ttdengine.vit.Clip;
import org.ttdengine.vit.ClipConfig;

/** A model small enough for seconds, and what it makes of a picture and two texts. */
final class TinyModel {
    static final ClipConfig CONFIG = new ClipConfig(
            new ClipConfig.Vision(8, 2, 2, 12, 4, 12),
            new ClipConfig.Text(12, 2, 3, 20, 7, 40),
            6,
            Activation.QUICK_GELU,
            1e-5);

    static final List<int[]> TEXTS = List.of(new int[] {38, 4, 17, 39}, new int[] {38, 9, 9, 2, 30, 39});

    private TinyModel() {}

    /** Dense features, image embedding and text embeddings, one behind the other. */
    static float[] outputs(Clip clip, boolean recording, long seed) {
        try (Scope scope = clip.device().scope("outputs")) {
            Tape tape = new Tape(scope, recording, seed);
            Tensor pixels = pixels(scope);
            float[] dense = clip.vision()
                    .dense(tape, clip.vision().trunk(tape, pixels))
                    .value()
                    .toFloats();
            float[] global = clip.vision()
                    .global(tape, clip.vision().trunk(tape, pixels))
                    .value()
                    .toFloats();
            float[] texts = clip.text().encode(tape, TEXTS).value().toFloats();
            float[] all = Arrays.copyOf(dense, dense.length + global.length + texts.length);
            System.arraycopy(global, 0, all, dense.length, global.length);
            System.arraycopy(texts, 0, all, dense.length + global.length, texts.length);
            return all;
        }
    }

    static Tensor pixels(Scope scope) {
        Shape shape = Shape.of(1, 3, 12, 16);
        double[] values = new SplittableRandom(6).doubles(shape.size(), -2, 2).toArray();
        return scope.empty("pixels", shape).set(values);
    }
}
