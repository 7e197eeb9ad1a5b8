package org.ttdengine.trainer.ttd;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.autograd.Tape;
import org.ttdengine.engine.autograd.Var;
import org.ttdengine.engine.io.SafetensorsWriter;
import org.ttdengine.engine.ops.L2Normalize;
import org.ttdengine.vit.Clip;
import org.ttdengine.vit.image.PreparedImage;

/**
 * Every intermediate of one pair, for comparison with other implementations.
 *
 * @param image what the image tower saw
 * @param imageEmbedding CLIP's own embedding of the picture, from the class token, of unit length {@code [channels]}
 * @param grounding everything of TTD
 */
@SuppressWarnings("ArrayRecordComponent") // results to be read, compared by nobody
public record Inspection(PreparedImage image, float[] imageEmbedding, Grounding grounding) {
    /**
     * Runs a model; arguments as for {@link Grounding#of}.
     *
     * @throws IOException if a similarity is not a finite number
     */
    public static Inspection of(
            Clip clip,
            PreparedImage image,
            String text,
            List<Tag> tags,
            Function<String, int[]> tokenize,
            TtdOptions options)
            throws IOException {
        Grounding grounding = Grounding.of(clip, image, text, tags, tokenize, options);
        try (Scope scope = clip.device().scope("image embedding")) {
            Tape tape = new Tape(scope, false);
            Var global = clip.vision().global(tape, clip.vision().trunk(tape, TtdForward.pixels(tape, List.of(image))));
            return new Inspection(image, L2Normalize.apply(tape, global).value().toFloats(), grounding);
        }
    }

    /**
     * Writes a safetensors file, floating-point numbers in single precision: {@code pixels} [3, height, width],
     * {@code pixel_embeddings} [h*w, C], {@code image_embedding} [C], {@code text_embedding} [C], {@code tag_embeddings}
     * [n, C], all of unit length; the maps S {@code similarity_text} [h, w] and {@code similarity_tags} [n, h, w];
     * {@code scores} [n], {@code selected} [n] as booleans, {@code union} [h, w]; {@code loss_distill} [] and
     * {@code loss_tag} [], unweighted. The metadata {@code tags} are the words as a JSON array.
     *
     * @throws IOException if it cannot be written; an older file is then untouched
     */
    public void write(Path file) throws IOException {
        int n = grounding.tags().size();
        int h = grounding.grid().rows();
        int w = grounding.grid().columns();
        int channels = imageEmbedding.length;
        float[] texts = grounding.texts();
        List<String> words = grounding.tags().stream().map(Tag::word).toList();
        new SafetensorsWriter()
                .metadata("tags", new ObjectMapper().writeValueAsString(words))
                .floats("pixels", Shape.of(3, image.height(), image.width()), image.pixels())
                .floats("pixel_embeddings", Shape.of(h * w, channels), grounding.pixels())
                .floats("image_embedding", Shape.of(channels), imageEmbedding)
                .floats("text_embedding", Shape.of(channels), Arrays.copyOf(texts, channels))
                .floats(
                        "tag_embeddings",
                        Shape.of(n, channels),
                        Arrays.copyOfRange(texts, channels, (1 + n) * channels))
                .floats("similarity_text", Shape.of(h, w), grounding.textMap())
                .floats("similarity_tags", Shape.of(n, h, w), tagMaps())
                .floats("scores", Shape.of(n), floats(TagScorer.PIXEL.scores(grounding)))
                .bools("selected", Shape.of(n), grounding.selected())
                .floats("union", Shape.of(h, w), grounding.union())
                .floats("loss_distill", Shape.of(), new float[] {(float) grounding.distillLoss()})
                .floats("loss_tag", Shape.of(), new float[] {(float) grounding.tagLoss()})
                .write(file);
    }

    private float[] tagMaps() {
        int cells = grounding.grid().cells();
        float[] maps = new float[grounding.tags().size() * cells];
        for (int t = 0; t < grounding.tags().size(); t++) {
            System.arraycopy(grounding.tagMap(t), 0, maps, t * cells, cells);
        }
        return maps;
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }
}
