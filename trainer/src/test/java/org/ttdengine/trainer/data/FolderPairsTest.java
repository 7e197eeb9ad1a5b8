package org.ttdengine.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderPairsTest {
    @TempDir
    Path folder;

    @Test
    void captionsLieBesideImagesInFoldersOfAnyDepth() throws IOException {
        write("b.jpg", "B");
        write("b.txt", "the second\n");
        write("a.PNG", "A");
        write("a.txt", "\uFEFFthe first");
        write("00000/000000001.jpg", "C");
        write("00000/000000001.txt", "from text");
        write("00000/000000001.json", "{\"caption\": \"from json\"}");
        write("00000/x.y.webp", "D");
        write("00000/x.y.json", "{\"url\": \"u\", \"caption\": \" only json \"}");
        try (FolderPairs pairs = FolderPairs.open(folder)) {
            assertThat(pairs.size()).isEqualTo(4);
            assertThat(pair(pairs, 0)).isEqualTo("a.PNG: the first");
            assertThat(pair(pairs, 1)).isEqualTo("b.jpg: the second");
            assertThat(pair(pairs, 2)).isEqualTo("00000/000000001.jpg: from text");
            assertThat(pair(pairs, 3)).isEqualTo("00000/x.y.webp: only json");
            assertThat(pairs.get(3).image().load(Pictures::tiny).rgb()[0]).isEqualTo((byte) 'D');
            assertThat(pairs.warnings()).isEmpty();
        }
    }

    @Test
    void imagesWithoutACaptionFileAreCounted() throws IOException {
        write("a.jpg", "A");
        write("a.txt", "one");
        write("b.jpg", "B");
        write(".hidden.jpg", "H");
        write(".hidden.txt", "hidden");
        write(".cache/c.jpg", "C");
        write(".cache/c.txt", "hidden");
        try (FolderPairs pairs = FolderPairs.open(folder)) {
            assertThat(pairs.size()).isEqualTo(1);
            assertThat(pairs.warnings()).hasSize(1);
            assertThat(pairs.warnings().get(0)).contains("1 images have no .txt");
        }
    }

    @Test
    void brokenJsonIsAProblemOfItsPairAlone() throws IOException {
        write("a.jpg", "A");
        write("a.json", "{\"caption\": ");
        write("b.jpg", "B");
        write("b.json", "[1, 2]");
        try (FolderPairs pairs = FolderPairs.open(folder)) {
            assertThatThrownBy(() -> pairs.get(0))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("JSON is broken")
                    .message()
                    .hasLineCount(1);
            assertThat(pairs.get(1).caption()).isEmpty();
        }
    }

    @Test
    void aLinkToAFolderAboveDoesNotGoRoundForEver() throws IOException {
        write("in/a.jpg", "A");
        write("in/a.txt", "one");
        Files.createSymbolicLink(folder.resolve("in/up"), folder);
        try (FolderPairs pairs = FolderPairs.open(folder)) {
            assertThat(pairs.size()).isEqualTo(1);
            assertThat(pairs.warnings().toString()).contains("link to a folder above");
        }
    }

    @Test
    void anEmptyFolderIsRefusedAndAListInItIsPointedAt() throws IOException {
        assertThatThrownBy(() -> FolderPairs.open(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(folder + ": holds no image with a .txt");
        write("images/a.jpg", "A");
        write("pairs.tsv", "images/a.jpg\tone\n");
        assertThatThrownBy(() -> FolderPairs.open(folder))
                .hasMessageContaining(folder.resolve("pairs.tsv") + ", give that file");
        assertThatThrownBy(() -> FolderPairs.open(folder.resolve("absent"))).hasMessageContaining("no such folder");
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static String pair(PairSource pairs, long index) throws IOException {
        Pair pair = pairs.get(index);
        return pair.name() + ": " + pair.caption();
    }
}
