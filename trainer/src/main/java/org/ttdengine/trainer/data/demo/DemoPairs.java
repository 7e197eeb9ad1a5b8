package org.ttdengine.trainer.data.demo;

import java.util.Objects;
import org.ttdengine.trainer.data.Pair;
import org.ttdengine.trainer.data.PairSource;
import org.ttdengine.trainer.data.SplitMix64;

/**
 * Made-up scenes and captions, as many as wanted, drawn when they are asked for. Captions for pre-training are sentences
 * for the most part, some just name a thing, and a few say nothing of what is to be seen: without short ones a lone word
 * would be strange to the text tower. All other captions are sentences.
 */
public final class DemoPairs implements PairSource {
    private static final double LABELS = 0.22;
    private static final double SAYINGS = 0.08;

    private final long size;
    private final long seed;
    private final int side;
    private final boolean sentencesOnly;

    private DemoPairs(long size, long seed, int side, boolean sentencesOnly) {
        if (size < 1) {
            throw new IllegalArgumentException("a data set needs at least one pair, not " + size);
        }
        this.size = size;
        this.seed = seed;
        this.side = side;
        this.sentencesOnly = sentencesOnly;
    }

    /**
     * Pairs to pre-train on, with captions of all kinds.
     *
     * @param size number of pairs
     * @param seed different seeds give different scenes
     * @param side width and height of the pictures in pixels
     */
    public DemoPairs(long size, long seed, int side) {
        this(size, seed, side, false);
    }

    /** Pairs to fine-tune on: the same scenes, but every caption is a sentence. */
    public static DemoPairs sentences(long size, long seed, int side) {
        return new DemoPairs(size, seed, side, true);
    }

    @Override
    public long size() {
        return size;
    }

    /** The scene of a pair, of {@link DemoSplit#TRAINING}. */
    public DemoScene scene(long index) {
        return DemoSplit.TRAINING.scene(seed, Objects.checkIndex(index, size));
    }

    @Override
    public Pair get(long index) {
        DemoScene scene = scene(index);
        String caption = sentencesOnly ? scene.caption() : caption(scene);
        return new Pair("demo/" + index, caption, decoder -> scene.render(side));
    }

    private static String caption(DemoScene scene) {
        SplitMix64 random = new SplitMix64(SplitMix64.mix(scene.seed(), 5));
        double style = random.nextDouble();
        if (style < LABELS) {
            return SceneCaption.label(scene, random);
        }
        return style < LABELS + SAYINGS ? SceneCaption.saying(random) : scene.caption();
    }

    @Override
    public String describe() {
        return "demo (" + size + " made-up pairs)";
    }

    @Override
    public void close() {}
}
