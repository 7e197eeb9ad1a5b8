package org.ttdengine.vit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.autograd.Parameter;
import org.ttdengine.engine.autograd.Tape;
import org.ttdengine.engine.autograd.Var;
import org.ttdengine.engine.backend.Activation;
import org.ttdengine.engine.backend.AttentionPlan;
import org.ttdengine.engine.backend.RowMix;
import org.ttdengine.engine.ops.MixRows;
import org.ttdengine.engine.ops.PatchEmbedding;

/** CLIP's image tower, for pictures of any size: positions are interpolated to their grid. */
public final class VisionTransformer {
    private final ClipConfig.Vision config;
    private final Parameter patchWeight;
    private final Parameter classToken;
    private final Parameter positions;
    private final Norm normPre;
    private final List<TransformerBlock> blocks = new ArrayList<>();
    private final Norm normPost;
    private final LinearLayer projection;

    /**
     * What all blocks but the last make of pictures.
     *
     * @param tokens {@code [images * (1 + cells), width]}, the class token first
     * @param images number of pictures
     * @param cells grid cells per picture
     */
    public record Trunk(Var tokens, int images, int cells) {}

    VisionTransformer(ParameterSource source) {
        config = source.config().vision();
        int width = config.width();
        patchWeight = source.tensor("visual.conv1.weight", width, 3 * config.patch() * config.patch());
        classToken = source.tensor("visual.class_embedding", width);
        positions = source.tensor("visual.positional_embedding", 1 + config.grid() * config.grid(), width);
        normPre = source.norm("visual.ln_pre", width);
        for (int i = 0; i < config.layers(); i++) {
            blocks.add(new TransformerBlock(source, ClipTensors.VISION_BLOCKS + i, width, config.mlp()));
        }
        normPost = source.norm("visual.ln_post", width);
        projection = source.projection("visual.proj", width, source.config().embedding());
    }

    List<TransformerBlock> blocks() {
        return blocks;
    }

    /**
     * All blocks but the last.
     *
     * @param pixels {@code [images, 3, height, width]}, normalised; what exceeds whole patches is ignored
     */
    public Trunk trunk(Tape tape, Tensor pixels) {
        return trunk(tape, pixels, PatchDrop.NONE, 1);
    }

    /**
     * All blocks but the last, on some of the patches only (FLIP, Li et al. 2023): the others are dropped once they have
     * their positions, so that no block spends time on them.
     *
     * @param pixels as of {@link #trunk(Tape, Tensor)}
     * <p>Pictures may be shown together: then each token attends to those of all pictures of its group, and none can tell
     * which of them are its own. What a cell takes from afar is as often wrong as right, so that training keeps dense
     * features local.
     *
     * @param drop which patches stay; the trunk's cells are these
     * @param together number of pictures in a group, 1 for each by itself; the last group may be smaller
     */
    public Trunk trunk(Tape tape, Tensor pixels, PatchDrop drop, int together) {
        int height = pixels.shape().size(2) / config.patch();
        int width = pixels.shape().size(3) / config.patch();
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException("a picture of " + pixels.shape().size(3) + "x"
                    + pixels.shape().size(2) + " is smaller than a patch of " + config.patch());
        }
        int images = pixels.shape().size(0);
        Var grid = positions(tape, height, width);
        Var embedded = PatchEmbedding.apply(
                tape, pixels, config.patch(), tape.parameter(patchWeight), tape.parameter(classToken), grid);
        tape.release(grid);
        int cells = drop.kept(height * width);
        Var seen =
                cells == height * width ? embedded : MixRows.apply(tape, embedded, drop.tokens(images, height * width));
        if (seen != embedded) {
            tape.release(embedded);
        }
        Var x = normPre.apply(tape, seen);
        tape.release(seen);
        int tokens = 1 + cells;
        AttentionPlan plan = groups(images, together, tokens);
        for (TransformerBlock block : blocks.subList(0, blocks.size() - 1)) {
            x = block.forward(tape, x, plan);
        }
        return new Trunk(x, images, cells);
    }

    /** Attention within groups of pictures of {@code tokens} tokens each. */
    private AttentionPlan groups(int images, int together, int tokens) {
        if (together < 1) {
            throw new IllegalArgumentException("a group has at least one picture, not " + together);
        }
        int[] offsets = new int[(images + together - 1) / together + 1];
        for (int group = 0; group < offsets.length; group++) {
            offsets[group] = Math.min(group * together, images) * tokens;
        }
        return new AttentionPlan(offsets, config.heads(), false);
    }

    /** Positions of a grid {@code [1 + height*width, width]}. */
    Var positions(Tape tape, int height, int width) {
        Var learnt = tape.parameter(positions);
        return height == config.grid() && width == config.grid()
                ? learnt
                : MixRows.apply(tape, learnt, PositionGrid.resize(config.grid(), height, width));
    }

    /** MaskCLIP's dense features {@code [images * cells, embedding]}, not normalised; takes the trunk's tokens over. */
    public Var dense(Tape tape, Trunk trunk) {
        Var cells = select(tape, trunk, trunk.cells, i -> i % trunk.cells + 1);
        tape.release(trunk.tokens);
        return head(tape, last().forwardDense(tape, cells));
    }

    /** The image embedding {@code [images, embedding]}, not normalised; takes the trunk's tokens over. */
    public Var global(Tape tape, Trunk trunk) {
        AttentionPlan plan = AttentionPlan.regular(trunk.images, trunk.cells + 1, config.heads(), false);
        RowMix classes = rows(trunk, 1, i -> 0);
        return head(tape, last().forward(tape, trunk.tokens, plan, classes));
    }

    /** A copy of the trunk, for a second head. */
    public Trunk fork(Tape tape, Trunk trunk) {
        return new Trunk(select(tape, trunk, trunk.cells + 1, i -> i % (trunk.cells + 1)), trunk.images, trunk.cells);
    }

    private TransformerBlock last() {
        return blocks.get(blocks.size() - 1);
    }

    private Var head(Tape tape, Var x) {
        Var normed = normPost.apply(tape, x);
        tape.release(x);
        Var projected = projection.apply(tape, normed, Activation.NONE);
        tape.release(normed);
        return projected;
    }

    private static Var select(Tape tape, Trunk trunk, int perImage, IntUnaryOperator token) {
        return MixRows.apply(tape, trunk.tokens, rows(trunk, perImage, token));
    }

    private static RowMix rows(Trunk trunk, int perImage, IntUnaryOperator token) {
        int[] index = new int[trunk.images * perImage];
        for (int i = 0; i < index.length; i++) {
            index[i] = i / perImage * (trunk.cells + 1) + token.applyAsInt(i);
        }
        return RowMix.select(index);
    }
}
