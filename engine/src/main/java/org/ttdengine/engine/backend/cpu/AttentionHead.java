package org.ttdengine.engine.backend.cpu;

import org.ttdengine.engine.backend.AttentionPlan;

/**
 * One head of one sequence: where its part of the tensors lies.
 *
 * @param first first token
 * @param length number of tokens
 * @param column first channel among the {@code width} channels of a token
 * @param size channels of the head
 * @param width channels of all heads
 * @param causal whether a token sees only itself and earlier ones
 * @param sums index of the first token's log-sum-exp
 */
record AttentionHead(int first, int length, int column, int size, int width, boolean causal, int sums) {
    static AttentionHead of(AttentionPlan plan, int width, int sequence, int head) {
        int size = width / plan.heads();
        int first = plan.offsets()[sequence];
        return new AttentionHead(
                first, plan.length(sequence), head * size, size, width, plan.causal(), head * plan.tokens() + first);
    }

    /** Distance of tokens in {@code qkv}. */
    int stride() {
        return 3 * width;
    }

    /** Index of a token's query in {@code qkv}. */
    int query(int token) {
        return (first + token) * stride() + column;
    }

    /** Index of a token's key in {@code qkv}. */
    int key(int token) {
        return query(token) + width;
    }

    /** Index of a token's value in {@code qkv}. */
    int value(int token) {
        return query(token) + 2 * width;
    }

    /** Index of a token's result in {@code out}. */
    int result(int token) {
        return (first + token) * width + column;
    }

    /** Keys that a query sees, which are the first ones. */
    int seen(int query) {
        return causal ? query + 1 : length;
    }

    /** Factor of the scores. */
    float scale() {
        return (float) (1 / Math.sqrt(size));
    }
}
