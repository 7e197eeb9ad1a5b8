package org.ttdengine.trainer.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class WordFateTest {
    @Test
    void aWordIsSelectedOrNotAndTrueOrNot() {
        assertThat(WordFate.of(true, true)).isEqualTo(WordFate.HIT);
        assertThat(WordFate.of(true, false)).isEqualTo(WordFate.INTRUDER);
        assertThat(WordFate.of(false, true)).isEqualTo(WordFate.MISSED);
        assertThat(WordFate.of(false, false)).isEqualTo(WordFate.REJECTED);
    }

    @Test
    void theLegendExplainsEveryFateInItsOwnStyle() throws IOException {
        try (InputStream in = RunReport.class.getResourceAsStream("report.css")) {
            String css = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (WordFate fate : WordFate.values()) {
                String style = fate.name().toLowerCase(Locale.ROOT);
                assertThat(css).contains("." + style + " {");
                assertThat(WordFate.legend()).contains(fate.html(fate.meaning()));
                assertThat(fate.html("x")).contains("class=\"w " + style + "\"");
            }
        }
    }

    /** Without colours the mark tells; only what needs no attention has none. */
    @Test
    void fatesDifferByMoreThanColour() {
        assertThat(Arrays.stream(WordFate.values())
                        .map(fate -> fate.html("x").replaceAll("<[^>]*>", ""))
                        .distinct())
                .containsExactly("✓x", "✗x", "○x", "x");
    }
}
