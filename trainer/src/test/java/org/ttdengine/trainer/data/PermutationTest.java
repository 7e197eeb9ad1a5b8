package org.ttdengine.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PermutationTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 7, 255, 256, 257, 1000, 65_536, 65_537, 300_000})
    void eachIndexIsHitOnce(long size) {
        Permutation permutation = new Permutation(size, 99);
        BitSet hit = new BitSet();
        for (long i = 0; i < size; i++) {
            long to = permutation.at(i);
            assertThat(to).isBetween(0L, size - 1);
            hit.set((int) to);
        }
        assertThat(hit.cardinality()).isEqualTo((int) size);
    }

    @Test
    void everyOrderOfFourThingsIsAboutEquallyLikely() {
        int[] counts = new int[256];
        for (int key = 0; key < 24_000; key++) {
            Permutation permutation = new Permutation(4, SplitMix64.mix(key));
            int code = 0;
            for (int i = 0; i < 4; i++) {
                code = code << 2 | (int) permutation.at(i);
            }
            counts[code]++;
        }
        int orders = 0;
        double chiSquare = 0;
        for (int count : counts) {
            if (count > 0) {
                orders++;
                chiSquare += (count - 1000.0) * (count - 1000.0) / 1000.0;
            }
        }
        assertThat(orders).isEqualTo(24);
        // The 99.99 % quantile of chi-square with 23 degrees of freedom.
        assertThat(chiSquare).isLessThan(58.6);
    }

    @Test
    void neighboursAreTornApart() {
        long size = 100_000;
        Permutation permutation = new Permutation(size, 4);
        double distance = 0;
        for (long i = 1; i < size; i++) {
            distance += Math.abs(permutation.at(i) - permutation.at(i - 1));
        }
        // Two independent uniform numbers are a third of the range apart on average.
        assertThat(distance / (size - 1) / size).isBetween(0.32, 0.347);
    }

    @Test
    void sizesThatAreNoneAreRefused() {
        assertThatThrownBy(() -> new Permutation(0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Permutation(5, 1).at(5)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
