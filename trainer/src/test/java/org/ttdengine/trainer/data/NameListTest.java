package org.ttdengine.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class NameListTest {
    @Test
    void givesBackNamesOfAnyLengthAcrossChunks() {
        NameList names = new NameList();
        for (int i = 0; i < 2_000; i++) {
            names.add(name(i));
        }
        assertThat(names.size()).isEqualTo(2_000);
        for (int i = 0; i < 2_000; i++) {
            assertThat(names.get(i)).isEqualTo(name(i));
        }
    }

    private static String name(int i) {
        return "é/".repeat(i % 500) + i;
    }

    @Test
    void aNameThatIsNoPathIsRefused() {
        assertThatThrownBy(() -> new NameList().add("x".repeat(20_000)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("20000 bytes");
    }
}
