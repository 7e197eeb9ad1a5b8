package org.ttdengine.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressBarTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private long nanos = 42;

    @Test
    void onATerminalOneLineIsDrawnOver() {
        ProgressBar bar = bar(true, StandardCharsets.UTF_8, 4);
        step(bar, 1, 0.6931, 1000, 2.5);
        step(bar, 2, 0.5, 1000, 2.5);
        step(bar, 4, 0.25, 1000, 2.5);
        bar.finished();
        assertThat(text())
                .isEqualTo("\r 25% ████░░░░░░░░░░░░ 1/4  loss 0.6931  2.5000 img/s  0:00:03 left"
                        + "\r 50% ████████░░░░░░░░ 2/4  loss 0.5000  2.5000 img/s  0:00:02 left"
                        + "\r100% ████████████████ 4/4  loss 0.2500  2.5000 img/s  0:00:00 left\ndone in 0:00:03\n");
    }

    @Test
    void withoutUnicodeTheBarIsAscii() {
        step(bar(true, StandardCharsets.US_ASCII, 4), 1, 1, 1000, 1);
        assertThat(text()).contains("####............");
    }

    @Test
    void aTerminalIsNotFloodedByQuickSteps() {
        ProgressBar bar = bar(true, StandardCharsets.UTF_8, 1000);
        for (int i = 1; i <= 100; i++) {
            step(bar, i, 1, 10, 1);
        }
        assertThat(text().chars().filter(c -> c == '\r').count()).isEqualTo(10);
    }

    @Test
    void aShorterLineBlanksTheRestOfTheLonger() {
        ProgressBar bar = bar(true, StandardCharsets.UTF_8, 100);
        step(bar, 1, 1.25e-20, 1000, 1);
        step(bar, 2, 1, 1000, 1);
        List<String> drawn = Arrays.asList(text().split("\r"));
        assertThat(drawn.get(2)).hasSameSizeAs(drawn.get(1)).endsWith("left  ");
    }

    @Test
    void plainLinesComeAtMostEveryFiveSecondsAndAtTheEnd() {
        ProgressBar bar = bar(false, StandardCharsets.UTF_8, 12);
        for (int i = 1; i <= 12; i++) {
            step(bar, i, 0.5, 1000, 8);
        }
        bar.close();
        assertThat(text()).isEqualTo("""
                step 1/12  loss 0.5000  8.0000 img/s  0:00:11 left
                step 6/12  loss 0.5000  8.0000 img/s  0:00:06 left
                step 11/12  loss 0.5000  8.0000 img/s  0:00:01 left
                step 12/12  loss 0.5000  8.0000 img/s  0:00:00 left
                """);
    }

    @Test
    void noLineIsWiderThanTheTerminal() {
        double[] awkward = {Double.NaN, Double.NEGATIVE_INFINITY, Double.MAX_VALUE, -Double.MIN_VALUE, -99999.99};
        for (boolean terminal : new boolean[] {true, false}) {
            for (double value : awkward) {
                ProgressBar bar = bar(terminal, StandardCharsets.UTF_8, 999_999_999);
                step(bar, 999_999_998, value, Double.isNaN(value) ? 1e300 : 1000, value);
                bar.close();
            }
        }
        assertThat(text().split("[\r\n]")).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(79));
        assertThat(text()).contains("NaN", "left");
    }

    @Test
    void aMessageTakesTheBarsPlace() {
        ProgressBar bar = bar(true, StandardCharsets.UTF_8, 4);
        step(bar, 1, 1, 1000, 1);
        bar.skipped("cat.jpg", "not an image");
        assertThat(text()).endsWith(" ".repeat(60) + "\rskipped cat.jpg: not an image\n");
    }

    @Test
    void checkpointsAreMentionedInPlainOutput() {
        bar(false, StandardCharsets.UTF_8, 4).checkpointSaved(3, Path.of("run", "step-0000003"));
        assertThat(text()).isEqualTo("checkpoint " + Path.of("run", "step-0000003") + "\n");
    }

    @Test
    void aRunWithoutStepsIsRefused() {
        assertThatThrownBy(() -> bar(true, StandardCharsets.UTF_8, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    private ProgressBar bar(boolean terminal, Charset charset, long steps) {
        PrintWriter out = new PrintWriter(bytes, true, StandardCharsets.UTF_8);
        return new ProgressBar(out, terminal, charset, steps, () -> nanos);
    }

    private void step(ProgressBar bar, long step, double loss, double ms, double imagesPerSecond) {
        nanos += (long) (ms * 1e6);
        bar.step(Reports.ttd(step, 0, loss, 0, 0, 0, 0, 0, 0, imagesPerSecond, ms, 0));
    }

    private String text() {
        return bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
    }
}
