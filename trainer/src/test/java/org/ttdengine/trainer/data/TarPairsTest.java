package org.ttdengine.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ttdengine.engine.testing.SharedFiles;

class TarPairsTest {
    @TempDir
    Path folder;

    @Test
    void samplesAreConsecutiveMembersWithTheSameNameUpToTheFirstDot() throws IOException {
        Path tar = TarFiles.write(
                folder.resolve("00000.tar"),
                "__worker__/x.txt",
                "internal",
                "shards.0/",
                "",
                "shards.0/1.jpg",
                "A",
                "shards.0/1.seg.png",
                "not the picture",
                "shards.0/1.txt",
                " first ",
                "shards.0/1.json",
                "{\"caption\": \"json\"}",
                "2.text",
                "second",
                "2.webp",
                "B",
                "3.json",
                "{\"caption\": \"third\"}",
                "3.PNG",
                "C",
                "4.jpg",
                "no caption",
                "__index__.txt",
                "internal",
                "1.jpg",
                "D",
                "1.txt",
                "fourth");
        try (TarPairs pairs = open(tar)) {
            assertThat(pairs.size()).isEqualTo(4);
            assertThat(pair(pairs, 0)).isEqualTo("00000.tar/shards.0/1.jpg: first A");
            assertThat(pair(pairs, 1)).isEqualTo("00000.tar/2.webp: second B");
            assertThat(pair(pairs, 2)).isEqualTo("00000.tar/3.PNG: third C");
            assertThat(pair(pairs, 3)).isEqualTo("00000.tar/1.jpg: fourth D");
            assertThat(pairs.warnings()).containsExactly("1 samples lack an image or a caption and are left out");
        }
    }

    @Test
    void manyTarsAreOneDataSetInTheirOrder() throws IOException {
        Path[] tars = new Path[5];
        for (int i = 0; i < tars.length; i++) {
            String[] members = new String[4 * i];
            for (int j = 0; j < i; j++) {
                members[4 * j] = i + "_" + j + ".jpg";
                members[4 * j + 1] = Character.toString('A' + 5 * i + j);
                members[4 * j + 2] = i + "_" + j + ".txt";
                members[4 * j + 3] = "caption " + i + " " + j;
            }
            tars[i] = TarFiles.write(folder.resolve(i + ".tar"), members);
        }
        try (TarPairs pairs = open(tars)) {
            assertThat(pairs.size()).isEqualTo(10);
            assertThat(pairs.describe()).contains("10 pairs in 5 tars");
            int index = 0;
            for (int i = 0; i < tars.length; i++) {
                for (int j = 0; j < i; j++) {
                    assertThat(pair(pairs, index++))
                            .isEqualTo(i + ".tar/" + i + "_" + j + ".jpg: caption " + i + " " + j + " "
                                    + Character.toString('A' + 5 * i + j));
                }
            }
        }
    }

    @Test
    void longAndForeignNamesOfBothDialectsAreRead() throws IOException {
        String name = "ordner-für-bilder/" + "x".repeat(180) + "/y";
        for (int mode : new int[] {TarArchiveOutputStream.LONGFILE_POSIX, TarArchiveOutputStream.LONGFILE_GNU}) {
            Path tar = TarFiles.write(folder.resolve("long.tar"), mode, name + ".jpg", "A", name + ".txt", "one");
            try (TarPairs pairs = open(tar)) {
                assertThat(pair(pairs, 0)).isEqualTo("long.tar/" + name + ".jpg: one A");
                assertThat(pairs.warnings()).isEmpty();
            }
        }
    }

    @Test
    void aTarCutOffAnywhereGivesThePairsThatAreWhole() throws IOException {
        byte[] whole = Files.readAllBytes(TarFiles.write(
                folder.resolve("whole.tar"),
                "1.jpg",
                "A".repeat(700),
                "1.txt",
                "one",
                "2.jpg",
                "B".repeat(700),
                "2.txt",
                "two"));
        int pairSize = 512 + 1024 + 512 + 512;
        for (int length = 512; length < 2 * pairSize; length += 100) {
            Path cut = Files.write(folder.resolve("cut.tar"), Arrays.copyOf(whole, length));
            // The last contents end before the padding to whole records.
            int pairs = length >= 2 * pairSize - 509 ? 2 : length >= pairSize - 509 ? 1 : 0;
            if (pairs == 0) {
                assertThatThrownBy(() -> open(cut))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("cut.tar");
            } else {
                try (TarPairs source = open(cut)) {
                    assertThat(source.size()).as("cut at %d", length).isEqualTo(pairs);
                    assertThat(source.get(pairs - 1).image().load(Pictures::tiny))
                            .isNotNull();
                }
            }
        }
        Path cut = Files.write(folder.resolve("cut.tar"), Arrays.copyOf(whole, pairSize + 600));
        try (TarPairs source = open(cut)) {
            assertThat(source.warnings())
                    .anySatisfy(w -> assertThat(w).contains("cut.tar: ends within 2.jpg; used are the 1 pairs before"));
        }
    }

