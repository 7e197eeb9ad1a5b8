package org.ttdengine.lora;

/**
 * What is adapted and how strongly (Hu et al. 2021): {@code W + alpha/rank B A} on every targeted module.
 *
 * @param rank rows of A
 * @param alpha the product is scaled by alpha/rank
 * @param dropout probability that an element of the adapter's input is dropped while training
 * @param targets which modules
 */
public record LoraConfig(int rank, double alpha, double dropout, LoraTargets targets) {
    public LoraConfig {
        checkRank(rank);
        if (!(alpha > 0) || Double.isInfinite(alpha)) {
            throw new IllegalArgumentException("LoRA alpha must be positive, not " + alpha);
        }
        if (!(dropout >= 0 && dropout < 1)) {
            throw new IllegalArgumentException("LoRA dropout must be at least 0 and below 1, not " + dropout);
        }
    }

    static void checkRank(int rank) {
        if (rank < 1 || rank > 1024) {
            throw new IllegalArgumentException("LoRA rank must be between 1 and 1024, not " + rank);
        }
    }

    /** The placement that fits the paper's parameter counts: rank 10 on queries and values of both towers, alpha = rank. */
    public static LoraConfig paper() {
        return new LoraConfig(10, 10, 0, LoraTargets.parse("q,v"));
    }
}
