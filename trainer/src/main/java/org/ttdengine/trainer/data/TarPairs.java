package org.ttdengine.trainer.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Pairs in webdataset tars, one or many. One pass over the headers notes where everything lies; then any pair is read
 * at once. A tar that is cut off or broken gives the pairs before the damage and a warning.
 */
public final class TarPairs implements PairSource {
    private final TarIndex index;
    private final String where;

    private TarPairs(TarIndex index, String where) {
        this.index = index;
        this.where = where;
    }

    /**
     * Indexes tars in the given order.
     *
     * @param where what to call them together in messages
     * @throws IOException if one cannot be read or none holds a pair
     */
    public static TarPairs open(List<Path> tars, String where) throws IOException {
        TarIndex index = new TarIndex();
        for (Path tar : tars) {
            index.add(tar);
        }
        if (index.size() == 0) {
            String detail = index.warnings().isEmpty()
                    ? "each sample is KEY.jpg (or .png, .webp) and KEY.txt, one after the other"
                    : index.warnings().get(0);
            throw new IOException(where + ": holds no pair; " + detail);
        }
        return new TarPairs(index, where);
    }

    @Override
    public long size() {
        return index.size();
    }

    @Override
    public Pair get(long number) throws IOException {
        return index.pair(number);
    }

    @Override
    public String describe() {
        return where + " (" + size() + " pairs" + (index.tars() > 1 ? " in " + index.tars() + " tars" : "") + ")";
    }

    @Override
    public List<String> warnings() {
        return index.warnings();
    }

    @Override
    public void close() {}
}
