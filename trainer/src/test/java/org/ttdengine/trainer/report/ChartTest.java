package org.ttdengine.trainer.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ChartTest {
    private static String html(double[]... values) {
        double[] steps = new double[values[0].length];
        Arrays.setAll(steps, i -> 10 * i);
        List<Chart.Series> series =
                Arrays.stream(values).map(line -> new Chart.Series("a<b", line)).toList();
        return new Chart("Loss & co", "%", series, steps).html();
    }

    private static List<String> paths(String html, String style) {
        Matcher matcher = Pattern.compile("<path class=\"" + style + "\" d=\"([^\"]*)\"/>")
                .matcher(html);
        return matcher.results().map(result -> result.group(1)).toList();
    }

    @Test
    void linesGoFromMarkToMark() {
        assertThat(paths(html(new double[] {0, 0.5, 1}), "line s0"))
                .containsExactly("M52.0 210.0L299.0 111.0L546.0 12.0");
    }

    @Test
    void aLineIsBrokenWhereItsValuesAreNoNumbers() {
        assertThat(paths(html(new double[] {0, Double.NaN, 1, 1, Double.POSITIVE_INFINITY}), "line s0"))
                .containsExactly("M52.0 210.0M299.0 12.0L422.5 12.0");
    }

    @Test
    void manyStepsAreDrawnPaleUnderTheirRunningMean() {
        double[] zigzag = new double[100];
        Arrays.setAll(zigzag, i -> i % 2);
        String html = html(zigzag);
        assertThat(paths(html, "raw s0")).hasSize(1);
        assertThat(paths(html, "line s0")).hasSize(1).isNotEqualTo(paths(html, "raw s0"));
    }

    @Test
    void theRunningMeanOfAConstantIsTheConstantAndOfAStepGoesHalfwayInTime() {
        double[] step = new double[100];
        Arrays.fill(step, 50, 100, 1);
        double[] smoothed = Chart.smoothed(step);
        assertThat(smoothed[49]).isZero();
        assertThat(smoothed[52]).isCloseTo(1 - Math.exp(-1), within(1e-2));
        assertThat(smoothed[99]).isCloseTo(1, within(1e-6));
        double[] constant = new double[80];
        Arrays.fill(constant, 3);
        assertThat(Chart.smoothed(constant)).containsOnly(new double[] {3}, within(1e-12));
    }

    @Test
    void severalLinesGetALegendOneDoesNot() {
        assertThat(html(new double[] {1, 2}, new double[] {2, 3})).contains("class=\"key s0\"", "class=\"key s1\"");
        assertThat(html(new double[] {1, 2})).doesNotContain("class=\"key");
    }

    @Test
    void namesAreEscapedAndTheSummaryTellsWhatTheEyeSees() {
        assertThat(html(new double[] {1, 2}))
                .contains("<b>Loss &amp; co</b> <span class=\"unit\">%</span>")
                .contains("aria-label=\"Loss &amp; co; a&lt;b from 1.000 at step 0 to 2.000 at step 10\"");
    }

    @Test
    void smallNumbersAreGivenInAPowerOfTen() {
        assertThat(html(new double[] {1e-4, 5e-5})).contains("% × 10⁻⁴</span>", ">0.6</text>");
    }
}
