package org.ttdengine.trainer.pretrain;

import java.util.List;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.autograd.Tape;
import org.ttdengine.engine.autograd.Var;
import org.ttdengine.engine.backend.Activation;
import org.ttdengine.engine.backend.RowMix;
import org.ttdengine.engine.ops.CrossEntropy;
import org.ttdengine.engine.ops.Linear;
import org.ttdengine.engine.ops.MixRows;
import org.ttdengine.engine.ops.SoftmaxPool;

/**
 * A local contrastive objective, for dense features that say what is where (after TCL, Cha et al. 2023, and FILIP, Yao et
 * al. 2021): every word of a caption is to tell its picture from those of the batch whose captions lack the word, by the
 * cells that are most like it.
 */
final class LocalContrast {
    /** Factor of cosines in the softmax over the cells. */
    static final double SHARPNESS = 20;
    /** Log of the factor of the pooled cosines in the softmax over the pictures. */
    private static final double LOG_SCALE = Math.log(15);
    /** Added to the cosine of a picture that is no rival. */
    private static final float FAR_BELOW = -10;

    private LocalContrast() {}

    /**
     * The mean cross-entropy over all words of all captions.
     *
     * @param cells unit dense features {@code [captions * cells, channels]}
     * @param texts unit embeddings of the words {@code [words, channels]}
     */
    static Var apply(Tape tape, Var cells, Var texts, BatchWords words) {
        int perImage = cells.shape().rows() / words.captions();
        Var maps = Linear.apply(tape, texts, cells, null, Activation.NONE, null);
        Var pooled = SoftmaxPool.apply(tape, maps, perImage, SHARPNESS);
        List<BatchWords.Occurrence> occurrences = words.occurrences();
        Tensor rivals =
                tape.empty("rivals", occurrences.size(), words.captions()).set(words.rivals(FAR_BELOW));
        int[] each = new int[occurrences.size()];
        for (int i = 0; i < each.length; i++) {
            each[i] = i;
        }
        Var rows = MixRows.applySum(
                tape,
                pooled,
                RowMix.select(occurrences.stream()
                        .mapToInt(BatchWords.Occurrence::word)
                        .toArray()),
                tape.constant(rivals),
                RowMix.select(each));
        Tensor scale = tape.scope().of("local scale", Shape.of(), (float) LOG_SCALE);
        int[] targets =
                occurrences.stream().mapToInt(BatchWords.Occurrence::caption).toArray();
        return CrossEntropy.apply(tape, rows, tape.constant(scale), targets, 1.0 / targets.length);
    }
}
