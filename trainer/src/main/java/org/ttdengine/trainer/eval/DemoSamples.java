package org.ttdengine.trainer.eval;

import java.util.Objects;
import java.util.Optional;
import org.ttdengine.trainer.data.demo.DemoSample;
import org.ttdengine.trainer.data.demo.DemoSplit;

/** The demo's made-up scenes, which know what is true of them. */
public final class DemoSamples implements LabelledSamples {
    private final DemoSplit split;
    private final int side;

    private DemoSamples(DemoSplit split, int side) {
        this.split = split;
        this.side = side;
    }

    /**
     * A split.
     *
     * @param side width and height of pictures and masks in pixels
     */
    public static DemoSamples of(Split split, int side) {
        return new DemoSamples(
                switch (split) {
                    case VALIDATION -> DemoSplit.VALIDATION;
                    case TEST -> DemoSplit.TEST;
                },
                side);
    }

    @Override
    public int size() {
        return (int) split.size();
    }

    @Override
    public LabelledSample get(int index) {
        DemoSample sample = split.sample(Objects.checkIndex(index, size()));
        return new LabelledSample(
                sample.name(), sample.caption(), sample.image(side), sample.tags(), new SceneMasks(sample, side));
    }

    @Override
    public String describe() {
        return "demo (" + size() + " made-up scenes)";
    }

    /** Masks drawn when asked for; the union is drawn once. */
    private static final class SceneMasks implements TagMasks {
        private final DemoSample sample;
        private final int side;
        private volatile Mask union;

        SceneMasks(DemoSample sample, int side) {
            this.sample = sample;
            this.side = side;
        }

        @Override
        public Mask union() {
            Mask known = union;
            if (known == null) {
                known = new Mask(side, side, sample.union(side));
                union = known;
            }
            return known;
        }

        @Override
        public Optional<Mask> of(String tag) {
            return sample.tags().contains(tag)
                    ? Optional.of(new Mask(side, side, sample.mask(tag, side)))
                    : Optional.empty();
        }
    }
}
