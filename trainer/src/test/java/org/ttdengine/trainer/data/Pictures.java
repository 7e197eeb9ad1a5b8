package org.ttdengine.trainer.data;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import org.ttdengine.vit.image.PreparedImage;
import org.ttdengine.vit.image.RgbImage;

/** Decoders and augmentations for tests. */
final class Pictures {
    private Pictures() {}

    /** One grey pixel as bright as the file's first byte; a file that starts with {@code !} is broken. */
    static RgbImage tiny(byte[] bytes, String name) throws IOException {
        if (bytes.length == 0 || bytes[0] == '!') {
            throw new IOException(name + " is broken");
        }
        return new RgbImage(1, 1, new byte[] {bytes[0], bytes[0], bytes[0]});
    }

    /** Decodes with the JDK's own readers. */
    static RgbImage imageIo(byte[] bytes, String name) throws IOException {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(bytes));
        if (image == null) {
            throw new IOException(name + " is no picture");
        }
        byte[] rgb = new byte[3 * image.getWidth() * image.getHeight()];
        for (int i = 0; i < rgb.length / 3; i++) {
            int pixel = image.getRGB(i % image.getWidth(), i / image.getWidth());
            rgb[3 * i] = (byte) (pixel >> 16);
            rgb[3 * i + 1] = (byte) (pixel >> 8);
            rgb[3 * i + 2] = (byte) pixel;
        }
        return new RgbImage(image.getWidth(), image.getHeight(), rgb);
    }

    /** A single pixel: the first byte of the picture, and two numbers drawn from the seed. */
    static PreparedImage seeded(RgbImage image, long seed) {
        SplitMix64 random = new SplitMix64(seed);
        float[] pixels = {image.rgb()[0], (float) random.nextDouble(), (float) random.nextDouble()};
        return new PreparedImage(1, 1, pixels, new PreparedImage.Region(0, 0, 1, 1));
    }
}
