package org.ttdengine.trainer.data;

import java.io.IOException;
import org.ttdengine.vit.image.RgbImage;

/** A picture that is read when it is asked for. */
@FunctionalInterface
public interface ImageSupplier {
    /**
     * Reads the picture, with the decoder where it is stored as a file.
     *
     * @throws IOException if it is missing, too large or broken
     */
    RgbImage load(ImageDecoder decoder) throws IOException;
}
