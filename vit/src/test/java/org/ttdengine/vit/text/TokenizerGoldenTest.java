package org.ttdengine.vit.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.ttdengine.engine.testing.SharedFiles;

/** Texts with the clean form, ids and sequences that OpenAI's own code gave for them. */
class TokenizerGoldenTest {
    private static final int LINES = 289;
    private static final int LINES_WITH_SPECIAL_TOKENS = 5;

    private static List<Line> golden;
    private static ClipTokenizer tokenizer;

    private record Line(
            int number, String text, String clean, List<Integer> ids, List<Integer> sequence, boolean truncated) {
        boolean hasSpecialToken() {
            return clean.contains("<|startoftext|>") || clean.contains("<|endoftext|>");
        }
    }

    @BeforeAll
    static void read() throws IOException {
        ObjectMapper json = new ObjectMapper();
        golden = Files.readAllLines(SharedFiles.require("golden/tokenizer_golden.jsonl")).stream()
                .map(line -> parse(json, line))
                .toList();
        tokenizer = ClipTokenizer.load(SharedFiles.require(SharedFiles.BPE));
    }

    @Test
    void everyTextCleansAsGolden() {
        assertThat(golden).hasSize(LINES);
        assertThat(differing(line -> TextCleaner.clean(line.text()).equals(line.clean())))
                .isEmpty();
    }

    @Test
    void everyTextEncodesAsGolden() {
        assertThat(differing(line -> ids(tokenizer.encode(line.text())).equals(line.ids())))
                .isEmpty();
    }

    @Test
    void everySequenceWithoutSpecialTokensIsAsGolden() {
        Predicate<Line> matches = line -> line.hasSpecialToken()
                || ids(tokenizer.sequence(line.text(), 77)).equals(line.sequence());
        assertThat(differing(matches)).isEmpty();
        assertThat(golden).filteredOn(Line::hasSpecialToken).hasSize(LINES_WITH_SPECIAL_TOKENS);
    }

    @Test
    void sequencesLeaveOutSpecialTokensThatAreSpeltOut() {
        for (Line line : golden) {
            if (line.hasSpecialToken()) {
                List<Integer> expected = line.sequence().stream()
                        .filter(id -> id != tokenizer.startToken() && id != tokenizer.endToken())
                        .toList();
                int[] sequence = tokenizer.sequence(line.text(), 77);
                assertThat(ids(sequence).subList(1, sequence.length - 1)).isEqualTo(expected);
            }
        }
    }

    @Test
    void truncationIsAsGolden() {
        assertThat(differing(line -> tokenizer.truncates(line.text(), 77) == line.truncated()))
                .isEmpty();
        assertThat(golden).anyMatch(Line::truncated);
    }

    private static List<Integer> differing(Predicate<Line> matches) {
        return golden.stream().filter(matches.negate()).map(Line::number).toList();
    }

    private static Line parse(ObjectMapper json, String line) {
        try {
            JsonNode node = json.readTree(line);
            return new Line(
                    node.get("n").intValue(),
                    node.get("text").textValue(),
                    node.get("clean").textValue(),
                    integers(node.get("ids")),
                    integers(node.get("sequence")),
                    node.get("truncated").booleanValue());
        } catch (IOException e) {
            throw new AssertionError("unreadable golden line: " + line, e);
        }
    }

    private static List<Integer> integers(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::intValue)
                .toList();
    }

    private static List<Integer> ids(int[] ids) {
        return Arrays.stream(ids).boxed().toList();
    }
}
