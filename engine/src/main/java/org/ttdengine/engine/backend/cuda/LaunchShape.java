package org.ttdengine.engine.backend.cuda;

/**
 * Grid and block of a launch.
 *
 * @param gridX blocks along x
 * @param gridY blocks along y, at most 65535
 * @param gridZ blocks along z, at most 65535
 * @param threadsX threads of a block along x
 * @param threadsY threads of a block along y
 * @param sharedBytes dynamic shared memory of a block
 */
record LaunchShape(int gridX, int gridY, int gridZ, int threadsX, int threadsY, int sharedBytes) {
    private static final int LARGEST_YZ = 65535;
    private static final int LARGEST_BLOCK = 1024;

    LaunchShape {
        if (gridX < 1 || gridY < 1 || gridZ < 1 || gridY > LARGEST_YZ || gridZ > LARGEST_YZ) {
            throw new IllegalArgumentException(
                    "a grid of " + gridX + "x" + gridY + "x" + gridZ + " blocks is impossible");
        }
        if (threadsX < 1 || threadsY < 1 || threadsX * (long) threadsY > LARGEST_BLOCK || sharedBytes < 0) {
            throw new IllegalArgumentException(
                    "a block of " + threadsX + "x" + threadsY + " threads and " + sharedBytes + " bytes is impossible");
        }
    }

    /** A grid along x, with one warp a block until told otherwise. */
    static LaunchShape of(long gridX) {
        return of(gridX, 1, 1);
    }

    /** A grid, with one warp a block until told otherwise. */
    static LaunchShape of(long gridX, int gridY, int gridZ) {
        return new LaunchShape(Math.toIntExact(gridX), gridY, gridZ, 32, 1, 0);
    }

    /** As many blocks along x as it takes to give each of {@code items} its own thread. */
    static LaunchShape covering(long items, int threads) {
        return of((items + threads - 1) / threads).threads(threads);
    }

    LaunchShape threads(int x) {
        return threads(x, 1);
    }

    LaunchShape threads(int x, int y) {
        return new LaunchShape(gridX, gridY, gridZ, x, y, sharedBytes);
    }

    LaunchShape shared(int bytes) {
        return new LaunchShape(gridX, gridY, gridZ, threadsX, threadsY, bytes);
    }
}
