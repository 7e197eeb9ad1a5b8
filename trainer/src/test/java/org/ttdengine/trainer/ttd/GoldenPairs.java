package org.ttdengine.trainer.ttd;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ttdengine.engine.io.TensorFile;
import org.ttdengine.engine.io.TensorFiles;
import org.ttdengine.vit.image.PreparedImage;

/** Batch 0 of the golden training run, of three pairs on a grid of 6x5; a text is the number of its token sequence. */
record GoldenPairs(TensorFile file) implements AutoCloseable {
    static final Path FOLDER = Path.of("src/test/resources/golden");
    static final int PAIRS = 3;
    static final int CELLS = 30;

    static GoldenPairs open() throws IOException {
        return new GoldenPairs(TensorFiles.open(FOLDER.resolve("training.safetensors")));
    }

    float[] floats(String name) throws IOException {
        return file.readFloats(name);
    }

    /** Part {@code part} of {@code parts} equal ones of a tensor. */
    float[] part(String name, int part, int parts) throws IOException {
        float[] all = floats(name);
        int size = all.length / parts;
        return Arrays.copyOfRange(all, part * size, (part + 1) * size);
    }

    /** First tag of each pair among the tags of the batch, and behind the last one their number. */
    int[] tagOffsets() throws IOException {
        return ints(floats("batch0.tag_offsets"));
    }

    TextBatch.Entry pair(int number) throws IOException {
        int[] valid = ints(part("batch0.valid", number, PAIRS));
        int[] offsets = tagOffsets();
        List<Tag> tags = new ArrayList<>();
        for (int t = offsets[number]; t < offsets[number + 1]; t++) {
            tags.add(new Tag(Integer.toString((int) floats("batch0.tags")[t]), tags.size(), false));
        }
        PreparedImage image = new PreparedImage(
                48,
                40,
                part("batch0.pixels", number, PAIRS),
                new PreparedImage.Region(valid[0], valid[1], valid[2], valid[3]));
        return new TextBatch.Entry(Integer.toString((int) floats("batch0.texts")[number]), tags, image);
    }

    int[] sequence(String text) {
        try {
            int[] offsets = ints(floats("tokens.offsets"));
            int number = Integer.parseInt(text);
            return Arrays.copyOfRange(ints(floats("tokens.ids")), offsets[number], offsets[number + 1]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int[] ints(float[] values) {
        int[] ints = new int[values.length];
        Arrays.setAll(ints, i -> (int) values[i]);
        return ints;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
