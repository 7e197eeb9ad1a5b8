package org.ttdengine.trainer.data;

/**
 * How batches are made.
 *
 * @param batchSize samples of a batch
 * @param workers threads that decode and augment; their number does not change the batches
 * @param seed of the augmentation
 * @param startPosition the first position, 0 or the {@code nextPosition} of a batch
 * @param endPosition the first position not used any more; {@link Long#MAX_VALUE} for an endless run
 */
public record BatchPlan(int batchSize, int workers, long seed, long startPosition, long endPosition) {
    private static final int MAX = 1 << 16;

    public BatchPlan {
        if (batchSize < 1 || batchSize > MAX) {
            throw new IllegalArgumentException("a batch has 1 to " + MAX + " pairs, not " + batchSize);
        }
        if (workers < 1 || workers > MAX) {
            throw new IllegalArgumentException("loading needs 1 to " + MAX + " workers, not " + workers);
        }
        if (startPosition < 0 || endPosition < startPosition) {
            throw new IllegalArgumentException("positions " + startPosition + " to " + endPosition + " are no range");
        }
    }

    /** Positions worked on ahead of the batch in use: room for two batches, and for every worker. */
    int lookAhead() {
        return Math.max(2 * batchSize, batchSize + workers);
    }
}
