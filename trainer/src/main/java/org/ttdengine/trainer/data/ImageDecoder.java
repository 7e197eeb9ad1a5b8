package org.ttdengine.trainer.data;

import java.io.IOException;
import org.ttdengine.vit.image.RgbImage;

/** Decodes an image file held in memory; called by many threads at once. */
@FunctionalInterface
public interface ImageDecoder {
    /**
     * Decodes a picture.
     *
     * @param bytes the whole file
     * @param name how messages call it
     * @throws IOException if the bytes are no picture that can be read
     */
    RgbImage decode(byte[] bytes, String name) throws IOException;
}
