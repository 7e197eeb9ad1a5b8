package org.ttdengine.vit.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HostilePicturesTest {
    private static final PixelLimit SMALL = new PixelLimit(1 << 18, 4096);
    private static final int MUTANTS = 60;

    static Stream<String> pictures() throws IOException {
        return Stream.concat(
                TestData.table("pictures/pictures.tsv").stream().map(row -> row[0]), Stream.of("lossy.webp"));
    }

    @ParameterizedTest
    @MethodSource("pictures")
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void aDamagedPictureIsEitherReadOrRefusedInOneLine(String file) throws IOException {
        byte[] sound = TestData.resource("pictures/" + file);
        Random random = new Random(file.hashCode());
        int refused = 0;
        for (int mutant = 0; mutant < MUTANTS; mutant++) {
            byte[] damaged = sound.clone();
            for (int k = random.nextInt(8); k >= 0; k--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            try {
                RgbImage image = Images.decode(damaged, file, SMALL);
                assertThat((long) image.width() * image.height()).isLessThanOrEqualTo(SMALL.pixels());
            } catch (ImageException e) {
                refused++;
                assertThat(e.getMessage()).startsWith(file + ": ").doesNotContain("\n");
            }
        }
        assertThat(refused).isGreaterThan(0);
    }

    @Test
    void aPngThatClaimsABillionPixelsIsRefusedByItsHeader() throws IOException {
        byte[] png = TestData.resource("pictures/rgb.png");
        ByteBuffer.wrap(png).putInt(16, 40_000).putInt(20, 30_000);

        assertTooLarge(png, "40000x30000");
    }

    @Test
    void aJpegThatClaimsABillionPixelsIsRefusedByItsHeader() throws IOException {
        byte[] jpeg = TestData.resource("pictures/baseline-420.jpg");
        int frame = 0;
        while ((jpeg[frame] & 0xff) != 0xff || (jpeg[frame + 1] & 0xff) != 0xc0) {
            frame++;
        }
        ByteBuffer.wrap(jpeg).putShort(frame + 5, (short) 30_000).putShort(frame + 7, (short) 40_000);

        assertTooLarge(jpeg, "40000x30000");
    }

    @Test
    void aRunLengthBmpThatClaims200MillionPixelsIsRefusedByItsHeader() throws IOException {
        byte[] bmp = TestData.resource("pictures/palette.bmp");
        bmp[30] = 1;
        ByteBuffer.wrap(bmp).order(ByteOrder.LITTLE_ENDIAN).putInt(18, 20_000).putInt(22, 10_000);

        assertTooLarge(bmp, "20000x10000");
    }

    @Test
    void aGifThatClaimsABillionPixelsIsRefusedByItsHeader() throws IOException {
        byte[] gif = TestData.resource("pictures/grey.gif");
        int at = 13 + 3 * 256;
        while (gif[at] == '!') {
            at += 2;
            while (gif[at] != 0) {
                at += 1 + (gif[at] & 0xff);
            }
            at++;
        }
        assertThat(gif[at]).isEqualTo((byte) ',');
        ByteBuffer.wrap(gif)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort(at + 5, (short) 40_000)
                .putShort(at + 7, (short) 30_000);

        assertTooLarge(gif, "40000x30000");
    }

    @Test
    void aWebpThatClaimsTheMostIsRefusedByItsHeader() throws IOException {
        byte[] webp = TestData.resource("pictures/lossy.webp");
        assertThat(webp[15]).isEqualTo((byte) ' ');
        ByteBuffer.wrap(webp)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort(26, (short) 16_383)
                .putShort(28, (short) 16_383);

        assertTooLarge(webp, "16383x16383");
    }

    @Test
    void aLongSideIsRefusedEvenOfFewPixels() throws IOException {
        byte[] png = TestData.resource("pictures/rgb.png");
        ByteBuffer.wrap(png).putInt(16, 80_000_000).putInt(20, 1);

        assertTooLarge(png, "80000000x1");
    }

    @Test
    void aPictureInsideABmpIsRefused() throws IOException {
        byte[] bmp = TestData.resource("pictures/rgb.bmp");
        bmp[30] = 5;

        assertThatThrownBy(() -> Images.decode(bmp, "x.bmp"))
                .isInstanceOf(ImageException.class)
                .hasMessage("x.bmp: cannot be read as BMP: a JPEG or PNG inside a BMP is not supported");
    }

    /** Its Huffman tables go on past the end, where the decoder alone would read the same bits again for a minute. */
    @Test
    @Timeout(value = 10, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aWebpThatEndsEarlyIsRefusedAtOnce() throws IOException {
        byte[] webp = TestData.resource("hostile/stuck.webp");

        assertThatThrownBy(() -> Images.decode(webp, "x.webp"))
                .isInstanceOf(ImageException.class)
                .hasMessage("x.webp: cannot be read as WEBP: it ends before the picture is complete");
    }

    private static void assertTooLarge(byte[] bytes, String size) {
        assertThatThrownBy(() -> Images.decode(bytes, "bomb"))
                .isInstanceOf(ImageException.class)
                .hasMessageStartingWith("bomb: ")
                .hasMessageContaining(size + " pixels are more than the limit of ");
    }
}
