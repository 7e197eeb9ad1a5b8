package org.ttdengine.trainer.data;

/**
 * A file in a tar.
 *
 * @param name its path within
 * @param offset byte of the tar at which its contents start
 * @param size of its contents in bytes
 */
record TarMember(String name, long offset, long size) {
    /** The path up to the first dot of the base name: members of one sample share it. */
    String key() {
        return name.substring(0, dot());
    }

    /** What follows that dot; empty without one. */
    String extension() {
        return name.substring(Math.min(name.length(), dot() + 1));
    }

    private int dot() {
        int dot = name.indexOf('.', name.lastIndexOf('/') + 1);
        return dot < 0 ? name.length() : dot;
    }
}
