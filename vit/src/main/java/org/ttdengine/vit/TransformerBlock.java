package org.ttdengine.vit;

import org.ttdengine.engine.autograd.Tape;
import org.ttdengine.engine.autograd.Var;
import org.ttdengine.engine.backend.Activation;
import org.ttdengine.engine.backend.AttentionPlan;
import org.ttdengine.engine.backend.RowMix;
import org.ttdengine.engine.ops.Attention;
import org.ttdengine.engine.ops.MixRows;

/** A pre-norm residual block: {@code x += attention(norm x); x += mlp(norm x)}. Each method takes its input over. */
final class TransformerBlock {
    private final int width;
    private final Activation activation;
    private final Norm norm1;
    private final LinearLayer inProjection;
    private final LinearLayer outProjection;
    private final Norm norm2;
    private final LinearLayer mlpIn;
    private final LinearLayer mlpOut;

    TransformerBlock(ParameterSource source, String name, int width, int mlp) {
        this.width = width;
        this.activation = source.config().activation();
        this.norm1 = source.norm(name + ".ln_1", width);
        this.inProjection = source.linear(name + ".attn.in_proj_weight", name + ".attn.in_proj_bias", 3 * width, width);
        this.outProjection = source.linear(name + ".attn.out_proj.weight", name + ".attn.out_proj.bias", width, width);
        this.norm2 = source.norm(name + ".ln_2", width);
        this.mlpIn = source.linear(name + ".mlp.c_fc.weight", name + ".mlp.c_fc.bias", mlp, width);
        this.mlpOut = source.linear(name + ".mlp.c_proj.weight", name + ".mlp.c_proj.bias", width, mlp);
    }

    LinearLayer inProjection() {
        return inProjection;
    }

    LinearLayer outProjection() {
        return outProjection;
    }

    LinearLayer mlpIn() {
        return mlpIn;
    }

    LinearLayer mlpOut() {
        return mlpOut;
    }

    /** The block as trained; tokens {@code [tokens, width]}. */
    Var forward(Tape tape, Var x, AttentionPlan plan) {
        return mlp(tape, project(tape, attend(tape, x, plan), x));
    }

    /** The block for some of its tokens only: all are attended to, the others have no result. */
    Var forward(Tape tape, Var x, AttentionPlan plan, RowMix kept) {
        Var attended = attend(tape, x, plan);
        Var some = MixRows.apply(tape, attended, kept);
        Var residual = MixRows.apply(tape, x, kept);
        tape.release(attended);
        tape.release(x);
        return mlp(tape, project(tape, some, residual));
    }

    /**
     * The block with identity attention, MaskCLIP's dense form (Zhou et al. 2022): every token passes through the value
     * and output projections by itself, residual and MLP unchanged.
     */
    Var forwardDense(Tape tape, Var x) {
        Var normed = norm1.apply(tape, x);
        Var values = inProjection.applyRows(tape, normed, 2 * width, width);
        tape.release(normed);
        return mlp(tape, project(tape, values, x));
    }

    private Var attend(Tape tape, Var x, AttentionPlan plan) {
        Var normed = norm1.apply(tape, x);
        Var qkv = inProjection.apply(tape, normed, Activation.NONE);
        tape.release(normed);
        Var attended = Attention.apply(tape, qkv, plan);
        tape.release(qkv);
        return attended;
    }

    private Var project(Tape tape, Var attended, Var x) {
        Var y = outProjection.apply(tape, attended, x);
        tape.release(attended);
        tape.release(x);
        return y;
    }

    private Var mlp(Tape tape, Var x) {
        Var normed = norm2.apply(tape, x);
        Var hidden = mlpIn.apply(tape, normed, activation);
        tape.release(normed);
        Var y = mlpOut.apply(tape, hidden, x);
        tape.release(hidden);
        tape.release(x);
        return y;
    }
}
