package org.ttdengine.emulator.machine;

/** The comparisons of setp and set, each as a relation that is false of NaN, perhaps of exchanged operands, perhaps negated. */
enum Comparison {
    EQ(Relation.EQUAL, false, false),
    NE(Relation.APART, false, false),
    LT(Relation.LESS, false, false),
    LE(Relation.LESS_OR_EQUAL, false, false),
    GT(Relation.LESS, true, false),
    GE(Relation.LESS_OR_EQUAL, true, false),
    LO(Relation.LESS, false, false),
    LS(Relation.LESS_OR_EQUAL, false, false),
    HI(Relation.LESS, true, false),
    HS(Relation.LESS_OR_EQUAL, true, false),
    EQU(Relation.APART, false, true),
    NEU(Relation.EQUAL, false, true),
    LTU(Relation.LESS_OR_EQUAL, true, true),
    LEU(Relation.LESS, true, true),
    GTU(Relation.LESS_OR_EQUAL, false, true),
    GEU(Relation.LESS, false, true),
    NUM(Relation.ORDERED, false, false),
    NAN(Relation.ORDERED, false, true);

    /** What is tested; APART is less or greater, ORDERED that neither operand is NaN. */
    enum Relation {
        LESS,
        LESS_OR_EQUAL,
        EQUAL,
        APART,
        ORDERED
    }

    final Relation relation;
    final boolean exchanged;
    final boolean negated;

    Comparison(Relation relation, boolean exchanged, boolean negated) {
        this.relation = relation;
        this.exchanged = exchanged;
        this.negated = negated;
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
