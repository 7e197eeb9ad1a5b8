package org.ttdengine.engine.io;

/** A class or function named by a pickle. It is only ever a name: nothing is looked up, loaded or called. */
public record PickleGlobal(String module, String name) {
    /** For example {@code collections.OrderedDict}. */
    public String qualifiedName() {
        return module + "." + name;
    }
}
