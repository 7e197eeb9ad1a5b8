package org.ttdengine.trainer.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ttdengine.vit.image.PngWriter;
import org.ttdengine.vit.image.RgbImage;

class TagMaskFolderTest {
    private static final int[] PALETTE = {0xffffff, 0x000000, 0xff0000};

    @TempDir
    private Path root;

    @BeforeEach
    void write() throws IOException {
        for (String part : new String[] {"image", "json_refined", "mask_using_HQ-SAM"}) {
            Files.createDirectory(root.resolve(part));
        }
        picture("b", 3, 2);
        labels("b", "{\"caption\": \" a dog on grass \", \"tags\": [\"dog\", 3]}");
        mask("b", 3, 2, 0, 1, 2, 0, 0, 1);
        picture("a", 2, 2);
        labels("a", "{\"txt\": \"sky\", \"labels\": []}");
    }

    private void picture(String name, int width, int height) throws IOException {
        PngWriter.write(
                root.resolve("image").resolve(name + ".png"),
                new RgbImage(width, height, new byte[3 * width * height]));
    }

    private void labels(String name, String json) throws IOException {
        Files.writeString(root.resolve("json_refined").resolve(name + ".json"), json);
    }

    private void mask(String name, int width, int height, int... labels) throws IOException {
        byte[] indices = new byte[labels.length];
        for (int i = 0; i < indices.length; i++) {
            indices[i] = (byte) labels[i];
        }
        Path file = root.resolve("mask_using_HQ-SAM").resolve(name + ".png");
        PngWriter.writeIndexed(file, width, height, indices, PALETTE);
    }

    @Test
    void aSampleHasTagsGivenAsWordsOrAsPlacesAndAMaskOfAllThatIsNotZero() throws IOException {
        TagMaskFolder folder = TagMaskFolder.open(root);
        assertThat(folder.size()).isEqualTo(2);
        assertThat(folder.isTagMask()).isTrue();
        LabelledSample sample = folder.get(1);
        assertThat(sample.name()).isEqualTo("b");
        assertThat(sample.caption()).isEqualTo("a dog on grass");
        assertThat(sample.tags()).containsExactlyInAnyOrder("dog", "grass");
        assertThat(sample.masks().union().pixels()).containsExactly(false, true, true, false, false, true);
        assertThat(sample.masks().of("dog")).isEmpty();
        assertThat(folder.get(0).tags()).isEmpty();
    }

    @Test
    void aSampleWithoutMaskIsOneForTagsOnly() throws IOException {
        LabelledSample sample = TagMaskFolder.open(root).get(0);
        assertThatThrownBy(() -> sample.masks().union())
                .isInstanceOf(IOException.class)
                .hasMessage(root.resolve("mask_using_HQ-SAM/a.png") + ": no such mask");
    }

    @Test
    void aMaskOfAnotherSizeThanItsPictureIsRefused() throws IOException {
        mask("a", 3, 1, 0, 0, 0);
        LabelledSample sample = TagMaskFolder.open(root).get(0);
        assertThatThrownBy(() -> sample.masks().union())
                .isInstanceOf(IOException.class)
                .hasMessage(root.resolve("mask_using_HQ-SAM/a.png") + ": is 3x1, its picture 2x2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ | is not JSON: Unexpected end-of-input",
                "{\"tags\": []} | has no caption under caption, text, txt",
                "{\"caption\": \"dog\"} | has no list of tags under tags, gt_tags, labels",
                "{\"caption\": \"dog\", \"tags\": [1]} "
                        + "| tag 1 is neither a word nor the place of one of the caption's 1 words",
                "{\"caption\": \"dog\", \"tags\": [0.5]} "
                        + "| tag 0.5 is neither a word nor the place of one of the caption's 1 words"
            })
    void labelsOfAnotherFormAreNamed(String json, String message) throws IOException {
        labels("a", json);
        TagMaskFolder folder = TagMaskFolder.open(root);
        assertThatThrownBy(() -> folder.get(0))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(root.resolve("json_refined/a.json") + ": " + message);
    }

    @Test
    void missingLabelsAndBrokenPicturesAreNamed() throws IOException {
        Files.delete(root.resolve("json_refined/a.json"));
        Files.writeString(root.resolve("image/b.png"), "no picture");
        TagMaskFolder folder = TagMaskFolder.open(root);
        assertThatThrownBy(() -> folder.get(0))
                .hasMessage(root.resolve("json_refined/a.json") + ": no such file of tags");
        assertThatThrownBy(() -> folder.get(1))
                .hasMessage(root.resolve("image/b.png") + ": not a JPEG, PNG, GIF, BMP or WebP picture");
    }

    @Test
    void anotherLayoutIsRefused() throws IOException {
        Path empty = Files.createDirectory(root.resolve("empty"));
        assertThatThrownBy(() -> TagMaskFolder.open(empty))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(empty + ": has no folder image; labelled samples lie as in CC3M-TagMask");
        Files.createDirectories(empty.resolve("image"));
        Files.createDirectories(empty.resolve("json_refined"));
        assertThatThrownBy(() -> TagMaskFolder.open(empty)).hasMessage(empty.resolve("image") + ": holds no picture");
        assertThatThrownBy(() -> TagMaskFolder.open(root.resolve("none")))
                .hasMessage(root.resolve("none") + ": no such folder of labelled samples");
    }

    @Test
    void splitsAreFoldersWithin() throws IOException {
        assertThat(LabelledSets.open(root.toString(), Split.TEST, 8).size()).isEqualTo(2);
        assertThat(LabelledSets.validation(root.toString(), 8)).isEmpty();
        assertThatThrownBy(() -> LabelledSets.open(root.toString(), Split.VALIDATION, 8))
                .isInstanceOf(IOException.class)
                .hasMessage(root + ": has no split validation (no folder of that name)");
        Path validation = Files.createDirectory(root.resolve("validation"));
        Files.move(root.resolve("image"), validation.resolve("image"));
        Files.move(root.resolve("json_refined"), validation.resolve("json_refined"));
        assertThat(LabelledSets.open(root.toString(), Split.VALIDATION, 8).size())
                .isEqualTo(2);
        assertThat(LabelledSets.validation(root.toString(), 8)).isPresent();
    }
}
