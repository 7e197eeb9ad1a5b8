package org.ttdengine.trainer.eval;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Samples that stay in memory once they were read, for data that several models are evaluated on: a sample costs about
 * three bytes per pixel of its picture. What cannot be read is tried again.
 */
public final class RememberedSamples implements LabelledSamples {
    private final LabelledSamples samples;
    private final AtomicReferenceArray<LabelledSample> read;

    public RememberedSamples(LabelledSamples samples) {
        this.samples = samples;
        this.read = new AtomicReferenceArray<>(samples.size());
    }

    @Override
    public int size() {
        return samples.size();
    }

    @Override
    public LabelledSample get(int index) throws IOException {
        LabelledSample known = read.get(index);
        if (known == null) {
            known = samples.get(index);
            read.set(index, known);
        }
        return known;
    }

    @Override
    public String describe() {
        return samples.describe();
    }

    @Override
    public boolean isTagMask() {
        return samples.isTagMask();
    }
}
