package org.ttdengine.trainer.ttd;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Collectors;

/** The 179 English stop words of NLTK, lower-case. */
final class StopWords {
    private static final String LIST = "stopwords-english.txt";
    private static final Set<String> ENGLISH = read();

    private StopWords() {}

    static boolean contains(String lowerCaseWord) {
        return ENGLISH.contains(lowerCaseWord);
    }

    static int count() {
        return ENGLISH.size();
    }

    private static Set<String> read() {
        try (InputStream in = StopWords.class.getResourceAsStream(LIST)) {
            if (in == null) {
                throw new IllegalStateException("resource " + LIST + " is missing: the jar is damaged");
            }
            return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .lines()
                    .filter(line -> !line.isBlank())
                    .collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
