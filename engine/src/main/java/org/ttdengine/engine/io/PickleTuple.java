package org.ttdengine.engine.io;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A Python tuple (or frozenset): immutable, and equal only to itself so that it can be a dictionary's key at no cost. */
public final class PickleTuple {
    private final List<Object> items;

    PickleTuple(List<Object> items) {
        this.items = Collections.unmodifiableList(new ArrayList<>(items));
    }

    /** The elements; some may be null, Python's {@code None}. */
    public List<Object> items() {
        return items;
    }

    int size() {
        return items.size();
    }

    Object get(int index) {
        return items.get(index);
    }
}
