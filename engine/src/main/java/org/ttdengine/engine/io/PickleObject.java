package org.ttdengine.engine.io;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An inert stand-in for an instance of a class this reader does not know. It keeps what the pickle would have passed to
 * that class and does nothing with it.
 */
public final class PickleObject {
    private final PickleGlobal type;
    private final PickleTuple arguments;
    private final List<Object> elements = new ArrayList<>(0);
    private final Map<Object, Object> entries = new LinkedHashMap<>();
    private Object state;

    PickleObject(PickleGlobal type, PickleTuple arguments) {
        this.type = type;
        this.arguments = arguments;
    }

    /** The class, or the function that would have made the object. */
    public PickleGlobal type() {
        return type;
    }

    /** What the class would have been called with. */
    public PickleTuple arguments() {
        return arguments;
    }

    /** What {@code __setstate__} or {@code __dict__} would have received; null if nothing. */
    public Object state() {
        return state;
    }

    /** Appended elements, if the class extends {@code list}. */
    public List<Object> elements() {
        return elements;
    }

    /** Entries put in, if the class extends {@code dict}. */
    public Map<Object, Object> entries() {
        return entries;
    }

    void build(Object newState) {
        state = newState;
    }
}
