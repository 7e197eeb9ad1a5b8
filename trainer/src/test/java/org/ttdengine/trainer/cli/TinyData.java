package org.ttdengine.trainer.cli;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;

/** Small made-up pictures with captions. */
final class TinyData {
    private static final List<String> WORDS = List.of("red", "blue", "dog", "cat", "house", "tree", "boat", "sky");

    private TinyData() {}

    /** Writes a list of pairs and their pictures to a new folder. */
    static Path write(Path folder, int pairs) throws IOException {
        Files.createDirectories(folder);
        Random random = new Random(pairs);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < pairs; i++) {
            picture(folder.resolve(i + ".png"), 36 + random.nextInt(20), 36 + random.nextInt(20), random.nextInt());
            lines.add(i + ".png\ta " + WORDS.get(i % 8) + " with a " + WORDS.get(random.nextInt(8)) + " and the "
                    + WORDS.get(random.nextInt(8)));
        }
        return Files.write(folder.resolve("pairs.tsv"), lines);
    }

    /** Writes a picture of coloured blocks. */
    static void picture(Path file, int width, int height, long seed) throws IOException {
        int[] colours = new Random(seed).ints(64).toArray();
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, colours[x / 7 % 8 * 8 + y / 7 % 8]);
            }
        }
        ImageIO.write(image, "png", file.toFile());
    }
}
