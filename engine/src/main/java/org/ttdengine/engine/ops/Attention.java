package org.ttdengine.engine.ops;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.autograd.Tape;
import org.ttdengine.engine.autograd.Var;
import org.ttdengine.engine.backend.AttentionPlan;

/**
 * Multi-head attention {@code softmax(Q K' / sqrt(head size)) V} within each sequence of a ragged batch (Vaswani et al.
 * 2017). The score matrix is never stored; the backward pass computes it again from the sums of exponentials (FlashAttention,
 * Dao et al. 2022).
 */
public final class Attention {
    private Attention() {}

    /** qkv is {@code [tokens, 3 width]}, queries, keys and values side by side; the result {@code [tokens, width]}. */
    public static Var apply(Tape tape, Var qkv, AttentionPlan plan) {
        int width = qkv.shape().size(-1) / 3;
        Shapes.check(
                qkv.shape().rows() == plan.tokens() && width * 3 == qkv.shape().size(-1) && width % plan.heads() == 0,
                "attention",
                qkv);
        Tensor out = tape.emptyLike(qkv.value(), "attention", plan.tokens(), width);
        Tensor logSumExp = tape.empty("attention.lse", plan.heads(), plan.tokens());
        tape.backend().attention(plan, qkv.value(), out, logSumExp);
        tape.device().countFlops(4 * plan.pairs() * width);
        return tape.record(
                out,
                List.of(qkv),
                List.of(qkv),
                List.of(logSumExp, out),
                dout -> qkv.addGradient(
                        (dqkv, accumulate) -> backward(tape, plan, qkv, out, logSumExp, dout, dqkv, accumulate)));
    }

    private static void backward(
            Tape tape,
            AttentionPlan plan,
            Var qkv,
            Tensor out,
            Tensor logSumExp,
            Tensor dout,
            Tensor dqkv,
            boolean accumulate) {
        int width = out.shape().size(-1);
        tape.device().countFlops(8 * plan.pairs() * width);
        if (!accumulate) {
            tape.backend().attentionBackward(plan, qkv.value(), out, logSumExp, dout, dqkv);
            return;
        }
        Tensor fresh =
                tape.scope().empty("attention.grad", qkv.shape(), qkv.value().dtype());
        tape.backend().attentionBackward(plan, qkv.value(), out, logSumExp, dout, fresh);
        tape.backend().axpy(1, fresh, dqkv);
        tape.scope().release(fresh);
    }

    /** Cases: full and causal, one token, ragged with an empty sequence, the head sizes of the models. */
    static OpSpec spec() {
        return new OpSpec(
                "attention",
                2e-5,
                List.of(
                        sample(AttentionPlan.regular(2, 5, 2, false), 8),
                        sample(AttentionPlan.regular(1, 1, 1, true), 4),
                        sample(new AttentionPlan(new int[] {0, 3, 3, 10, 11}, 2, true), 64),
                        sample(new AttentionPlan(new int[] {0, 70, 87}, 1, false), 64),
                        sample(new AttentionPlan(new int[] {0, 77, 140}, 1, true), 64),
                        sample(AttentionPlan.regular(1, 197, 2, false), 64),
                        sample(AttentionPlan.regular(1, 785, 1, false), 64),
                        sample(new AttentionPlan(new int[] {0, 0}, 2, true), 32)),
                Attention::random);
    }

    private static OpCase random(RandomGenerator random) {
        int[] offsets = new int[2 + random.nextInt(4)];
        for (int i = 1; i < offsets.length; i++) {
            offsets[i] = offsets[i - 1] + random.nextInt(40);
        }
        int heads = 1 + random.nextInt(3);
        return sample(new AttentionPlan(offsets, heads, random.nextBoolean()), 1 + random.nextInt(70));
    }

    private static OpCase sample(AttentionPlan plan, int headSize) {
        String label = Arrays.toString(plan.offsets()) + (plan.causal() ? " causal" : "") + ", " + plan.heads()
                + " heads of " + headSize;
        return OpCase.of(
                label,
                List.of(OpCase.input("qkv", plan.tokens(), 3 * plan.heads() * headSize)),
                (tape, v) -> apply(tape, v.get(0), plan));
    }
}
