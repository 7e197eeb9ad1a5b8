package org.ttdengine.engine.backend.reference;

import org.ttdengine.engine.Storage;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.backend.AttentionPlan;

/** Scaled dot-product attention (Vaswani et al. 2017), one query at a time. */
final class ReferenceAttention {
    private final AttentionPlan plan;
    private final Storage qkv;
    private final int width;
    private final int headSize;
    private final double scale;

    private ReferenceAttention(AttentionPlan plan, Tensor qkv) {
        this.plan = plan;
        this.qkv = qkv.storage();
        this.width = qkv.shape().size(-1) / 3;
        this.headSize = width / plan.heads();
        this.scale = 1 / Math.sqrt(headSize);
    }

    static void forward(AttentionPlan plan, Tensor qkv, Tensor out, Tensor logSumExp) {
        new ReferenceAttention(plan, qkv).forward(out.storage(), logSumExp.storage());
    }

    static void backward(AttentionPlan plan, Tensor qkv, Tensor out, Tensor logSumExp, Tensor dout, Tensor dqkv) {
        double[] sums = new double[dqkv.size()];
        new ReferenceAttention(plan, qkv).backward(out.storage(), logSumExp.storage(), dout.storage(), sums);
        dqkv.storage().write(sums);
    }

    private void forward(Storage out, Storage logSumExp) {
        forEachQuery((head, query, first, end) -> {
            double[] scores = scores(head, query, first, end);
            double largest = Double.NEGATIVE_INFINITY;
            for (double s : scores) {
                largest = Math.max(largest, s);
            }
            double sum = 0;
            for (double s : scores) {
                sum += Math.exp(s - largest);
            }
            logSumExp.set(head * plan.tokens() + query, largest + Math.log(sum));
            for (int c = head * headSize; c < (head + 1) * headSize; c++) {
                double value = 0;
                for (int key = first; key < end; key++) {
                    value += Math.exp(scores[key - first] - largest) / sum * v(key, c);
                }
                out.set(query * width + c, value);
            }
        });
    }

    private void backward(Storage out, Storage logSumExp, Storage dout, double[] dqkv) {
        forEachQuery((head, query, first, end) -> {
            double[] scores = scores(head, query, first, end);
            double lse = logSumExp.get(head * plan.tokens() + query);
            double expected = 0;
            for (int c = head * headSize; c < (head + 1) * headSize; c++) {
                expected += dout.get(query * width + c) * out.get(query * width + c);
            }
            for (int key = first; key < end; key++) {
                double p = Math.exp(scores[key - first] - lse);
                double dp = 0;
                for (int c = head * headSize; c < (head + 1) * headSize; c++) {
                    double d = dout.get(query * width + c);
                    dp += d * v(key, c);
                    dqkv[key * 3 * width + 2 * width + c] += p * d;
                }
                double ds = p * (dp - expected) * scale;
                for (int c = head * headSize; c < (head + 1) * headSize; c++) {
                    dqkv[query * 3 * width + c] += ds * k(key, c);
                    dqkv[key * 3 * width + width + c] += ds * q(query, c);
                }
            }
        });
    }

    /** Scaled scores of one query with the keys it sees. */
    private double[] scores(int head, int query, int first, int end) {
        double[] scores = new double[end - first];
        for (int key = first; key < end; key++) {
            double dot = 0;
            for (int c = head * headSize; c < (head + 1) * headSize; c++) {
                dot += q(query, c) * k(key, c);
            }
            scores[key - first] = dot * scale;
        }
        return scores;
    }

    private double q(int token, int channel) {
        return qkv.get(token * 3 * width + channel);
    }

    private double k(int token, int channel) {
        return qkv.get(token * 3 * width + width + channel);
    }

    private double v(int token, int channel) {
        return qkv.get(token * 3 * width + 2 * width + channel);
    }

    private interface Query {
        void accept(int head, int query, int firstKey, int endKey);
    }

    private void forEachQuery(Query action) {
        for (int s = 0; s < plan.sequences(); s++) {
            int first = plan.offsets()[s];
            for (int head = 0; head < plan.heads(); head++) {
                for (int query = first; query < plan.offsets()[s + 1]; query++) {
                    action.accept(head, query, first, plan.causal() ? query + 1 : plan.offsets()[s + 1]);
                }
            }
        }
    }
}
