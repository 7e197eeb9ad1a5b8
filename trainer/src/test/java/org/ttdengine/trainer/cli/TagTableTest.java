package org.ttdengine.trainer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.ttdengine.trainer.ttd.Grounding;
import org.ttdengine.trainer.ttd.Tag;
import org.ttdengine.trainer.ttd.TagScore;

class TagTableTest {
    private static final List<TagScore> SCORES =
            List.of(score("café", 0.51, true, 1, 119), score("a", 0.1, false, 0, 0), score("sky", 1, true, 0, 7));

    private static TagScore score(String word, double score, boolean selected, int row, int column) {
        return new TagScore(new Tag(word, 0, false), score, selected, row, column);
    }

    private static List<String> lines(List<TagScore> scores, Charset charset, boolean colours) {
        return TagTable.of(new Grounding.Grid(2, 120, null), scores, charset, colours)
                .toString()
                .lines()
                .toList();
    }

    @Test
    void theHighestScoreIsFirstAndALineMarksWhereTheSelectionEnds() {
        assertThat(lines(SCORES, StandardCharsets.UTF_8, false))
                .containsExactly(
                        "tag   score                            selected  row  column",
                        "sky   1.000  ████████████████████████  yes         0       7",
                        "café  0.510  ████████████▎             yes         1     119",
                        "╌╌╌╌  0.410  ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌  gap",
                        "a     0.100  ██▍                                   0       0",
                        "2 of 3 selected; 2 x 120 cells");
    }

    @Test
    void aCharacterSetWithoutBlocksGetsHashesAndDashes() {
        assertThat(lines(SCORES, StandardCharsets.ISO_8859_1, false).subList(1, 5))
                .containsExactly(
                        "sky   1.000  ########################  yes         0       7",
                        "café  0.510  ############              yes         1     119",
                        "----  0.410  ------------------------  gap",
                        "a     0.100  ##                                    0       0");
    }

    @Test
    void coloursTellSelectedFromRejectedAndChangeNothingElse() {
        List<String> coloured = lines(SCORES, StandardCharsets.UTF_8, true);
        assertThat(coloured.get(1)).startsWith("\u001b[1;36msky").endsWith("7\u001b[0m");
        assertThat(coloured.get(4)).startsWith("\u001b[2ma ").endsWith("0\u001b[0m");
        assertThat(coloured.stream().map(line -> line.replaceAll("\u001b\\[[0-9;]*m", "")))
                .isEqualTo(lines(SCORES, StandardCharsets.UTF_8, false));
    }

    @Test
    void wordsThatMayNotBeSelectedStandAmongThoseThatAreWithoutALine() {
        List<TagScore> barred = List.of(score("the", 0.9, false, 0, 0), score("sky", 0.8, true, 0, 0));
        assertThat(lines(barred, StandardCharsets.US_ASCII, false)).hasSize(4).noneMatch(line -> line.contains("gap"));
    }

    @Test
    void cosinesOutsideZeroToOneKeepTheColumnsInPlace() {
        assertThat(lines(List.of(score("a", -0.25, false, 0, 0)), StandardCharsets.US_ASCII, false))
                .containsExactly(
                        "tag  score                            selected  row  column",
                        "a   -0.250                                        0       0",
                        "0 of 1 selected; 2 x 120 cells");
    }

    @Test
    void wordsCannotSteerTheTerminal() {
        assertThat(lines(List.of(score("\u001b[31mred", 0.5, true, 0, 0)), StandardCharsets.UTF_8, false)
                        .get(1))
                .startsWith("?[31mred")
                .doesNotContain("\u001b");
    }
}
