package org.ttdengine.vit.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The pictures are written, and their hashes computed, by {@code make_pictures.py} with Pillow. */
class ImagesTest {
    @TempDir
    Path folder;

    static Stream<String[]> pictures() throws IOException {
        return TestData.table("pictures/pictures.tsv").stream();
    }

    @ParameterizedTest
    @MethodSource("pictures")
    void everyCodingDecodesToPillowsPixels(String file, int width, int height, String crc) throws IOException {
        RgbImage image = decode(file);

        assertThat(image.width()).isEqualTo(width);
        assertThat(image.height()).isEqualTo(height);
        assertThat(TestData.crc32(image.rgb())).isEqualTo(crc);
    }

    @Test
    void aPhotographDecodesToPillowsPixels() throws IOException {
        Path photograph = TestData.shared("data/coco-mini/images/000000000790.jpg");

        RgbImage image = Images.read(photograph);

        assertThat(image.width()).isEqualTo(640);
        assertThat(image.height()).isEqualTo(422);
        assertThat(TestData.crc32(image.rgb())).isEqualTo("4d922234");
    }

    @Test
    void greySamplesOf16BitsKeepTheirHighByte() throws IOException {
        byte[] deep = decode("grey-16-bit.png").rgb();
        byte[] shallow = decode("rgb.png").rgb();

        for (int i = 0; i < deep.length; i++) {
            assertThat(deep[i]).isEqualTo(shallow[i - i % 3]);
        }
    }

    @ParameterizedTest
    @CsvSource({"lossy-grey.webp, 0.5", "lossy.webp, 4"})
    void lossyWebpComesCloseToLibwebp(String file, double meanDifference) throws IOException {
        byte[] ours = decode(file).rgb();
        byte[] libwebp = decode(file + ".expected.png").rgb();

        double sum = 0;
        for (int i = 0; i < ours.length; i++) {
            sum += Math.abs((ours[i] & 0xff) - (libwebp[i] & 0xff));
        }
        assertThat(sum / ours.length).isLessThan(meanDifference);
    }

    @Test
    void threadsDoNotDisturbEachOther() throws Exception {
        List<String[]> pictures = pictures().toList();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            Callable<List<String>> readAll = () -> {
                String[] hashes = new String[pictures.size()];
                for (int i = 0; i < hashes.length; i++) {
                    hashes[i] = TestData.crc32(decode(pictures.get(i)[0]).rgb());
                }
                return List.of(hashes);
            };
            List<String> expected = pictures.stream().map(row -> row[3]).toList();
            for (Future<List<String>> hashes : threads.invokeAll(List.of(readAll, readAll, readAll, readAll))) {
                assertThat(hashes.get()).isEqualTo(expected);
            }
        } finally {
            threads.shutdown();
        }
    }

    @ParameterizedTest
    @MethodSource("pictures")
    void aTruncatedPictureIsRefusedWithItsName(String file) throws IOException {
        byte[] bytes = TestData.resource("pictures/" + file);

        assertRefused(Arrays.copyOf(bytes, bytes.length * 2 / 3));
    }

    @Test
    void animatedWebpIsRefused() throws IOException {
        byte[] bytes = TestData.resource("pictures/animated.webp");

        assertThatThrownBy(() -> Images.decode(bytes, "cat.webp"))
                .isInstanceOf(ImageException.class)
                .hasMessage("cat.webp: cannot be read as WEBP: animated WebP is not supported");
    }

    @Test
    void otherFilesAreRefused() throws IOException {
        Path text = Files.writeString(folder.resolve("note.jpg"), "not a picture");

        assertThatThrownBy(() -> Images.read(text))
                .isInstanceOf(ImageException.class)
                .hasMessage(text + ": not a JPEG, PNG, GIF, BMP or WebP picture");
        assertThatThrownBy(() -> Images.read(folder.resolve("none.png")))
                .isInstanceOf(ImageException.class)
                .hasMessage(folder.resolve("none.png") + ": no such picture file");
        assertThatThrownBy(() -> Images.read(folder)).isInstanceOf(ImageException.class);
        assertRefused(new byte[0]);
        assertRefused("BM".getBytes(StandardCharsets.US_ASCII));
        assertRefused(new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff});
    }

    static void assertRefused(byte[] bytes) {
        assertThatThrownBy(() -> Images.decode(bytes, "some/file"))
                .isInstanceOf(ImageException.class)
                .hasMessageStartingWith("some/file: ")
                .message()
                .doesNotContain("\n");
    }

    private static RgbImage decode(String file) throws IOException {
        return Images.decode(TestData.resource("pictures/" + file), file);
    }
}
