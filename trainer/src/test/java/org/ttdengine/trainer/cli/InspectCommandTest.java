package org.ttdengine.trainer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.io.SafetensorsWriter;
import org.ttdengine.engine.io.TensorFile;
import org.ttdengine.engine.io.TensorFiles;
import org.ttdengine.trainer.DemoModel;
import org.ttdengine.vit.image.Augmentations;
import org.ttdengine.vit.image.Images;
import org.ttdengine.vit.image.Normalization;

class InspectCommandTest {
    @TempDir
    private Path folder;

    private CommandRun inspect(Path out, String... more) throws IOException {
        return CommandRun.of(
                List.of("inspect", "--text", "a red circle", "--out", out.toString()), TinyModel.in(folder), more);
    }

    private Path pixels(int... shape) throws IOException {
        Path file = folder.resolve("pixels.safetensors");
        Shape size = Shape.of(shape);
        new SafetensorsWriter().floats("pixels", size, new float[size.size()]).write(file);
        return file;
    }

    @Test
    void anImageIsPreparedAsForTrainingWithoutAugmentation() throws IOException {
        String picture = TestPictures.waves(folder, 150, 120);
        Path out = folder.resolve("pair.safetensors");
        CommandRun run = CommandRun.of(
                List.of("inspect", "--text", "a red circle", "--out", out.toString(), "--image", picture),
                List.of("--model", "demo", "--phi", "10,-2.5"));
        assertThat(run).isEqualTo(new CommandRun(0, out + System.lineSeparator(), ""));
        try (TensorFile written = TensorFiles.open(out)) {
            assertThat(written.metadata()).containsEntry("tags", "[\"a\",\"red\",\"circle\"]");
            assertThat(written.info("similarity_tags").shape()).isEqualTo(Shape.of(3, 14, 14));
            assertThat(written.readFloats("pixels"))
                    .isEqualTo(Augmentations.centerCrop(DemoModel.IMAGE_SIZE, Normalization.IMAGENET)
                            .apply(Images.read(Path.of(picture)), 0)
                            .pixels());
        }
    }

    @Test
    void thePixelsOfAnInspectionGiveTheSameInspection() throws IOException {
        Path first = folder.resolve("first.safetensors");
        Path second = folder.resolve("second.safetensors");
        assertThat(inspect(first, "--image", TestPictures.waves(folder, 150, 120))
                        .code())
                .isZero();
        assertThat(inspect(second, "--pixels", first.toString()).code()).isZero();
        assertThat(second).hasSameBinaryContentAs(first);
    }

    @Test
    void pixelsMayHaveAnySizeAndTagsReplaceTheWords() throws IOException {
        Path out = folder.resolve("pair.safetensors");
        CommandRun run = inspect(out, "--pixels", pixels(3, 19, 8).toString(), "--tags", "Blue square,dog");
        assertThat(run.code()).as(run.err()).isZero();
        try (TensorFile written = TensorFiles.open(out)) {
            assertThat(written.metadata()).containsEntry("tags", "[\"blue square\",\"dog\"]");
            assertThat(written.info("pixels").shape()).isEqualTo(Shape.of(3, 19, 8));
            assertThat(written.info("similarity_tags").shape()).isEqualTo(Shape.of(2, 2, 1));
        }
    }

    @Test
    void phiNormalisationAndImageSizeCount() throws IOException {
        Path out = folder.resolve("pair.safetensors");
        String picture = TestPictures.waves(folder, 40, 40);
        List<String> results = new ArrayList<>();
        for (String options : List.of("32", "32 --phi cosine", "32 --normalize clip", "40")) {
            assertThat(inspect(out, ("--image " + picture + " --image-size " + options).split(" "))
                            .code())
                    .isZero();
            try (TensorFile written = TensorFiles.open(out)) {
                float[] scores = written.readFloats("scores");
                results.add(written.info("pixels").shape() + " " + written.readFloats("pixels")[0] + " " + scores[0]);
            }
        }
        assertThat(results).doesNotHaveDuplicates();
        assertThat(results.get(3)).startsWith("[3, 40, 40]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "3,7,40 | 1 | FILE: 'pixels' of 40x7 are smaller than a patch of 8x8",
                "1,16,16 | 1 | FILE: 'pixels' must be [3, height, width] with sides of at most 4096, not [1, 16, 16]",
                "3,16 | 1 | FILE: 'pixels' must be [3, height, width] with sides of at most 4096, not [3, 16]",
                "3,8,4104 | 1 | FILE: 'pixels' must be [3, height, width] with sides of at most 4096, not [3, 8, 4104]"
            })
    void pixelsOfAnotherShapeAreRefused(String shape, int code, String message) throws IOException {
        int[] sizes =
                List.of(shape.split(",")).stream().mapToInt(Integer::parseInt).toArray();
        Path file = pixels(sizes);
        CommandRun run = inspect(folder.resolve("out"), "--pixels", file.toString());
        assertThat(run.code()).isEqualTo(code);
        assertThat(run.err().lines())
                .containsExactly("ttd-engine inspect: " + message.replace("FILE", file.toString()));
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void pixelsThatAreNoNumbersAreRefused() throws IOException {
        Path file = folder.resolve("nan.safetensors");
        float[] values = new float[192];
        values[191] = Float.POSITIVE_INFINITY;
        new SafetensorsWriter().floats("pixels", Shape.of(3, 8, 8), values).write(file);
        CommandRun run = inspect(folder.resolve("out"), "--pixels", file.toString());
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err().lines())
                .containsExactly("ttd-engine inspect: " + file + ": 'pixels' holds values that are not finite numbers");
    }

    @Test
    void aFileWithoutPixelsIsRefused() throws IOException {
        Path file = folder.resolve("other.safetensors");
        new SafetensorsWriter().floats("x", Shape.of(1), new float[1]).write(file);
        CommandRun run = inspect(folder.resolve("out"), "--pixels", file.toString());
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err().lines()).singleElement().asString().contains(file.toString(), "'pixels'");
    }

    @Test
    void aSizeThatIsNoMultipleOfThePatchIsRefused() throws IOException {
        CommandRun run =
                inspect(folder.resolve("out"), "--image", TestPictures.waves(folder, 9, 9), "--image-size", "100");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err().lines())
                .containsExactly("ttd-engine inspect: --image-size 100 is no multiple of the model's patch of 8");
    }

    @Test
    void aMissingFolderForTheResultIsNamed() throws IOException {
        Path out = folder.resolve("missing/pair.safetensors");
        CommandRun run = inspect(out, "--image", TestPictures.waves(folder, 9, 9), "--image-size", "32");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err().lines()).singleElement().asString().contains("missing", "does not exist");
        assertThat(Files.exists(out)).isFalse();
    }

    @Test
    void exactlyOnePictureMustBeGiven() {
        for (String picture : List.of("", " --image a --pixels b")) {
            CommandRun run = CommandRun.of(("inspect --text dog" + picture).split(" "));
            assertThat(run)
                    .isEqualTo(new CommandRun(
                            2, "", "ttd-engine inspect: give either --image or --pixels" + System.lineSeparator()));
        }
    }
}
