package org.ttdengine.emulator.machine;

/** The comparisons of setp and set as sets of outcomes: each operator holds for some of less, equal, greater, unordered. */
enum Comparison {
    EQ(Outcome.EQUAL),
    NE(Outcome.LESS | Outcome.GREATER),
    LT(Outcome.LESS),
    LE(Outcome.LESS | Outcome.EQUAL),
    GT(Outcome.GREATER),
    GE(Outcome.GREATER | Outcome.EQUAL),
    LO(Outcome.LESS),
    LS(Outcome.LESS | Outcome.EQUAL),
    HI(Outcome.GREATER),
    HS(Outcome.GREATER | Outcome.EQUAL),
    EQU(Outcome.EQUAL | Outcome.UNORDERED),
    NEU(Outcome.LESS | Outcome.GREATER | Outcome.UNORDERED),
    LTU(Outcome.LESS | Outcome.UNORDERED),
    LEU(Outcome.LESS | Outcome.EQUAL | Outcome.UNORDERED),
    GTU(Outcome.GREATER | Outcome.UNORDERED),
    GEU(Outcome.GREATER | Outcome.EQUAL | Outcome.UNORDERED),
    NUM(Outcome.LESS | Outcome.EQUAL | Outcome.GREATER),
    NAN(Outcome.UNORDERED);

    /** What two values can be to each other, one bit each. */
    static final class Outcome {
        static final int LESS = 1;
        static final int EQUAL = 2;
        static final int GREATER = 4;
        static final int UNORDERED = 8;

        private Outcome() {}
    }

    private final int outcomes;

    Comparison(int outcomes) {
        this.outcomes = outcomes;
    }

    boolean less() {
        return (outcomes & Outcome.LESS) != 0;
    }

    boolean equal() {
        return (outcomes & Outcome.EQUAL) != 0;
    }

    boolean greater() {
        return (outcomes & Outcome.GREATER) != 0;
    }

    boolean unordered() {
        return (outcomes & Outcome.UNORDERED) != 0;
    }

    /** The comparison of a modifier; null when it names none. */
    static Comparison of(String modifier) {
        for (Comparison comparison : values()) {
            if (comparison.name().equalsIgnoreCase(modifier)) {
                return comparison;
            }
        }
        return null;
    }
}
