package org.ttdengine.trainer.train;

import java.io.IOException;
import java.util.List;
import org.ttdengine.trainer.data.Pair;
import org.ttdengine.trainer.data.PairSource;
import org.ttdengine.trainer.ttd.CaptionTags;
import org.ttdengine.trainer.ttd.TagOptions;

/** Pairs of which those without a single tag cannot be used: TTD has nothing to learn from them. */
final class TaggedPairs implements PairSource {
    private final PairSource pairs;
    private final TagOptions options;

    TaggedPairs(PairSource pairs, TagOptions options) {
        this.pairs = pairs;
        this.options = options;
    }

    @Override
    public long size() {
        return pairs.size();
    }

    @Override
    public Pair get(long index) throws IOException {
        Pair pair = pairs.get(index);
        if (pair.caption().isBlank() || !CaptionTags.of(pair.caption(), options).isEmpty()) {
            return pair;
        }
        return new Pair(pair.name(), pair.caption(), decoder -> {
            throw new IOException("the caption has no word that could be a tag");
        });
    }

    @Override
    public String describe() {
        return pairs.describe();
    }

    @Override
    public List<String> warnings() {
        return pairs.warnings();
    }

    @Override
    public void close() {
        // the underlying pairs belong to whoever opened them
    }
}
