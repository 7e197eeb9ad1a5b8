package org.ttdengine.trainer.cli;

/**
 * Something {@code doctor} looked at.
 *
 * @param name what it is
 * @param value what was found, and what to do where something is amiss
 * @param state how good that is
 */
record Finding(String name, String value, State state) {
    /** How good a finding is. */
    enum State {
        OK,
        /** Works, but slower or with less than it could. */
        NOTE,
        BROKEN
    }

    static Finding ok(String name, String value) {
        return new Finding(name, value, State.OK);
    }
}
