package org.ttdengine.vit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PatchDropTest {
    @ParameterizedTest
    @CsvSource({"0, 9, 9", "0.5, 196, 98", "0.5, 9, 5", "0.75, 4, 1", "0.99, 4, 1", "0.3, 10, 7"})
    void aShareOfThePatchesStays(double share, int cells, int kept) {
        assertThat(new PatchDrop(share, 0).kept(cells)).isEqualTo(kept);
        assertThat(new PatchDrop(share, 0).tokens(3, cells).rows()).isEqualTo(3 * (1 + kept));
    }

    @Test
    void everyPictureKeepsItsClassTokenAndDistinctPatchesOfItsOwn() {
        int[] rows = new PatchDrop(0.5, 1).tokens(4, 10).index();
        for (int image = 0; image < 4; image++) {
            int[] own = Arrays.copyOfRange(rows, image * 6, (image + 1) * 6);
            assertThat(own[0]).isEqualTo(image * 11);
            assertThat(own).isSorted().doesNotHaveDuplicates();
            assertThat(own[5]).isLessThan((image + 1) * 11);
        }
        assertThat(Arrays.copyOfRange(rows, 6, 12))
                .isNotEqualTo(Arrays.stream(rows, 0, 6).map(row -> row + 11).toArray());
    }

    @Test
    void theSeedDecides() {
        assertThat(new PatchDrop(0.5, 1).tokens(4, 50)).satisfies(mix -> assertThat(mix.index())
                .isEqualTo(new PatchDrop(0.5, 1).tokens(4, 50).index())
                .isNotEqualTo(new PatchDrop(0.5, 2).tokens(4, 50).index()));
    }

    /** 2000 draws of 5 out of 10: each patch 1000 times, give or take five standard deviations. */
    @Test
    void everyPatchIsKeptEquallyOften() {
        int[] counts = new int[10];
        int[] rows = new PatchDrop(0.5, 3).tokens(2000, 10).index();
        IntStream.of(rows).map(row -> row % 11).filter(token -> token > 0).forEach(token -> counts[token - 1]++);
        assertThat(counts).satisfies(all -> assertThat(Arrays.stream(all)).allMatch(n -> n > 888 && n < 1112));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1, Double.NaN})
    void otherSharesAreRefused(double share) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PatchDrop(share, 0))
                .withMessageContaining("patch-drop");
    }
}