    @Test
    void linksAreNotFollowed() throws IOException {
        try (TarPairs pairs = open(TarFiles.writeWithLink(folder.resolve("link.tar")))) {
            assertThat(pairs.size()).isEqualTo(1);
            assertThat(pair(pairs, 0)).endsWith("b.jpg: two B");
        }
    }

    @Test
    void whatIsNoTarIsRefusedInOneLine() throws IOException {
        Path noise = Files.write(folder.resolve("noise.tar"), noise(5_000));
        assertThatThrownBy(() -> open(noise))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("noise.tar")
                .message()
                .hasLineCount(1);
        Path empty = Files.createFile(folder.resolve("empty.tar"));
        assertThatThrownBy(() -> open(empty)).isInstanceOf(IOException.class).hasMessageContaining("holds no pair");
        Path other = TarFiles.write(folder.resolve("other.tar"), "readme.md", "text");
        assertThatThrownBy(() -> open(other)).hasMessageContaining("KEY.jpg");
    }

    @Test
    void damagedHeadersNeverDoMoreThanEndTheTar() throws IOException {
        byte[] whole = Files.readAllBytes(TarFiles.write(
                folder.resolve("whole.tar"),
                "1.jpg",
                "A",
                "1.txt",
                "one",
                "x".repeat(120) + ".jpg",
                "B",
                "2.txt",
                "t"));
        SplitMix64 random = new SplitMix64(11);
        for (int round = 0; round < 300; round++) {
            byte[] damaged = whole.clone();
            for (int i = 0; i < 8; i++) {
                damaged[random.nextInt(damaged.length / 2)] = (byte) random.nextLong();
            }
            Path file = Files.write(folder.resolve("damaged.tar"), damaged);
            try (TarPairs pairs = open(file)) {
                assertThat(pairs.size()).isBetween(1L, 2L);
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("damaged.tar");
            }
        }
    }

    @Test
    void chainsOfExtendedHeadersEndInAMessageInsteadOfAnOverflow() throws IOException {
        byte[] whole = Files.readAllBytes(
                TarFiles.write(folder.resolve("long.tar"), "x".repeat(150) + ".jpg", "A", "b.txt", "one"));
        byte[] extended = Arrays.copyOf(whole, 1024);
        ByteArrayOutputStream chain = new ByteArrayOutputStream();
        for (int i = 0; i < 20_000; i++) {
            chain.writeBytes(extended);
        }
        Path file = Files.write(folder.resolve("chain.tar"), chain.toByteArray());
        assertThatThrownBy(() -> open(file)).isInstanceOf(IOException.class).hasMessageContaining("larger than");
    }

    @Test
    void realImagesComeOutOfATarAsTheyWentIn() throws IOException {
        Path image = SharedFiles.require("data/coco-mini/images").resolve("000000000790.jpg");
        byte[] bytes = Files.readAllBytes(image);
        Path tar = folder.resolve("real.tar");
        try (TarArchiveOutputStream out = new TarArchiveOutputStream(Files.newOutputStream(tar), "UTF-8")) {
            for (int i = 0; i < 3; i++) {
                TarFiles.put(out, "00000000" + i + ".jpg", bytes);
                TarFiles.put(out, "00000000" + i + ".txt", ("cake " + i).getBytes(StandardCharsets.UTF_8));
            }
        }
        try (TarPairs pairs = open(tar)) {
            byte[][] loaded = new byte[1][];
            pairs.get(2).image().load((file, name) -> {
                loaded[0] = file;
                return Pictures.imageIo(file, name);
            });
            assertThat(loaded[0]).isEqualTo(bytes);
            assertThat(pairs.get(2).caption()).isEqualTo("cake 2");
        }
    }

    private static TarPairs open(Path... tars) throws IOException {
        return TarPairs.open(List.of(tars), tars[0].toString());
    }

    private static String pair(PairSource pairs, long index) throws IOException {
        Pair pair = pairs.get(index);
        return pair.name() + ": " + pair.caption() + " "
                + (char) pair.image().load(Pictures::tiny).rgb()[0];
    }

    private static byte[] noise(int length) {
        SplitMix64 random = new SplitMix64(1);
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) random.nextLong();
        }
        return bytes;
    }
}
