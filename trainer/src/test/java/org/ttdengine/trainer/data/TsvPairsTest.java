package org.ttdengine.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ttdengine.engine.testing.SharedFiles;
import org.ttdengine.vit.image.RgbImage;

class TsvPairsTest {
    @TempDir
    Path folder;

    @Test
    void filesLieBesideTheListAndCaptionsAreStripped() throws IOException {
        Files.createDirectory(folder.resolve("images"));
        Files.writeString(folder.resolve("images/1.jpg"), "A");
        Files.writeString(folder.resolve("2.jpg"), "B");
        try (TsvPairs pairs = list("images/1.jpg\ta dog \n2.jpg\t über den Wolken\n")) {
            assertThat(pairs.size()).isEqualTo(2);
            assertThat(pairs.get(0).name()).isEqualTo("images/1.jpg");
            assertThat(pairs.get(0).caption()).isEqualTo("a dog");
            assertThat(pairs.get(1).caption()).isEqualTo("über den Wolken");
            assertThat(pairs.get(0).image().load(Pictures::tiny).rgb()[0]).isEqualTo((byte) 'A');
            assertThat(pairs.get(1).image().load(Pictures::tiny).rgb()[0]).isEqualTo((byte) 'B');
            assertThat(pairs.describe()).contains("pairs.tsv").contains("2 pairs");
        }
    }

    @Test
    void byteOrderMarkHeaderCarriageReturnsBlankLinesAndAMissingLastNewlineAreTaken() throws IOException {
        try (TsvPairs pairs = list("\uFEFFfile\tcaption\r\n1.jpg\tone\r\n\r\n  \r\n2.jpg\ttwo\r\n3.jpg\tthree")) {
            assertThat(captions(pairs)).containsExactly("one", "two", "three");
            assertThat(pairs.get(0).name()).isEqualTo("1.jpg");
        }
    }

    @Test
    void aHeaderMayNameOtherColumnsInAnotherOrder() throws IOException {
        try (TsvPairs pairs = list("id\tTitle\tfilepath\n7\ta cat\tcat.jpg\n8\ta cow\tcow.jpg\n")) {
            assertThat(captions(pairs)).containsExactly("a cat", "a cow");
            assertThat(pairs.get(1).name()).isEqualTo("cow.jpg");
        }
    }

    @Test
    void furtherTabsBelongToTheCaptionAndCaptionsMayBeEmpty() throws IOException {
        try (TsvPairs pairs = list("1.jpg\tone\ttwo\n2.jpg\t\n")) {
            assertThat(captions(pairs)).containsExactly("one\ttwo", "");
        }
    }

    @Test
    void aLineWithoutATabIsNamedWithItsNumber() {
        assertThatThrownBy(() -> list("file\tcaption\n\n1.jpg\tone\n2.jpg two\n"))
                .isInstanceOf(IOException.class)
                .hasMessageEndingWith("pairs.tsv:4: no tab; each line is image file<TAB>caption");
    }

    @Test
    void listsOfAddressesAskForADownloadFirst() {
        for (String lines : new String[] {
            "a boat at sea\thttp://example.org/1.jpg\n",
            "https://example.org/1.jpg\ta boat at sea\n",
            "caption\turl\na boat\texample.org/1.jpg\n"
        }) {
            assertThatThrownBy(() -> list(lines))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("img2dataset")
                    .hasMessageContaining("pairs.tsv:")
                    .message()
                    .hasLineCount(1);
        }
    }

    @Test
    void emptyMissingAndWideListsAreRefused() {
        assertThatThrownBy(() -> list("file\tcaption\n")).hasMessageContaining("pairs.tsv: lists no pair");
        assertThatThrownBy(() -> list("")).hasMessageContaining("lists no pair");
        assertThatThrownBy(() -> TsvPairs.open(folder.resolve("absent.tsv")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("absent.tsv: no such file");
        assertThatThrownBy(() -> list("1.jpg\tone\n2.jpg\t" + "x".repeat(1 << 20)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("pairs.tsv:2: the line is longer than");
    }

    @Test
    void utf16IsRecognised() throws IOException {
        Path file = folder.resolve("wide.tsv");
        Files.write(file, "1.jpg\tone\n".getBytes(StandardCharsets.UTF_16));
        assertThatThrownBy(() -> TsvPairs.open(file)).hasMessageContaining("save it as UTF-8");
    }

    @Test
    void aMissingImageIsToldWhenItIsLoaded() throws IOException {
        try (TsvPairs pairs = list("gone.jpg\tone\n.\ttwo\n\0.jpg\tthree\n")) {
            assertThatThrownBy(() -> pairs.get(0).image().load(Pictures::tiny))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no such file")
                    .hasMessageContaining("gone.jpg");
            assertThatThrownBy(() -> pairs.get(1).image().load(Pictures::tiny))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("not a file");
            assertThatThrownBy(() -> pairs.get(2).image().load(Pictures::tiny)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aListThatChangesUnderneathIsNoticed() throws IOException {
        try (TsvPairs pairs = list("1.jpg\tone\n2.jpg\ttwo\n")) {
            Files.writeString(folder.resolve("pairs.tsv"), "1.jpg\tuno\n");
            assertThatThrownBy(() -> pairs.get(1))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("changed since it was opened");
        }
    }

    @Test
    void longListsAreReadFromAnywhere() throws IOException {
        StringBuilder text = new StringBuilder("file\tcaption\n");
        for (int i = 0; i < 40_000; i++) {
            text.append(i)
                    .append(".jpg\tcaption ")
                    .append("é".repeat(i % 9))
                    .append(i)
                    .append('\n');
        }
        try (TsvPairs pairs = list(text.toString())) {
            assertThat(pairs.size()).isEqualTo(40_000);
            for (int i : new int[] {39_999, 0, 17_777, 16_384, 16_383}) {
                assertThat(pairs.get(i).caption()).isEqualTo("caption " + "é".repeat(i % 9) + i);
            }
        }
    }

    @Test
    void realPairsLoad() throws IOException {
        try (TsvPairs pairs = TsvPairs.open(SharedFiles.require("data/coco-mini/pairs.tsv"))) {
            assertThat(pairs.size()).isEqualTo(260);
            assertThat(pairs.get(0).caption()).isEqualTo("a family is sitting down at a table to have cake");
            RgbImage image = pairs.get(259).image().load(Pictures::imageIo);
            assertThat(image.width()).isGreaterThan(100);
        }
    }

    private TsvPairs list(String text) throws IOException {
        return TsvPairs.open(Files.writeString(folder.resolve("pairs.tsv"), text));
    }

    private static Stream<String> captions(PairSource pairs) throws IOException {
        Stream.Builder<String> captions = Stream.builder();
        for (long i = 0; i < pairs.size(); i++) {
            captions.add(pairs.get(i).caption());
        }
        return captions.build();
    }
}
