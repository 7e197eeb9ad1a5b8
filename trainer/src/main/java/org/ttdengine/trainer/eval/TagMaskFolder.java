package org.ttdengine.trainer.eval;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.ttdengine.vit.image.Images;
import org.ttdengine.vit.image.LabelImage;
import org.ttdengine.vit.image.RgbImage;

/**
 * The layout of the paper's benchmark CC3M-TagMask: {@code image/NAME.jpg}, {@code json_refined/NAME.json} with the caption
 * and its true tags, {@code mask_using_HQ-SAM/NAME.png} where the true tags are.
 *
 * <p>The caption is the string under {@code caption}, {@code text} or {@code txt}. The tags are the list under {@code tags},
 * {@code gt_tags} or {@code labels}; an element is a word, or the place of a word among those of the caption between white
 * space, counted from 0. A mask has a single channel and the picture's size; what is not 0 is true. Samples are in
 * alphabetical order.
 */
public final class TagMaskFolder implements LabelledSamples {
    private static final String IMAGES = "image";
    private static final String LABELS = "json_refined";
    private static final String MASKS = "mask_using_HQ-SAM";
    private static final List<String> CAPTION_KEYS = List.of("caption", "text", "txt");
    private static final List<String> TAG_KEYS = List.of("tags", "gt_tags", "labels");
    private static final Set<String> EXTENSIONS = Set.of("jpg", "jpeg", "png", "webp");
    private static final int MAX_JSON_BYTES = 1 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path root;
    private final List<String> images;

    private TagMaskFolder(Path root, List<String> images) {
        this.root = root;
        this.images = images;
    }

    /**
     * Lists the samples of a folder.
     *
     * @throws IOException if it has not that layout or holds no picture
     */
    public static TagMaskFolder open(Path root) throws IOException {
        if (!Files.isDirectory(root)) {
            throw new IOException(root + ": no such folder of labelled samples");
        }
        for (String part : List.of(IMAGES, LABELS)) {
            if (!Files.isDirectory(root.resolve(part))) {
                throw new IOException(root + ": has no folder " + part + "; labelled samples lie as in CC3M-TagMask: "
                        + String.join(", ", IMAGES, LABELS, MASKS));
            }
        }
        try (Stream<Path> files = Files.list(root.resolve(IMAGES))) {
            List<String> names = files.map(file -> file.getFileName().toString())
                    .filter(name -> EXTENSIONS.contains(extension(name)))
                    .sorted()
                    .toList();
            if (names.isEmpty()) {
                throw new IOException(root.resolve(IMAGES) + ": holds no picture");
            }
            return new TagMaskFolder(root, names);
        }
    }

    private static String extension(String name) {
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    @Override
    public int size() {
        return images.size();
    }

    @Override
    public String describe() {
        return root + " (" + size() + " labelled samples)";
    }

    @Override
    public boolean isTagMask() {
        return true;
    }

    @Override
    public LabelledSample get(int index) throws IOException {
        String file = images.get(index);
        String name = file.substring(0, file.lastIndexOf('.'));
        Path labels = root.resolve(LABELS).resolve(name + ".json");
        JsonNode json = read(labels);
        String caption = caption(json, labels);
        RgbImage image = Images.read(root.resolve(IMAGES).resolve(file));
        Path mask = root.resolve(MASKS).resolve(name + ".png");
        return new LabelledSample(name, caption, image, tags(json, caption, labels), new FileMask(mask, image));
    }

    private static JsonNode read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + ": no such file of tags");
        }
        if (Files.size(file) > MAX_JSON_BYTES) {
            throw new IOException(file + ": is larger than " + (MAX_JSON_BYTES >> 10) + " KiB");
        }
        try {
            return JSON.readTree(Files.readAllBytes(file));
        } catch (JacksonException e) {
            throw new IOException(file + ": is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static String caption(JsonNode json, Path file) throws IOException {
        for (String key : CAPTION_KEYS) {
            if (json.path(key).isTextual()) {
                return json.path(key).textValue().strip();
            }
        }
        throw new IOException(file + ": has no caption under " + String.join(", ", CAPTION_KEYS));
    }

    private static Set<String> tags(JsonNode json, String caption, Path file) throws IOException {
        for (String key : TAG_KEYS) {
            if (json.path(key).isArray()) {
                Set<String> tags = new HashSet<>();
                for (JsonNode tag : json.path(key)) {
                    tags.add(tag.isTextual() ? tag.textValue() : wordAt(tag, caption, file));
                }
                return tags;
            }
        }
        throw new IOException(file + ": has no list of tags under " + String.join(", ", TAG_KEYS));
    }

    private static String wordAt(JsonNode place, String caption, Path file) throws IOException {
        String[] words = caption.split("\\s+");
        if (!place.isInt() || place.intValue() < 0 || place.intValue() >= words.length) {
            throw new IOException(file + ": tag " + place + " is neither a word nor the place of one of the caption's "
                    + words.length + " words");
        }
        return words[place.intValue()];
    }

    /** The union mask of a sample. */
    private record FileMask(Path file, RgbImage image) implements TagMasks {
        @Override
        public Mask union() throws IOException {
            if (!Files.isRegularFile(file)) {
                throw new IOException(file + ": no such mask");
            }
            LabelImage labels = LabelImage.decode(Files.readAllBytes(file), file.toString());
            if (labels.width() != image.width() || labels.height() != image.height()) {
                throw new IOException(file + ": is " + labels.width() + "x" + labels.height() + ", its picture "
                        + image.width() + "x" + image.height());
            }
            boolean[] pixels = new boolean[labels.labels().length];
            for (int i = 0; i < pixels.length; i++) {
                pixels[i] = labels.labels()[i] != 0;
            }
            return new Mask(labels.width(), labels.height(), pixels);
        }

        @Override
        public Optional<Mask> of(String tag) {
            return Optional.empty();
        }
    }
}
