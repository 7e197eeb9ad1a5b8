package org.ttdengine.vit;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.ttdengine.engine.backend.RowMix;

/**
 * Which patches of each picture an image tower is shown while it is trained: a random subset of the same size for every
 * picture (FLIP, Li et al. 2023).
 *
 * @param share of the patches that is dropped, from 0 to below 1; at least one patch stays
 * @param seed of the choice; the same seed and shape mean the same patches
 */
public record PatchDrop(double share, long seed) {
    /** Every patch stays. */
    public static final PatchDrop NONE = new PatchDrop(0, 0);

    public PatchDrop {
        if (!(share >= 0 && share < 1)) {
            throw new IllegalArgumentException("--patch-drop must be at least 0 and below 1, not " + share);
        }
    }

    /** Number of patches that stay, of so many. */
    public int kept(int cells) {
        return Math.max(1, (int) Math.round((1 - share) * cells));
    }

    /** The tokens that stay, of {@code images * (1 + cells)}: every class token, and each picture's patches in order. */
    RowMix tokens(int images, int cells) {
        int kept = kept(cells);
        SplittableRandom random = new SplittableRandom(seed);
        int[] rows = new int[images * (1 + kept)];
        int[] order = new int[cells];
        Arrays.setAll(order, i -> i);
        for (int image = 0; image < images; image++) {
            int first = image * (1 + kept);
            rows[first] = image * (1 + cells);
            for (int i = 0; i < kept; i++) {
                int other = i + random.nextInt(cells - i);
                int chosen = order[other];
                order[other] = order[i];
                order[i] = chosen;
                rows[first + 1 + i] = image * (1 + cells) + 1 + chosen;
            }
            Arrays.sort(rows, first, first + 1 + kept);
        }
        return RowMix.select(rows);
    }
}
