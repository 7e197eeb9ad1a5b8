package org.ttdengine.trainer.eval;

import java.util.Objects;
import org.ttdengine.trainer.ttd.TtdOptions;
import org.ttdengine.trainer.ttd.WholePicture;
import org.ttdengine.vit.image.Augmentations;
import org.ttdengine.vit.image.Normalization;
import org.ttdengine.vit.image.PreparedImage;
import org.ttdengine.vit.image.RgbImage;

/**
 * How labelled samples are shown to a model.
 *
 * @param method phi, and which words are candidates
 * @param resize from picture to tower input
 * @param imageSize side or short side of the tower input in pixels
 * @param normalization of its pixels
 * @param batch pictures that go through the model together
 * @param workers threads that read samples
 */
public record EvalOptions(
        TtdOptions method, Resize resize, int imageSize, Normalization normalization, int batch, int workers) {
    /** From picture to tower input; both see all of the picture. */
    public enum Resize {
        /** Both sides to the image size, whatever the aspect ratio. */
        SQUASH,
        /** The short side to the image size, both sides to whole patches. */
        SHORT
    }

    public EvalOptions {
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(resize, "resize");
        Objects.requireNonNull(normalization, "normalization");
        if (imageSize < 1 || imageSize > WholePicture.LONGEST_SIDE) {
            throw new IllegalArgumentException(
                    "the image size must be between 1 and " + WholePicture.LONGEST_SIDE + ", not " + imageSize);
        }
        if (batch < 1 || workers < 1) {
            throw new IllegalArgumentException(
                    "batch and workers must be at least 1, not " + batch + " and " + workers);
        }
    }

    /** Pictures squashed to a square, as TTD's tags are evaluated. */
    public static EvalOptions square(TtdOptions method, int imageSize) {
        int workers = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        return new EvalOptions(method, Resize.SQUASH, imageSize, Normalization.IMAGENET, 32, workers);
    }

    /** A picture as the tower gets it. */
    PreparedImage prepare(RgbImage image, int patch) {
        return switch (resize) {
            case SQUASH -> Augmentations.squash(imageSize, normalization).apply(image, 0);
            case SHORT -> WholePicture.of(image, imageSize, patch).prepare(image, normalization);
        };
    }
}
