package org.ttdengine.trainer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.ttdengine.trainer.ttd.Grounding;
import org.ttdengine.trainer.ttd.Tag;
import org.ttdengine.trainer.ttd.TagScore;
import org.ttdengine.trainer.ttd.TagScorer;

class TagReportTest {
    private static TagReport report(TagScore... scores) {
        return new TagReport("é", TagScorer.PIXEL, new Grounding.Grid(2, 120, null), List.of(scores));
    }

    private static TagScore score(String word, double score, boolean selected, int row, int column) {
        return new TagScore(new Tag(word, 0, false), score, selected, row, column);
    }

    private static final TagReport REPORT =
            report(score("café", 0.51, true, 1, 119), score("a", 0, false, 0, 0), score("sky", 1, true, 0, 7));

    @Test
    void barsAreBlocksWhereTheCharacterSetHasThem() {
        assertThat(REPORT.table(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "tag   score                selected  row  column",
                        "café  0.510  ██████▏       yes         1     119",
                        "a     0.000                            0       0",
                        "sky   1.000  ████████████  yes         0       7");
    }

    @Test
    void barsAreHashesElsewhere() {
        assertThat(REPORT.table(StandardCharsets.US_ASCII).lines().skip(1))
                .containsExactly(
                        "café  0.510  ######        yes         1     119",
                        "a     0.000                            0       0",
                        "sky   1.000  ############  yes         0       7");
    }

    @Test
    void cosinesOutsideZeroToOneKeepTheColumnsInPlace() {
        assertThat(report(score("a", -0.25, false, 0, 0))
                        .table(StandardCharsets.US_ASCII)
                        .lines())
                .containsExactly(
                        "tag  score                selected  row  column",
                        "a    -0.250                            0       0");
    }

    @Test
    void wordsCannotSteerTheTerminal() {
        assertThat(report(score("\u001b[31mred", 0.5, true, 0, 0)).table(StandardCharsets.UTF_8))
                .contains("?[31mred")
                .doesNotContain("\u001b");
    }

    @Test
    void jsonIsAsciiAndScoresReadBackExactly() throws JsonProcessingException {
        double third = 1.0 / 3;
        String json = report(score("café", third, true, 1, 2)).json();
        assertThat(json).matches("\\p{ASCII}+");
        var root = new ObjectMapper().readTree(json);
        assertThat(root.get("text").textValue()).isEqualTo("é");
        assertThat(root.at("/tags/0/tag").textValue()).isEqualTo("café");
        assertThat(root.at("/tags/0/score").doubleValue()).isEqualTo(third);
    }
}
