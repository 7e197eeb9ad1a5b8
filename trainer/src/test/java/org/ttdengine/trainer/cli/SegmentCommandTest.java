package org.ttdengine.trainer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ttdengine.vit.image.Images;
import org.ttdengine.vit.image.RgbImage;

class SegmentCommandTest {
    @TempDir
    private Path folder;

    private CommandRun segment(String... more) throws IOException {
        String picture = TestPictures.waves(folder, 61, 37);
        String out = folder.resolve("out").toString();
        return CommandRun.of(
                List.of("segment", "--image", picture, "--out", out, "--image-size", "32"), TinyModel.in(folder), more);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("out"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private void assertPrintedFilesOfThePicturesSize(CommandRun run) throws IOException {
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out().lines().map(line -> Path.of(line).getFileName().toString()))
                .containsExactlyInAnyOrderElementsOf(files());
        for (String file : files()) {
            if (file.equals("sheet.png")) {
                continue;
            }
            RgbImage picture = Images.read(folder.resolve("out").resolve(file));
            assertThat(picture.width() + "x" + picture.height()).as(file).isEqualTo("61x37");
        }
    }

    /** The palette indices of the mask. */
    private int[] mask() throws IOException {
        BufferedImage mask =
                ImageIO.read(folder.resolve("out").resolve("mask.png").toFile());
        assertThat(mask.getColorModel()).isInstanceOf(IndexColorModel.class);
        return mask.getRaster().getPixels(0, 0, mask.getWidth(), mask.getHeight(), (int[]) null);
    }

    @Test
    void aTextGivesItsMapThoseOfItsSelectedTagsTheirUnionAndAMask() throws IOException {
        CommandRun run = segment("--text", "red circle red circle text", "--threshold", "-1");

        assertPrintedFilesOfThePicturesSize(run);
        assertThat(files())
                .contains(
                        "text-heat.png",
                        "text-overlay.png",
                        "union-heat.png",
                        "union-overlay.png",
                        "mask.png",
                        "sheet.png");
        int selected = files().size() - 6;
        assertThat(selected).as("files of selected tags").isIn(2, 4);
        assertThat(files())
                .as("selected tags")
                .isSubsetOf(
                        "mask.png",
                        "sheet.png",
                        "text-heat.png",
                        "text-overlay.png",
                        "union-heat.png",
                        "union-overlay.png",
                        "red-heat.png",
                        "red-overlay.png",
                        "circle-heat.png",
                        "circle-overlay.png",
                        "text-2-heat.png",
                        "text-2-overlay.png");
        assertThat(mask()).containsOnly(1);
    }

    @Test
    void tagsGiveAMapEachAndAMaskOfTheMostSimilar() throws IOException {
        CommandRun run = segment("--tags", "red, blue square,circle", "--threshold", "0");

        assertPrintedFilesOfThePicturesSize(run);
        assertThat(files())
                .containsExactly(
                        "blue_square-heat.png",
                        "blue_square-overlay.png",
                        "circle-heat.png",
                        "circle-overlay.png",
                        "mask.png",
                        "red-heat.png",
                        "red-overlay.png",
                        "sheet.png");
        assertThat(Arrays.stream(mask()).distinct().sorted()).containsExactly(1, 2, 3);
    }

    @Test
    void aThresholdThatNothingReachesLeavesOnlyBackground() throws IOException {
        assertThat(segment("--tags", "red,circle", "--threshold", "1").code()).isZero();
        assertThat(mask()).containsOnly(0);
    }

    @Test
    void withoutOpacityAnOverlayIsThePicture() throws IOException {
        assertThat(segment("--tags", "red", "--opacity", "0").code()).isZero();
        assertThat(Images.read(folder.resolve("out/red-overlay.png")).rgb())
                .isEqualTo(Images.read(folder.resolve("waves-61x37.png")).rgb());
    }

    @Test
    void theDemoModelSegments() throws IOException {
        String picture = TestPictures.waves(folder, 61, 37);
        Path out = folder.resolve("out");
        assertPrintedFilesOfThePicturesSize(CommandRun.of(
                List.of("segment", "--image", picture, "--text", "a red circle", "--out", out.toString()),
                List.of("--model", "demo")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--image pom.xml | 2 | give either --text or --tags",
                "--image pom.xml --text dog --tags cat | 2 | give either --text or --tags",
                "--image pom.xml --tags dog,,cat | 2 | --tags dog,,cat: tag 2 of 3 is blank",
                "--image pom.xml --text dog --opacity 2 | 2 | --opacity must lie between 0 and 1, not 2.0",
                "--image pom.xml --text dog --threshold NaN | 2 | --threshold must be a finite number, not NaN",
                "--image nowhere.png --text dog | 1 | nowhere.png: no such picture file"
            })
    void aMistakeGetsOneLine(String arguments, int code, String message) {
        CommandRun run = CommandRun.of(("segment " + arguments).split(" "));
        assertThat(run).isEqualTo(new CommandRun(code, "", "ttd-engine segment: " + message + System.lineSeparator()));
    }

    @Test
    void anOutFolderThatIsAFileIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("out"), "mine");
        CommandRun run = segment("--text", "dog");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err().lines())
                .containsExactly("ttd-engine segment: " + file + ": is a file, not a folder; give --out another name");
        assertThat(file).hasContent("mine");
    }
}
