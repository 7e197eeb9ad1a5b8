package org.ttdengine.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PairSourcesTest {
    @TempDir
    Path folder;

    @Test
    void aListIsOpenedWhateverItsExtension() throws IOException {
        for (String name : new String[] {"pairs.tsv", "pairs.txt", "pairs"}) {
            Files.writeString(folder.resolve(name), "a.jpg\tone\n");
            try (PairSource pairs = PairSources.open(folder.resolve(name).toString())) {
                assertThat(pairs).isInstanceOf(TsvPairs.class);
            }
        }
    }

    @Test
    void aTarAFolderOfTarsAndAPatternAreWebdatasets() throws IOException {
        Files.createDirectories(folder.resolve("train/0"));
        TarFiles.write(folder.resolve("train/0/a.tar"), "1.jpg", "A", "1.txt", "one");
        TarFiles.write(folder.resolve("train/0/b.tar"), "1.jpg", "B", "1.txt", "two");
        for (String spec :
                new String[] {"train/0/a.tar", "train/0", "train/0/*.tar", "train/*/[ab].tar", "*/?/{a,b}.tar"}) {
            try (PairSource pairs = PairSources.open(folder + "/" + spec)) {
                assertThat(pairs).isInstanceOf(TarPairs.class);
                assertThat(pairs.size()).isEqualTo(spec.endsWith("a.tar") ? 1 : 2);
                assertThat(pairs.get(0).caption()).isEqualTo("one");
                assertThat(pairs.describe()).startsWith(folder + "/" + spec);
            }
        }
    }

    @Test
    void aFolderOfImagesIsRead() throws IOException {
        Files.writeString(folder.resolve("a.jpg"), "A");
        Files.writeString(folder.resolve("a.txt"), "one");
        try (PairSource pairs = PairSources.open(folder.toString())) {
            assertThat(pairs).isInstanceOf(FolderPairs.class);
        }
    }

    @Test
    void whatCannotBeOpenedIsToldInOneLine() throws IOException {
        Files.writeString(folder.resolve("a.txt"), "x\ty");
        Files.writeString(folder.resolve("a.tar.gz"), "x");
        assertRefused("absent.tsv", "absent.tsv: no such file or folder");
        assertRefused("absent/*.tar", "no such folder");
        assertRefused("*.tar", "matches no file");
        assertRefused("*.txt", "which is no .tar");
        assertRefused("[.tar", "no pattern");
        assertRefused("a.tar.gz", "decompress");
        assertRefused("nul\0.tsv", "is no file name");
        assertRefused("", "holds no image");
    }

    private void assertRefused(String spec, String message) {
        assertThatThrownBy(() -> PairSources.open(folder + "/" + spec))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(message)
                .message()
                .hasLineCount(1);
    }
}
