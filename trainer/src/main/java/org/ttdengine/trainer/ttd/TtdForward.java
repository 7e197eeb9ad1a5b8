package org.ttdengine.trainer.ttd;

import java.util.List;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.autograd.Tape;
import org.ttdengine.engine.autograd.Var;
import org.ttdengine.engine.ops.CosineMaps;
import org.ttdengine.engine.ops.L2Normalize;
import org.ttdengine.engine.ops.MixRows;
import org.ttdengine.engine.ops.TtdLoss;
import org.ttdengine.lora.Lora;
import org.ttdengine.vit.Clip;
import org.ttdengine.vit.image.PreparedImage;

/**
 * The forward pass of TTD: pictures and texts to unit embeddings, similarity maps, selected tags, losses.
 *
 * @param pixels unit pixel embeddings {@code [samples * cells, channels]}
 * @param texts unit text embeddings of every map {@code [maps, channels]}
 * @param maps cosine maps and their extremes
 * @param selected {@code [maps]}, 1 for selected tags
 * @param loss the weighted loss and its parts
 */
public record TtdForward(Var pixels, Var texts, CosineMaps.Result maps, Tensor selected, TtdLoss.Result loss) {
    /**
     * Runs a batch on a tape.
     *
     * @param images as many as the text batch has samples, of one size
     * @param lora the adapters that are trained; only a frozen teacher needs them, null otherwise
     * @param samples number of samples the loss is the mean over
     */
    public static TtdForward run(
            Tape tape,
            Clip clip,
            Lora lora,
            List<PreparedImage> images,
            TextBatch batch,
            TtdOptions options,
            int samples) {
        Tensor pixels = pixels(tape, images);
        Var[] embeddings = embed(tape, clip, pixels, batch);
        CosineMaps.Result maps = CosineMaps.apply(tape, embeddings[0], embeddings[1], batch.plan());
        View teacher = new View(embeddings[0], maps);
        if (options.frozenTeacher() && lora != null) {
            Tape still = new Tape(tape.scope(), false);
            teacher = lora.without(() -> {
                Var[] base = embed(still, clip, pixels, batch);
                return new View(base[0], CosineMaps.apply(still, base[0], base[1], batch.plan()));
            });
        }
        Tensor selected = tape.empty("selected", batch.plan().maps());
        select(tape, teacher, batch, options, selected);
        TtdLoss.Result loss = TtdLoss.apply(
                tape,
                maps.maps(),
                teacher.maps.maps().value(),
                teacher.maps.extremes(),
                selected,
                batch.plan(),
                options.loss(samples));
        return new TtdForward(embeddings[0], embeddings[1], maps, selected, loss);
    }

    /** What the teacher sees. */
    private record View(Var pixels, CosineMaps.Result maps) {}

    private static void select(Tape tape, View teacher, TextBatch batch, TtdOptions options, Tensor selected) {
        if (batch.given() != null) {
            selected.set(batch.given());
        } else if (options.pseudoTags() instanceof PseudoTags.Image) {
            float[] pixels = teacher.pixels.value().toFloats();
            float[] cosines = teacher.maps.maps().value().toFloats();
            selected.set(new ImageSelection(batch.plan(), pixels, cosines).select(options.phi(), batch.barred()));
        } else {
            tape.backend().selectTags(batch.plan(), options.phi(), teacher.maps.extremes(), batch.barred(), selected);
        }
    }

    /** Pictures as one tensor {@code [images, 3, height, width]}. */
    public static Tensor pixels(Tape tape, List<PreparedImage> images) {
        int height = images.get(0).height();
        int width = images.get(0).width();
        float[] all = new float[images.size() * 3 * height * width];
        for (int i = 0; i < images.size(); i++) {
            float[] one = images.get(i).pixels();
            if (images.get(i).height() != height || images.get(i).width() != width) {
                throw new IllegalArgumentException("the pictures of a batch must have one size");
            }
            System.arraycopy(one, 0, all, i * one.length, one.length);
        }
        return tape.scope()
                .empty("pixels", Shape.of(images.size(), 3, height, width))
                .set(all);
    }

    private static Var[] embed(Tape tape, Clip clip, Tensor pixels, TextBatch batch) {
        Var dense = clip.vision().dense(tape, clip.vision().trunk(tape, pixels));
        Var cells = L2Normalize.apply(tape, dense);
        tape.release(dense);
        Var encoded = clip.text().encode(tape, batch.texts());
        Var distinct = L2Normalize.apply(tape, encoded);
        tape.release(encoded);
        return new Var[] {cells, MixRows.apply(tape, distinct, batch.rows())};
    }
}
