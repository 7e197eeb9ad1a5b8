package org.ttdengine.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LongListTest {
    @Test
    void givesBackWhatWasAddedAcrossChunks() {
        LongList list = new LongList();
        for (long i = 0; i < 50_000; i++) {
            list.add(i * i - 7);
        }
        assertThat(list.size()).isEqualTo(50_000);
        for (long i = 0; i < 50_000; i++) {
            assertThat(list.get(i)).isEqualTo(i * i - 7);
        }
    }

    @Test
    void anIndexBeyondTheEndIsRefused() {
        LongList list = new LongList();
        list.add(1);
        assertThatThrownBy(() -> list.get(1)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
