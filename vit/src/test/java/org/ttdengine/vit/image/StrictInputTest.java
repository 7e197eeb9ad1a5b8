package org.ttdengine.vit.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class StrictInputTest {
    @Test
    void bytesAreReadInOrder() throws IOException {
        try (StrictInput input = new StrictInput(new byte[] {1, -1, 3, 4, 5})) {
            assertThat(input.length()).isEqualTo(5);
            assertThat(input.read()).isEqualTo(1);
            assertThat(input.read()).isEqualTo(255);
            byte[] rest = new byte[9];
            assertThat(input.read(rest, 2, 7)).isEqualTo(3);
            assertThat(rest).containsExactly(0, 0, 3, 4, 5, 0, 0, 0, 0);
            input.seek(3);
            assertThat(input.readUnsignedShort()).isEqualTo(0x0405);
        }
    }

    @Test
    void bitsStartAnewAfterAWholeByte() throws IOException {
        try (StrictInput input = new StrictInput(new byte[] {(byte) 0b1010_0000, 7, (byte) 0b1000_0000})) {
            assertThat(input.readBits(3)).isEqualTo(0b101);
            input.seek(1);
            assertThat(input.read()).isEqualTo(7);
            assertThat(input.readBit()).isEqualTo(1);
        }
    }

    @Test
    void readingPastTheEndIsAFailureThatIsNoEndOfFile() throws IOException {
        try (StrictInput input = new StrictInput(new byte[] {1})) {
            assertThat(input.read()).isEqualTo(1);
            assertThatThrownBy(input::read).isInstanceOf(IOException.class).isNotInstanceOf(EOFException.class);
            assertThatThrownBy(input::readLong).isInstanceOf(IOException.class).isNotInstanceOf(EOFException.class);
        }
    }
}
