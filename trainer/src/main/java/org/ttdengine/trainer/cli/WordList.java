package org.ttdengine.trainer.cli;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.ttdengine.trainer.ttd.CaptionTags;
import org.ttdengine.trainer.ttd.PseudoTags;
import org.ttdengine.trainer.ttd.Tag;
import org.ttdengine.trainer.ttd.TagOptions;

/** Reads words that are taken for tags, one or more a line, in UTF-8. */
final class WordList {
    private WordList() {}

    /**
     * The words, spelt as those of captions are.
     *
     * @throws IOException with one line that names the file, if it is not there or holds no word
     */
    static PseudoTags read(Path file) throws IOException {
        Set<String> words = new HashSet<>();
        try {
            for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                CaptionTags.of(line, TagOptions.defaults()).stream()
                        .map(Tag::word)
                        .forEach(words::add);
            }
        } catch (NoSuchFileException e) {
            throw new IOException("--pseudo-tags " + file + ": no such file; give pixel, image or a file of words", e);
        } catch (MalformedInputException e) {
            throw new IOException("--pseudo-tags " + file + ": is not UTF-8", e);
        }
        if (words.isEmpty()) {
            throw new IOException("--pseudo-tags " + file + ": holds no word");
        }
        return new PseudoTags.Listed(words);
    }
}
