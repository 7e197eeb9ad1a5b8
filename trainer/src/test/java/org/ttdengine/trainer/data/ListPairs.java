package org.ttdengine.trainer.data;

import java.io.IOException;
import java.util.Set;
import java.util.function.LongConsumer;
import org.ttdengine.vit.image.RgbImage;

/** Pairs made up for tests: the picture of pair i is one grey pixel i, its caption {@code caption i}. */
record ListPairs(long size, Set<Long> broken, Set<Long> silent, LongConsumer onLoad) implements PairSource {
    static ListPairs of(long size) {
        return new ListPairs(size, Set.of(), Set.of(), index -> {});
    }

    ListPairs with(LongConsumer listener) {
        return new ListPairs(size, broken, silent, listener);
    }

    @Override
    public Pair get(long index) {
        return new Pair("pair-" + index, silent.contains(index) ? " " : "caption " + index, decoder -> {
            onLoad.accept(index);
            if (broken.contains(index)) {
                throw new IOException("is broken");
            }
            return new RgbImage(1, 1, new byte[] {(byte) index, 0, 0});
        });
    }

    @Override
    public String describe() {
        return "a list";
    }

    @Override
    public void close() {}
}
