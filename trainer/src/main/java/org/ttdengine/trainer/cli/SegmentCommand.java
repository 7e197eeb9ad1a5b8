package org.ttdengine.trainer.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.ttdengine.trainer.ttd.Grounding;
import org.ttdengine.trainer.ttd.Tag;
import org.ttdengine.vit.image.Images;
import org.ttdengine.vit.image.RgbImage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows where a text or tags are in a picture. */
@Command(
        name = "segment",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Shows where a text or tags are in a picture. The whole picture is seen, its sides rounded to whole patches;"
                    + " files but sheet.png have the picture's own size.",
            "--text: heat maps and overlays of the text, of each selected tag and of their union; mask.png is 1 where"
                    + " the text is more similar than the threshold.",
            "--tags: heat maps and overlays of each tag; mask.png holds the number of the most similar tag, counted from"
                    + " 1, where it is more similar than the threshold.",
            "sheet.png shows all maps with their names, with --text those of rejected tags too."
        })
final class SegmentCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--image", required = true, description = "The picture.")
    private Path image;

    @Option(names = "--text", description = "A text; its words are the tags.")
    private String text;

    @Option(names = "--tags", split = ",", description = "Tags instead of a text, each one word or more.")
    private List<String> words;

    @Option(
            names = "--out",
            defaultValue = "segments",
            description = "Folder for the PNG files (default: ${DEFAULT-VALUE}).")
    private Path out;

    @Option(
            names = "--threshold",
            defaultValue = "0.5",
            description = "Similarity above which a pixel is not background (default: ${DEFAULT-VALUE}).")
    private double threshold;

    @Option(
            names = "--opacity",
            defaultValue = "0.5",
            description = "Share of the heat map in overlays, 0 to 1 (default: ${DEFAULT-VALUE}).")
    private double opacity;

    @Mixin
    private GroundingOptions options;

    @Override
    public Integer call() throws IOException {
        if (!(opacity >= 0 && opacity <= 1)) {
            throw new IllegalArgumentException("--opacity must lie between 0 and 1, not " + opacity);
        }
        if (!Double.isFinite(threshold)) {
            throw new IllegalArgumentException("--threshold must be a finite number, not " + threshold);
        }
        if ((text == null) == (words == null)) {
            throw new IllegalArgumentException("give either --text or --tags");
        }
        List<Tag> tags = text != null ? options.tagsOf(text) : GroundingOptions.named(words);
        String caption = text != null ? text : String.join(", ", words);
        int size = options.imageSize();
        RgbImage picture = Images.read(image);
        options.withModel(spec.commandLine().getErr(), (clip, method) -> {
            PrintWriter err = spec.commandLine().getErr();
            Grounding grounding = Grounding.of(
                    clip, options.prepareWhole(picture, size, clip, err), caption, tags, clip::tokens, method);
            MapPictures pictures = new MapPictures(out, picture, grounding.grid());
            ContactSheet sheet = new ContactSheet(caption, picture, grounding.grid(), opacity);
            if (text != null) {
                writeText(pictures, sheet, grounding);
            } else {
                writeTags(pictures, sheet, grounding);
            }
            writeSheet(pictures, sheet, err);
            pictures.written().forEach(spec.commandLine().getOut()::println);
            spec.commandLine().getOut().flush();
        });
        return 0;
    }

    /** The sheet is an extra: without it the other files are still worth having. */
    private static void writeSheet(MapPictures pictures, ContactSheet sheet, PrintWriter err) {
        try {
            pictures.sheet(sheet);
        } catch (IOException e) {
            err.println("no sheet.png: " + e.getMessage());
            err.flush();
        }
    }

    private void writeText(MapPictures pictures, ContactSheet sheet, Grounding grounding) throws IOException {
        float[] map = grounding.textMap();
        pictures.map("text", map, opacity);
        pictures.map("union", grounding.union(), opacity);
        sheet.add("whole text", true, map);
        sheet.add("union of the selected tags", true, grounding.union());
        for (int t = 0; t < grounding.tags().size(); t++) {
            boolean selected = grounding.selected()[t];
            String word = grounding.tags().get(t).word();
            if (selected) {
                pictures.map(word, grounding.tagMap(t), opacity);
            }
            sheet.add(word + (selected ? ": selected" : ": rejected"), selected, grounding.tagMap(t));
        }
        pictures.mask(List.of(map), threshold);
    }

    private void writeTags(MapPictures pictures, ContactSheet sheet, Grounding grounding) throws IOException {
        List<float[]> maps = new ArrayList<>();
        for (int t = 0; t < grounding.tags().size(); t++) {
            maps.add(grounding.tagMap(t));
            pictures.map(grounding.tags().get(t).word(), maps.get(t), opacity);
            sheet.add(grounding.tags().get(t).word(), true, maps.get(t));
        }
        pictures.mask(maps, threshold);
    }
}
