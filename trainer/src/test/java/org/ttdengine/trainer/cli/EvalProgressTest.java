package org.ttdengine.trainer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class EvalProgressTest {
    private final StringWriter text = new StringWriter();
    private long nanos;

    private EvalProgress progress(boolean terminal) {
        return new EvalProgress(new PrintWriter(text), terminal, StandardCharsets.UTF_8, () -> nanos);
    }

    private void after(double seconds) {
        nanos += (long) (seconds * 1e9);
    }

    @Test
    void onATerminalOneLineIsDrawnOverAndTakenAway() {
        EvalProgress progress = progress(true);
        progress.start("test");
        after(0.05);
        progress.progress(1, 4);
        after(0.1);
        progress.progress(2, 4);
        progress.finish();
        String line = " 50% ████████░░░░░░░░ test: 2/4 samples";
        assertThat(text.toString()).isEqualTo("\r" + line + "\r" + " ".repeat(line.length()) + "\r");
    }

    @Test
    void elsewhereALineComesEveryFiveSeconds() {
        EvalProgress progress = progress(false);
        progress.start("validation");
        for (int done = 1; done <= 12; done++) {
            after(1);
            progress.progress(done, 100);
        }
        progress.finish();
        assertThat(text.toString().lines()).containsExactly("validation: 5/100 samples", "validation: 10/100 samples");
    }

    @Test
    void skippedSamplesHaveALineOfTheirOwn() {
        EvalProgress progress = progress(true);
        progress.skipped("a.png: is broken");
        assertThat(text.toString().lines()).containsExactly("skipped a.png: is broken");
    }
}
