package org.ttdengine.trainer.pretrain;

import java.util.List;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.autograd.Tape;
import org.ttdengine.engine.autograd.Var;
import org.ttdengine.engine.ops.Contrastive;
import org.ttdengine.engine.ops.L2Normalize;
import org.ttdengine.vit.Clip;
import org.ttdengine.vit.PatchDrop;
import org.ttdengine.vit.VisionTransformer;

/** The forward pass of contrastive training: pictures and captions to unit embeddings, and their loss. */
final class ContrastiveForward {
    private ContrastiveForward() {}

    /**
     * The loss of a batch, a scalar.
     *
     * @param pixels {@code [pairs, 3, height, width]}, normalised
     * @param texts token sequences of the captions, one per picture
     * @param drop patches that the image tower does without
     */
    static Var run(Tape tape, Clip clip, Tensor pixels, List<int[]> texts, PatchDrop drop) {
        VisionTransformer.Trunk trunk = clip.vision().trunk(tape, pixels, drop);
        Var images = unit(tape, clip.vision().global(tape, trunk));
        Var captions = unit(tape, clip.text().encode(tape, texts));
        return Contrastive.apply(tape, images, captions, tape.parameter(clip.logScale()));
    }

    private static Var unit(Tape tape, Var embeddings) {
        Var unit = L2Normalize.apply(tape, embeddings);
        tape.release(embeddings);
        return unit;
    }
}
