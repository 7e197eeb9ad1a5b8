package org.ttdengine.trainer.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.io.TensorFile;
import org.ttdengine.engine.io.TensorFiles;
import org.ttdengine.trainer.ttd.Inspection;
import org.ttdengine.trainer.ttd.Tag;
import org.ttdengine.trainer.ttd.WholePicture;
import org.ttdengine.vit.image.Augmentations;
import org.ttdengine.vit.image.Images;
import org.ttdengine.vit.image.PreparedImage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes every intermediate of one pair. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Writes every intermediate of one pair, for comparison with other implementations.",
            "Embeddings are of unit length, similarities after phi, losses unweighted. A picture is prepared as by"
                    + " train --augment none: short side to the image size, centre crop."
        })
final class InspectCommand implements Callable<Integer> {
    private static final String PIXELS = "pixels";

    @Spec
    private CommandSpec spec;

    @Option(names = "--image", description = "The picture.")
    private Path image;

    @Option(
            names = "--pixels",
            description = "Tensor file with the picture as 'pixels' [3, height, width], already normalised.")
    private Path pixels;

    @Option(names = "--text", required = true, description = "The text.")
    private String text;

    @Option(names = "--tags", split = ",", description = "Its tags (default: its words).")
    private List<String> words;

    @Option(
            names = "--out",
            defaultValue = "inspect.safetensors",
            description = "The file to write (default: ${DEFAULT-VALUE}).")
    private Path out;

    @Mixin
    private GroundingOptions options;

    @Override
    public Integer call() throws IOException {
        if ((image == null) == (pixels == null)) {
            throw new IllegalArgumentException("give either --image or --pixels");
        }
        List<Tag> tags = words != null ? GroundingOptions.named(words) : options.tagsOf(text);
        PreparedImage prepared = image != null ? read(image) : readPixels(pixels);
        options.withModel(spec.commandLine().getErr(), (clip, method) -> {
            int patch = clip.config().vision().patch();
            requirePatches(prepared, patch);
            Inspection.of(clip, prepared, text, tags, clip::tokens, method).write(out);
        });
        spec.commandLine().getOut().println(out);
        spec.commandLine().getOut().flush();
        return 0;
    }

    private PreparedImage read(Path file) throws IOException {
        return Augmentations.centerCrop(options.imageSize(), options.normalization())
                .apply(Images.read(file), 0);
    }

    private static PreparedImage readPixels(Path file) throws IOException {
        try (TensorFile tensors = TensorFiles.open(file)) {
            Shape shape = tensors.info(PIXELS).shape();
            if (shape.rank() != 3
                    || shape.size(0) != 3
                    || Math.max(shape.size(1), shape.size(2)) > WholePicture.LONGEST_SIDE) {
                throw new IOException(file + ": 'pixels' must be [3, height, width] with sides of at most "
                        + WholePicture.LONGEST_SIDE + ", not " + shape);
            }
            float[] pixels = tensors.readFloats(PIXELS);
            for (float value : pixels) {
                if (!Float.isFinite(value)) {
                    throw new IOException(file + ": 'pixels' holds values that are not finite numbers");
                }
            }
            int height = shape.size(1);
            int width = shape.size(2);
            return new PreparedImage(height, width, pixels, new PreparedImage.Region(0, 0, width, height));
        }
    }

    private void requirePatches(PreparedImage prepared, int patch) throws IOException {
        if (image != null && prepared.width() % patch != 0) {
            throw new IllegalArgumentException(
                    "--image-size " + prepared.width() + " is no multiple of the model's patch of " + patch);
        }
        if (prepared.height() < patch || prepared.width() < patch) {
            throw new IOException(pixels + ": 'pixels' of " + prepared.width() + "x" + prepared.height()
                    + " are smaller than a patch of " + patch + "x" + patch);
        }
    }
}
