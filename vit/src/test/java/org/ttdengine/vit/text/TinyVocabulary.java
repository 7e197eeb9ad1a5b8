package org.ttdengine.vit.text;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A vocabulary of a few merges, and its file. */
final class TinyVocabulary {
    static final List<String> MERGES = List.of(
            "t h",
            "th e</w>",
            "a t</w>",
            "c at</w>",
            "i n",
            "in g</w>",
            "o o",
            "oo oo",
            "' s</w>",
            "a b",
            "ab ab",
            "b a");

    /** Id of the result of the first merge. */
    static final int FIRST_MERGE = 512;

    static final int START = FIRST_MERGE + MERGES.size();
    static final int END = START + 1;

    private TinyVocabulary() {}

    /** Writes the merges as OpenAI writes them. */
    static Path write(Path file) throws IOException {
        List<String> lines = new ArrayList<>(List.of("#version: 0.2"));
        lines.addAll(MERGES);
        return Files.write(file, lines, StandardCharsets.UTF_8);
    }

    static int idOf(String merge) {
        return FIRST_MERGE + MERGES.indexOf(merge);
    }

    /** Id of a printable ASCII character inside a word. */
    static int inner(char c) {
        return c - '!';
    }

    /** Id of a printable ASCII character that ends a word. */
    static int last(char c) {
        return 256 + c - '!';
    }
}
