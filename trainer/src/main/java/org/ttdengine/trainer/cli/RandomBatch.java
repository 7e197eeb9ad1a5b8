package org.ttdengine.trainer.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.ttdengine.trainer.ttd.Tag;
import org.ttdengine.trainer.ttd.TextBatch;
import org.ttdengine.vit.ClipConfig;
import org.ttdengine.vit.image.PreparedImage;

/**
 * Random pictures, each with a random caption and random tags, no two texts alike. A text is spelt as its number.
 *
 * @param entries the samples
 * @param texts token sequences by the number of the text
 */
record RandomBatch(List<TextBatch.Entry> entries, List<int[]> texts) {
    /**
     * What a batch is to look like.
     *
     * @param samples number of pictures
     * @param imageSize their side
     * @param tags tags of each
     * @param captionTokens lengths of captions
     * @param tagTokens lengths of tags
     */
    record Sizes(int samples, int imageSize, int tags, TokenRange captionTokens, TokenRange tagTokens) {}

    /** A batch for a model, the same for the same seed. */
    static RandomBatch of(ClipConfig config, Sizes sizes, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<TextBatch.Entry> entries = new ArrayList<>();
        List<int[]> texts = new ArrayList<>();
        for (int s = 0; s < sizes.samples; s++) {
            String caption = add(texts, sizes.captionTokens.draw(random), config.text(), random);
            List<Tag> tags = new ArrayList<>();
            for (int t = 0; t < sizes.tags; t++) {
                tags.add(new Tag(add(texts, sizes.tagTokens.draw(random), config.text(), random), t, false));
            }
            entries.add(new TextBatch.Entry(caption, tags, picture(sizes.imageSize, random)));
        }
        return new RandomBatch(entries, texts);
    }

    private static String add(List<int[]> texts, int length, ClipConfig.Text config, SplittableRandom random) {
        int ordinary = config.vocabulary() - 2;
        int[] tokens = random.ints(length, 0, ordinary).toArray();
        tokens[0] = ordinary;
        tokens[1] = texts.size() % ordinary;
        tokens[length - 1] = ordinary + 1;
        texts.add(tokens);
        return Integer.toString(texts.size() - 1);
    }

    /** Uniform numbers of mean 0 and variance 1, as normalised pixels have on the whole. */
    private static PreparedImage picture(int size, SplittableRandom random) {
        float[] pixels = new float[3 * size * size];
        double bound = Math.sqrt(3);
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) random.nextDouble(-bound, bound);
        }
        return new PreparedImage(size, size, pixels, new PreparedImage.Region(0, 0, size, size));
    }

    /** The sequence of a text. */
    int[] tokens(String text) {
        return texts.get(Integer.parseInt(text));
    }

    /** Tokens of all texts together. */
    int tokens() {
        return texts.stream().mapToInt(text -> text.length).sum();
    }

    List<PreparedImage> images() {
        return entries.stream().map(TextBatch.Entry::image).toList();
    }
}
