package org.ttdengine.trainer.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.ttdengine.trainer.eval.MapKind;
import org.ttdengine.trainer.eval.TagEvaluation;
import org.ttdengine.trainer.eval.TagMetrics;
import org.ttdengine.trainer.eval.TextSegRow;
import org.ttdengine.trainer.ttd.TagScorer;

/** The figures before and after training in HTML; shares in percent, and a change says whether it is for the better. */
final class EffectTables {
    private static final double VISIBLE = 0.0005;

    private final Effect effect;

    EffectTables(Effect effect) {
        this.effect = effect;
    }

    /** The figures that matter most, in large print. */
    String headline() {
        int pixel = IntStream.range(0, effect.before().tags().size())
                .filter(i -> effect.before().tags().get(i).method().equals(TagScorer.PIXEL.toString()))
                .findFirst()
                .orElse(-1);
        int text = IntStream.range(0, effect.before().masks().size())
                .filter(this::isHeadlineMask)
                .reduce((first, second) -> second)
                .orElse(-1);
        StringBuilder html = new StringBuilder("<div class=\"headline\">");
        if (pixel >= 0) {
            TagMetrics before = effect.before().tags().get(pixel).metrics();
            TagMetrics after = effect.after().tags().get(pixel).metrics();
            html.append(large("Tag F1", before.counts().f1(), after.counts().f1(), 1));
            html.append(large("Tag mAP", before.meanAveragePrecision(), after.meanAveragePrecision(), 1));
        }
        if (text >= 0) {
            TextSegRow before = effect.before().masks().get(text);
            TextSegRow after = effect.after().masks().get(text);
            html.append(large(
                    "CaptionIoU",
                    before.readings().perCaption().iou(),
                    after.readings().perCaption().iou(),
                    1));
            html.append(large(
                    "Missed pixels (mFNR)",
                    before.readings().perCaption().fnr(),
                    after.readings().perCaption().fnr(),
                    -1));
        }
        return html.append("</div>\n").toString();
    }

    /** The caption's own map; at a chosen threshold if there is one. */
    private boolean isHeadlineMask(int row) {
        return effect.before().masks().get(row).map().equals(MapKind.TEXT.toString());
    }

    private static String large(String name, double before, double after, int better) {
        return "<div><span>" + name + "</span><b>" + percent(before) + " → " + percent(after) + "</b>"
                + change(before, after, better) + "</div>";
    }

    /** A row per method of finding tags. */
    String tags() {
        StringBuilder html =
                new StringBuilder(open("Tags by", "precision", "recall", "F1", "accuracy", "mAP", "one tag only"));
        for (int i = 0; i < effect.before().tags().size(); i++) {
            TagEvaluation.Row before = effect.before().tags().get(i);
            TagEvaluation.Row after = effect.after().tags().get(i);
            html.append(row(
                    Html.text(before.method() + " " + before.rule()),
                    cell(
                            before.metrics().counts().precision(),
                            after.metrics().counts().precision(),
                            1),
                    cell(
                            before.metrics().counts().recall(),
                            after.metrics().counts().recall(),
                            1),
                    cell(
                            before.metrics().counts().f1(),
                            after.metrics().counts().f1(),
                            1),
                    cell(
                            before.metrics().counts().accuracy(),
                            after.metrics().counts().accuracy(),
                            1),
                    cell(
                            before.metrics().meanAveragePrecision(),
                            after.metrics().meanAveragePrecision(),
                            1),
                    cell(before.metrics().singleTagShare(), after.metrics().singleTagShare(), 0)));
        }
        return html.append("</table></div>\n").toString();
    }

    /** A row per map and protocol of its threshold. */
    String masks() {
        StringBuilder html = new StringBuilder(open("Map", "threshold", "CaptionIoU", "mFPR", "mFNR"));
        for (int i = 0; i < effect.before().masks().size(); i++) {
            TextSegRow before = effect.before().masks().get(i);
            TextSegRow after = effect.after().masks().get(i);
            html.append(row(
                    Html.text(before.map()),
                    thresholds(before, after),
                    cell(
                            before.readings().perCaption().iou(),
                            after.readings().perCaption().iou(),
                            1),
                    cell(
                            before.readings().perCaption().fpr(),
                            after.readings().perCaption().fpr(),
                            -1),
                    cell(
                            before.readings().perCaption().fnr(),
                            after.readings().perCaption().fnr(),
                            -1)));
        }
        return html.append("</table></div>\n").toString();
    }

    private static String thresholds(TextSegRow before, TextSegRow after) {
        if (before.threshold().isEmpty() || after.threshold().isEmpty()) {
            return "";
        }
        double first = before.threshold().getAsDouble();
        double second = after.threshold().getAsDouble();
        String numbers = first == second
                ? String.format(Locale.ROOT, "%.2f", first)
                : String.format(Locale.ROOT, "%.2f → %.2f", first, second);
        return numbers + " <span class=\"was\">" + Html.text(before.protocol().toString()) + "</span>";
    }

    private static String open(String... headings) {
        StringBuilder html = new StringBuilder("<div class=\"wide\"><table class=\"figures\"><tr>");
        for (String heading : headings) {
            html.append("<th scope=\"col\">").append(heading).append("</th>");
        }
        return html.append("</tr>\n").toString();
    }

    private static String row(String name, String... cells) {
        return "<tr><th scope=\"row\">" + name + "</th><td>" + String.join("</td><td>", List.of(cells))
                + "</td></tr>\n";
    }

    private static String cell(double before, double after, int better) {
        return "<span class=\"was\">" + percent(before) + " →</span> " + percent(after) + change(before, after, better);
    }

    /**
     * By how much a share changed, in points.
     *
     * @param better 1 if more is better, -1 if less is, 0 if neither
     */
    private static String change(double before, double after, int better) {
        double change = after - before;
        if (Double.isNaN(change)) {
            return "";
        }
        String style = Math.abs(change) < VISIBLE || better == 0 ? "same" : change * better > 0 ? "good" : "bad";
        return String.format(Locale.ROOT, " <span class=\"%s\">%+.1f</span>", style, 100 * change);
    }

    /** A share in percent; a dash for none. */
    static String percent(double share) {
        return Double.isNaN(share) ? "–" : String.format(Locale.ROOT, "%.1f", 100 * share);
    }
}
