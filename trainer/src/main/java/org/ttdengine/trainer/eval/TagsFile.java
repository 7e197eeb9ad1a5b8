package org.ttdengine.trainer.eval;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ttdengine.trainer.ttd.StopWordRule;
import org.ttdengine.trainer.ttd.TagOptions;

/**
 * Tags that somebody else found, a line per sample: its name, a tab, its tags between commas or white space. A sample
 * without a tag has nothing behind its tab. Blank lines do not count.
 */
public final class TagsFile implements TagMethod {
    private final Path file;
    private final Map<String, Set<String>> tags;
    private final TagOptions spelling;

    private TagsFile(Path file, Map<String, Set<String>> tags, TagOptions spelling) {
        this.file = file;
        this.tags = tags;
        this.spelling = spelling;
    }

    /**
     * Reads a file in UTF-8.
     *
     * @param options how captions are made into words; tags are spelt alike
     * @throws IOException with one line that names file and line, if it is not of that form
     */
    public static TagsFile read(Path file, TagOptions options) throws IOException {
        Map<String, Set<String>> tags = new HashMap<>();
        List<String> lines = lines(file);
        for (int line = 0; line < lines.size(); line++) {
            if (lines.get(line).isBlank()) {
                continue;
            }
            String place = file + ", line " + (line + 1) + ": ";
            int tab = lines.get(line).indexOf('\t');
            if (tab < 1) {
                throw new IOException(place + "must be the name of a sample, a tab, and its tags");
            }
            String name = lines.get(line).substring(0, tab);
            Set<String> words = Set.copyOf(
                    List.of(lines.get(line).substring(tab + 1).strip().split("[,\\s]+")));
            if (tags.put(name, words) != null) {
                throw new IOException(place + "sample '" + name + "' has tags already");
            }
        }
        return new TagsFile(
                file,
                Map.copyOf(tags),
                new TagOptions(StopWordRule.KEEP, true, options.stripEdgePunctuation(), Integer.MAX_VALUE));
    }

    private static List<String> lines(Path file) throws IOException {
        try {
            List<String> lines = new ArrayList<>(Files.readAllLines(file, StandardCharsets.UTF_8));
            if (!lines.isEmpty() && lines.get(0).startsWith("\uFEFF")) {
                lines.set(0, lines.get(0).substring(1));
            }
            return lines;
        } catch (NoSuchFileException e) {
            throw new IOException(file + ": no such file of tags", e);
        } catch (MalformedInputException e) {
            throw new IOException(file + ": is not UTF-8", e);
        }
    }

    @Override
    public String name() {
        return file.getFileName().toString();
    }

    @Override
    public String rule() {
        return "file";
    }

    /** Selected words rank before all others; words that the caption does not have are invented. */
    @Override
    public Optional<TagAnswer> answer(Observation observation) {
        Set<String> given = tags.get(observation.sample().name());
        if (given == null) {
            return Optional.empty();
        }
        Set<String> chosen = CaptionWords.spelling(given, spelling);
        List<String> words = observation.words().words();
        boolean[] selected = new boolean[words.size()];
        double[] scores = new double[words.size()];
        int found = 0;
        for (int word = 0; word < selected.length; word++) {
            selected[word] = chosen.contains(words.get(word));
            scores[word] = selected[word] ? 1 : 0;
            found += selected[word] ? 1 : 0;
        }
        return Optional.of(new TagAnswer(selected, scores, chosen.size() - found));
    }
}
