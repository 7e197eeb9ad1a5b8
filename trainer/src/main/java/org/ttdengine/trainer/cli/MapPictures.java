package org.ttdengine.trainer.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.ttdengine.trainer.ttd.Grounding;
import org.ttdengine.trainer.ttd.LabelMask;
import org.ttdengine.vit.image.HeatMaps;
import org.ttdengine.vit.image.PngWriter;
import org.ttdengine.vit.image.RgbImage;

/** Writes the maps of a picture into a folder, as PNG files of the picture's own size. */
final class MapPictures {
    private static final int LONGEST_TITLE = 40;

    private final Path folder;
    private final RgbImage image;
    private final Grounding.Grid grid;
    private final Set<String> taken = new HashSet<>();
    private final List<Path> written = new ArrayList<>();

    /** Pictures for {@code folder}, which is made if there is none. */
    MapPictures(Path folder, RgbImage image, Grounding.Grid grid) throws IOException {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new IOException(folder + ": is a file, not a folder; give --out another name");
        }
        Files.createDirectories(folder);
        this.folder = folder;
        this.image = image;
        this.grid = grid;
    }

    /**
     * Writes {@code TITLE-heat.png} and {@code TITLE-overlay.png}.
     *
     * @param title in file names only its ASCII letters and digits are kept; a title met before gets a number
     * @param map {@code [rows * columns]}, from 0 to 1
     */
    void map(String title, float[] map, double opacity) throws IOException {
        String name = name(title);
        RgbImage heat = HeatMaps.render(map, grid.rows(), grid.columns(), image.width(), image.height());
        write(name + "-heat.png", heat);
        write(name + "-overlay.png", HeatMaps.overlay(image, map, grid.rows(), grid.columns(), opacity));
    }

    /** Writes {@code mask.png}, whose palette indices are those of {@link LabelMask}. */
    void mask(List<float[]> maps, double threshold) throws IOException {
        byte[] labels = LabelMask.of(maps, grid, image.height(), image.width(), threshold);
        Path file = folder.resolve("mask.png");
        PngWriter.writeIndexed(file, image.width(), image.height(), labels, palette(1 + maps.size()));
        written.add(file);
    }

    /**
     * Writes {@code sheet.png}.
     *
     * @throws IOException if it cannot be drawn or written
     */
    void sheet(ContactSheet sheet) throws IOException {
        write("sheet.png", sheet.draw());
    }

    /** All files so far. */
    List<Path> written() {
        return List.copyOf(written);
    }

    private void write(String name, RgbImage picture) throws IOException {
        Path file = folder.resolve(name);
        PngWriter.write(file, picture);
        written.add(file);
    }

    /** A name that any file system takes, not yet used even where case does not count. */
    private String name(String title) {
        String plain = title.replaceAll("[^A-Za-z0-9]+", "_").replaceAll("^_|_$", "");
        String stem = plain.isEmpty() ? "tag" : plain.substring(0, Math.min(plain.length(), LONGEST_TITLE));
        String name = stem;
        for (int number = 2; !taken.add(name.toLowerCase(Locale.ROOT)); number++) {
            name = stem + "-" + number;
        }
        return name;
    }

    /** PASCAL VOC's colours: the bits of a label, dealt in turn to red, green and blue from their highest bit down. */
    static int[] palette(int labels) {
        int[] colours = new int[labels];
        for (int label = 0; label < labels; label++) {
            for (int bit = 0; bit < 8; bit++) {
                int channel = 2 - bit % 3;
                colours[label] |= (label >> bit & 1) << (8 * channel + 7 - bit / 3);
            }
        }
        return colours;
    }
}
