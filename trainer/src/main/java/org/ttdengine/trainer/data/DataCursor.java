package org.ttdengine.trainer.data;

/**
 * Which pair comes at which position of an endless run over the data. Worker {@code rank} of {@code worldSize} takes
 * every {@code worldSize}-th of one common sequence, in which an epoch follows the other and holds each pair once.
 *
 * @param size number of pairs
 * @param seed of the shuffling; an epoch's order depends on it and the epoch alone
 * @param shuffle whether epochs are shuffled; otherwise pairs come in the order of the data
 * @param rank of this worker, 0 to {@code worldSize - 1}
 * @param worldSize number of workers
 */
public record DataCursor(long size, long seed, boolean shuffle, int rank, int worldSize) {
    public DataCursor {
        if (size < 1) {
            throw new IllegalArgumentException("there is no pair");
        }
        if (worldSize < 1 || rank < 0 || rank >= worldSize) {
            throw new IllegalArgumentException("rank " + rank + " is not within 0 to " + (worldSize - 1));
        }
    }

    /** The cursor of a single worker. */
    public static DataCursor of(long size, long seed, boolean shuffle) {
        return new DataCursor(size, seed, shuffle, 0, 1);
    }

    /**
     * A place in the data.
     *
     * @param sequence position in the sequence common to all workers: what random choices are drawn from
     * @param epoch passes over the data before it
     * @param index of the pair
     */
    public record Place(long sequence, long epoch, long index) {}

    /** The place of this worker's position, counted from 0. */
    public Place at(long position) {
        if (position < 0) {
            throw new IllegalArgumentException("position " + position + " is negative");
        }
        long sequence = Math.addExact(Math.multiplyExact(position, (long) worldSize), rank);
        long epoch = sequence / size;
        long within = sequence % size;
        long index = shuffle ? new Permutation(size, SplitMix64.mix(seed, epoch)).at(within) : within;
        return new Place(sequence, epoch, index);
    }

    /** Positions in which the workers together see every pair; with one worker the number of pairs. */
    public long positionsPerEpoch() {
        return (size + worldSize - 1) / worldSize;
    }

    /** This worker's first position after a number of epochs. */
    public long endOf(long epochs) {
        long sequence = Math.multiplyExact(epochs, size);
        return Math.max(0, (sequence - rank + worldSize - 1) / worldSize);
    }
}
