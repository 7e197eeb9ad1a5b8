package org.ttdengine.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MemoryPoolTest {
    @Test
    void whatIsGivenBackIsHandedOutAgain() {
        MemoryPool pool = new MemoryPool(new HeapMemory(), false, false);
        Storage first = pool.take(DType.F32, 1000);
        pool.give(first);
        assertThat(pool.take(DType.F32, 1000)).isSameAs(first);
    }

    @Test
    void sizesOfOneClassShareTheirArrays() {
        MemoryPool pool = new MemoryPool(new HeapMemory(), false, false);
        Storage first = pool.take(DType.F64, 1000);
        pool.give(first);
        assertThat(pool.take(DType.F64, 990)).isSameAs(first);
        assertThat(pool.take(DType.F64, 990)).isNotSameAs(first);
    }

    @Test
    void aSizeClassHoldsItsSizeAndWastesNoMoreThanAnEighth() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 10_000; i++) {
            int size = 1 + random.nextInt(1 << (1 + random.nextInt(30)));
            int capacity = MemoryPool.sizeClass(size);
            assertThat(capacity).isGreaterThanOrEqualTo(size);
            assertThat((long) capacity).isLessThanOrEqualTo(Math.max(256, size + size / 8L + 1));
            assertThat(MemoryPool.sizeClass(capacity)).isEqualTo(capacity);
        }
    }

    @Test
    void theLargestTensorHasASizeClass() {
        int largest = Integer.MAX_VALUE - 64;
        assertThat(MemoryPool.sizeClass(largest)).isBetween(largest, Integer.MAX_VALUE - 8);
    }

    @Test
    void bytesAreThoseOfTheArraysHandedOut() {
        MemoryPool pool = new MemoryPool(new HeapMemory(), false, false);
        Storage a = pool.take(DType.F32, 256);
        Storage b = pool.take(DType.F32, 512);
        assertThat(pool.bytesInUse()).isEqualTo(4 * (256 + 512));
        pool.give(a);
        pool.give(b);
        assertThat(pool.bytesInUse()).isZero();
        assertThat(pool.peakBytes()).isEqualTo(4 * (256 + 512));
    }

    @Test
    void poisonedMemoryIsAllNaNEvenWhenRecycled() {
        for (DType dtype : new DType[] {DType.F32, DType.F64}) {
            MemoryPool pool = new MemoryPool(new HeapMemory(), true, false);
            Storage storage = pool.take(dtype, 10);
            assertThat(storage.get(9)).isNaN();
            storage.set(9, 1);
            pool.give(storage);
            assertThat(pool.take(dtype, 10).get(9)).isNaN();
        }
    }
}
