package org.ttdengine.trainer.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.ttdengine.vit.image.PngWriter;
import org.ttdengine.vit.image.RgbImage;

/** Picture files made up for tests. */
final class TestPictures {
    private TestPictures() {}

    /** A PNG file of coloured waves. */
    static String waves(Path folder, int width, int height) throws IOException {
        byte[] rgb = new byte[3 * width * height];
        for (int i = 0; i < rgb.length; i++) {
            int x = i / 3 % width;
            int y = i / 3 / width;
            rgb[i] = (byte) (128 + 120 * Math.sin(0.2 * x * (1 + i % 3) + 0.3 * y));
        }
        Path file = folder.resolve("waves-" + width + "x" + height + ".png");
        PngWriter.write(file, new RgbImage(width, height, rgb));
        return file.toString();
    }
}
