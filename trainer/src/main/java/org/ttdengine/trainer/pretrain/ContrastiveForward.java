package org.ttdengine.trainer.pretrain;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.autograd.Tape;
import org.ttdengine.engine.autograd.Var;
import org.ttdengine.engine.backend.RowMix;
import org.ttdengine.engine.ops.Add;
import org.ttdengine.engine.ops.Contrastive;
import org.ttdengine.engine.ops.L2Normalize;
import org.ttdengine.engine.ops.MixRows;
import org.ttdengine.vit.Clip;
import org.ttdengine.vit.PatchDrop;
import org.ttdengine.vit.VisionTransformer;

/** The forward pass of pre-training: pictures, captions and words to unit embeddings, and their losses. */
final class ContrastiveForward {
    private ContrastiveForward() {}

    /**
     * The losses of a batch, all scalars.
     *
     * @param contrast of pictures with captions
     * @param local of cells with words, unweighted
     * @param total their weighted sum
     */
    record Losses(Var contrast, Var local, Var total) {}

    /**
     * The losses of a batch.
     *
     * @param pixels {@code [pairs, 3, height, width]}, normalised
     * @param captions token sequences, one per picture
     * @param drop patches that the image tower does without
     * @param together pictures that attend to each other in the trunk
     * @param words of the captions; without any the local objective is 0
     * @param weight factor of the local objective
     */
    static Losses run(
            Tape tape,
            Clip clip,
            Tensor pixels,
            List<int[]> captions,
            PatchDrop drop,
            int together,
            BatchWords words,
            double weight) {
        List<int[]> tokens = Stream.concat(
                        captions.stream(), words.words().stream().map(clip::tokens))
                .toList();
        VisionTransformer.Trunk trunk = clip.vision().trunk(tape, pixels, drop, together);
        boolean isLocal = !words.occurrences().isEmpty();
        Var cells = isLocal ? unit(tape, clip.vision().dense(tape, clip.vision().fork(tape, trunk))) : null;
        Var images = unit(tape, clip.vision().global(tape, trunk));
        Var texts = unit(tape, clip.text().encode(tape, tokens));
        int pairs = captions.size();
        Var contrast = Contrastive.apply(tape, images, rows(tape, texts, 0, pairs), tape.parameter(clip.logScale()));
        if (!isLocal) {
            return new Losses(contrast, tape.constant(tape.scope().of("no local loss", Shape.of(), 0)), contrast);
        }
        Var wordTexts = rows(tape, texts, pairs, words.words().size());
        Var local = LocalContrast.apply(tape, cells, wordTexts, words);
        return new Losses(contrast, local, Add.apply(tape, contrast, weight, local));
    }

    private static Var rows(Tape tape, Var x, int first, int count) {
        int[] index = IntStream.range(first, first + count).toArray();
        return MixRows.apply(tape, x, RowMix.select(index));
    }

    private static Var unit(Tape tape, Var embeddings) {
        Var unit = L2Normalize.apply(tape, embeddings);
        tape.release(embeddings);
        return unit;
    }
}
