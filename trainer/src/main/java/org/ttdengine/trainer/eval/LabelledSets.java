package org.ttdengine.trainer.eval;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Opens what {@code --data} of an evaluation names. */
public final class LabelledSets {
    private static final String DEMO = "demo";

    private LabelledSets() {}

    /**
     * Opens a split: of the demo, or of a folder in the layout of {@link TagMaskFolder}. A folder may have the splits as
     * folders {@code validation} and {@code test} within; otherwise all of it is its test split.
     *
     * @param side of the demo's pictures in pixels
     * @throws IOException if there is no such data, or no such split of it
     */
    public static LabelledSamples open(String data, Split split, int side) throws IOException {
        if (data.equals(DEMO)) {
            return DemoSamples.of(split, side);
        }
        Path root = path(data);
        Path part = root.resolve(split.toString());
        if (Files.isDirectory(part)) {
            return TagMaskFolder.open(part);
        }
        if (split == Split.VALIDATION && Files.isDirectory(root)) {
            throw new IOException(root + ": has no split " + split + " (no folder of that name)");
        }
        return TagMaskFolder.open(root);
    }

    /** The validation split, where there is one. */
    public static Optional<LabelledSamples> validation(String data, int side) throws IOException {
        boolean there = data.equals(DEMO) || Files.isDirectory(path(data).resolve(Split.VALIDATION.toString()));
        return there ? Optional.of(open(data, Split.VALIDATION, side)) : Optional.empty();
    }

    private static Path path(String data) throws IOException {
        try {
            return Path.of(data);
        } catch (InvalidPathException e) {
            throw new IOException(data + ": is no name of a folder: " + e.getReason(), e);
        }
    }
}
