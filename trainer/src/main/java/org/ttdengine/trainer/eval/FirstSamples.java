package org.ttdengine.trainer.eval;

import java.io.IOException;
import java.util.Objects;

/**
 * The first samples of some data.
 *
 * @param samples the data
 * @param size how many count, 1 to {@code samples.size()}
 */
public record FirstSamples(LabelledSamples samples, int size) implements LabelledSamples {
    public FirstSamples {
        if (size < 1 || size > samples.size()) {
            throw new IllegalArgumentException(samples.describe() + " cannot be cut to " + size);
        }
    }

    @Override
    public LabelledSample get(int index) throws IOException {
        return samples.get(Objects.checkIndex(index, size));
    }

    @Override
    public String describe() {
        return "the first " + size + " of " + samples.describe();
    }

    @Override
    public boolean isTagMask() {
        return samples.isTagMask();
    }
}
