package org.ttdengine.trainer.data.demo;

import java.util.Objects;
import org.ttdengine.trainer.data.SplitMix64;

/** The parts of the demo's data; no scene is in two of them. */
public enum DemoSplit {
    /** As many scenes as wanted, from any seed. */
    TRAINING(Long.MAX_VALUE),
    /** The scenes on which all choices are made. */
    VALIDATION(1000),
    /** The scenes for final figures only. */
    TEST(1000);

    private static final long SEED = 0x7E4D;

    private final long size;

    DemoSplit(long size) {
        this.size = size;
    }

    /** Number of scenes. */
    public long size() {
        return size;
    }

    /**
     * A labelled scene of {@link #VALIDATION} or {@link #TEST}; its caption is a sentence.
     *
     * @param index 0 to {@code size() - 1}
     */
    public DemoSample sample(long index) {
        if (this == TRAINING) {
            throw new IllegalStateException("training scenes come from DemoPairs, for they need a seed");
        }
        return new DemoSample("demo/" + Words.of(this) + "/" + index, scene(SEED, Objects.checkIndex(index, size)));
    }

    /** A scene; its lowest bits name the split, so that splits share none. */
    DemoScene scene(long seed, long index) {
        return DemoScene.of(SplitMix64.mix(seed, index) & -4L | ordinal());
    }
}
