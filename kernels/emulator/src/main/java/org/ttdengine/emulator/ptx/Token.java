package org.ttdengine.emulator.ptx;

/**
 * A lexical unit of PTX.
 *
 * @param kind what it is
 * @param text as written; for strings without the quotes
 * @param line counted from 1
 * @param start offset of the first character in the source, for quoting statements
 */
record Token(Kind kind, String text, int line, int start) {

    /** Words are identifiers with all dotted modifiers: {@code ld.global.f32}, {@code .reg}, {@code %tid.x}, {@code $L_1}. */
    enum Kind {
        WORD,
        NUMBER,
        STRING,
        PUNCTUATION,
        END
    }

    boolean is(String expected) {
        return kind != Kind.STRING && text.equals(expected);
    }

    boolean isWord() {
        return kind == Kind.WORD;
    }
}
