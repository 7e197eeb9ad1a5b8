package org.ttdengine.engine.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.ttdengine.engine.backend.AttentionPlan;

/** The work list of the attention kernels. */
class AttentionTilesTest {
    @Test
    void everyTokenIsInExactlyOneTile() {
        SplittableRandom random = new SplittableRandom(3);
        for (int trial = 0; trial < 50; trial++) {
            AttentionPlan plan = randomPlan(random);
            for (AttentionTiles tiles : List.of(AttentionTiles.ofQueries(plan), AttentionTiles.ofKeys(plan))) {
                int[] covered = new int[plan.tokens()];
                for (Entry entry : entries(tiles)) {
                    assertThat(entry.rows).isBetween(1, 64);
                    assertThat(entry.start + entry.rows).isLessThanOrEqualTo(entry.length);
                    for (int row = 0; row < entry.rows; row++) {
                        covered[entry.first + entry.start + row]++;
                    }
                }
                assertThat(covered).containsOnly(1);
            }
        }
    }

    @Test
    void aTileKnowsItsSequence() {
        AttentionPlan plan = new AttentionPlan(new int[] {0, 0, 70, 70, 75}, 1, false);
        assertThat(entries(AttentionTiles.ofQueries(plan)))
                .containsExactly(new Entry(0, 70, 0, 64), new Entry(0, 70, 64, 6), new Entry(70, 5, 0, 5));
    }

    @Test
    void tilesWithTheMostPartnersComeFirst() {
        AttentionPlan plan = new AttentionPlan(new int[] {0, 10, 140, 340}, 1, true);
        assertThat(entries(AttentionTiles.ofQueries(plan)))
                .extracting(entry -> entry.start + entry.rows)
                .containsExactly(200, 192, 130, 128, 128, 64, 64, 10);
        assertThat(entries(AttentionTiles.ofKeys(plan)))
                .extracting(entry -> entry.length - entry.start)
                .containsExactly(200, 136, 130, 72, 66, 10, 8, 2);
    }

    @Test
    void withoutTokensThereAreNoTiles() {
        AttentionPlan plan = new AttentionPlan(new int[] {0, 0, 0}, 2, true);
        assertThat(AttentionTiles.ofQueries(plan).count()).isZero();
        assertThat(AttentionTiles.ofKeys(plan).count()).isZero();
    }

    private static AttentionPlan randomPlan(SplittableRandom random) {
        int[] offsets = new int[1 + random.nextInt(6)];
        for (int i = 1; i < offsets.length; i++) {
            offsets[i] = offsets[i - 1] + random.nextInt(200);
        }
        if (offsets[offsets.length - 1] == 0) {
            return AttentionPlan.regular(1, 1, 1, false);
        }
        return new AttentionPlan(offsets, 1, random.nextBoolean());
    }

    private record Entry(int first, int length, int start, int rows) {}

    private static List<Entry> entries(AttentionTiles tiles) {
        List<Entry> entries = new ArrayList<>();
        int[] numbers = tiles.entries();
        for (int i = 0; i < tiles.count(); i++) {
            entries.add(new Entry(numbers[4 * i], numbers[4 * i + 1], numbers[4 * i + 2], numbers[4 * i + 3]));
        }
        return entries;
    }
}
