package org.ttdengine.trainer.data;

import java.io.IOException;
import org.ttdengine.vit.image.Augmentation;
import org.ttdengine.vit.image.PreparedImage;
import org.ttdengine.vit.image.RgbImage;

/** Makes the sample of a position; the same whenever and wherever it is asked. */
final class SampleMaker {
    /** What became of a position. */
    sealed interface Outcome {}

    /** The position gives a sample. */
    record Made(Sample sample) implements Outcome {}

    /** The position is left out. */
    record Skipped(String name, String reason) implements Outcome {}

    private final PairSource source;
    private final DataCursor cursor;
    private final ImageDecoder decoder;
    private final Augmentation augmentation;
    private final long seed;

    SampleMaker(PairSource source, DataCursor cursor, ImageDecoder decoder, Augmentation augmentation, long seed) {
        this.source = source;
        this.cursor = cursor;
        this.decoder = decoder;
        this.augmentation = augmentation;
        this.seed = seed;
    }

    /** Makes a sample, or says why the data allow none. What is wrong with the program itself is thrown. */
    Outcome make(long position) {
        DataCursor.Place place = cursor.at(position);
        Pair pair;
        try {
            pair = source.get(place.index());
        } catch (IOException e) {
            return new Skipped("pair " + place.index() + " of " + source.describe(), reason(e));
        }
        if (pair.caption().isBlank()) {
            return new Skipped(pair.name(), "the caption is empty");
        }
        RgbImage image;
        try {
            image = pair.image().load(decoder);
        } catch (IOException | RuntimeException e) {
            // Image readers answer damaged files with all kinds of unchecked exceptions.
            return new Skipped(pair.name(), reason(e));
        }
        try {
            PreparedImage prepared = augmentation.apply(image, SplitMix64.mix(seed, place.sequence()));
            return new Made(new Sample(position, place.epoch(), pair.name(), pair.caption(), prepared));
        } catch (IllegalArgumentException e) {
            return new Skipped(pair.name(), reason(e));
        }
    }

    private static String reason(Exception e) {
        String message = e.getMessage();
        boolean plain = message != null && (e instanceof IOException || e instanceof IllegalArgumentException);
        return (plain ? message : e.toString()).lines().findFirst().orElse("unknown");
    }
}
