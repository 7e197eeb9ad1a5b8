package org.ttdengine.trainer.eval;

import java.io.IOException;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.ttdengine.vit.image.RgbImage;

/** Noise with captions of two words; the first is true, of the upper half. Samples may be made to fail. */
record MadeUpSamples(int size, Set<Integer> broken, Set<Integer> unmasked) implements LabelledSamples {
    private static final String[] WORDS = {"dog", "cat", "red", "blue", "tree"};

    static MadeUpSamples of(int size) {
        return new MadeUpSamples(size, Set.of(), Set.of());
    }

    @Override
    public LabelledSample get(int index) throws IOException {
        if (broken.contains(index)) {
            throw new IOException("sample-" + index + ".png: is broken");
        }
        int width = 20 + 12 * (index / 5 % 2);
        byte[] rgb = new byte[3 * width * 20];
        new Random(index).nextBytes(rgb);
        String thing = WORDS[index % WORDS.length];
        String caption = thing + " " + WORDS[(index + 2) % WORDS.length];
        return new LabelledSample(
                "sample-" + index,
                caption,
                new RgbImage(width, 20, rgb),
                Set.of(thing),
                new UpperHalf(index, unmasked.contains(index)));
    }

    @Override
    public String describe() {
        return "made up";
    }

    private record UpperHalf(int index, boolean missing) implements TagMasks {
        @Override
        public Mask union() throws IOException {
            if (missing) {
                throw new IOException("mask-" + index + ".png: no such mask");
            }
            boolean[] pixels = new boolean[64];
            for (int i = 0; i < 32; i++) {
                pixels[i] = true;
            }
            return new Mask(8, 8, pixels);
        }

        @Override
        public Optional<Mask> of(String tag) {
            return Optional.empty();
        }
    }
}
