package org.ttdengine.trainer.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.ttdengine.trainer.eval.EvalOptions;
import org.ttdengine.trainer.eval.LabelledSamples;
import org.ttdengine.trainer.eval.MapKind;
import org.ttdengine.trainer.eval.ModelScores;
import org.ttdengine.trainer.eval.Split;
import org.ttdengine.trainer.eval.TagMetrics;
import org.ttdengine.trainer.eval.TextSegRow;
import org.ttdengine.trainer.ttd.TagScorer;

/** What training did to a model: its figures on the test split before and after. */
record EffectReport(LabelledSamples test, EvalOptions options, ModelScores before, ModelScores after) {
    /** A figure of a model, and how tables print it. */
    private record Figure(String name, ToDoubleFunction<ModelScores> of, int places, double unit) {
        static Figure percent(String name, ToDoubleFunction<ModelScores> of) {
            return new Figure(name, of, 1, 100);
        }

        static Figure plain(String name, ToDoubleFunction<ModelScores> of, int places) {
            return new Figure(name, of, places, 1);
        }
    }

    /** The figures that matter, a row each. */
    String table() {
        TextTable table = new TextTable(2, "", "", "before", "after", "change");
        tags(table, "tags by pixel, largest gap", TagScorer.PIXEL);
        tags(table, "tags by image, > 0.5", TagScorer.IMAGE);
        add(table, "tags by text", Figure.percent("mAP", s -> tags(s, TagScorer.TEXT)
                .meanAveragePrecision()));
        masks(table, "text map, fixed threshold", MapKind.TEXT, TextSegRow.Protocol.FIXED);
        masks(table, "text map, threshold by validation", MapKind.TEXT, TextSegRow.Protocol.CHOSEN);
        add(table, "ceiling: true tags, by validation", Figure.percent("CaptionIoU", s -> row(
                        s, MapKind.TRUE_TAGS, TextSegRow.Protocol.CHOSEN)
                .readings()
                .perCaption()
                .iou()));
        add(table, "mark everything", Figure.percent("CaptionIoU", s -> everything(s)
                .readings()
                .perCaption()
                .iou()));
        return head() + System.lineSeparator() + table;
    }

    /** What the figures are of. */
    String data() {
        return test.describe() + ", split " + Split.TEST;
    }

    private String head() {
        return String.format(
                Locale.ROOT,
                "%s: %d samples, %d skipped; image size %d, phi %s; thresholds chosen on split %s",
                data(),
                after.test().evaluated(),
                after.test().skipped(),
                options.imageSize(),
                EvalSetting.phi(options),
                Split.VALIDATION);
    }

    private void tags(TextTable table, String title, TagScorer scorer) {
        add(
                table,
                title,
                Figure.percent("precision", s -> tags(s, scorer).counts().precision()),
                Figure.percent("recall", s -> tags(s, scorer).counts().recall()),
                Figure.percent("F1", s -> tags(s, scorer).counts().f1()),
                Figure.percent("mAP", s -> tags(s, scorer).meanAveragePrecision()),
                Figure.percent("only one tag", s -> tags(s, scorer).singleTagShare()));
    }

    private void masks(TextTable table, String title, MapKind map, TextSegRow.Protocol protocol) {
        add(
                table,
                title,
                Figure.plain("threshold", s -> row(s, map, protocol).threshold().orElse(Double.NaN), 2),
                Figure.percent(
                        "CaptionIoU",
                        s -> row(s, map, protocol).readings().perCaption().iou()),
                Figure.plain(
                        "mFPR",
                        s -> row(s, map, protocol).readings().perCaption().fpr(),
                        3),
                Figure.plain(
                        "mFNR",
                        s -> row(s, map, protocol).readings().perCaption().fnr(),
                        3));
    }

    private void add(TextTable table, String title, Figure... figures) {
        String first = title;
        for (Figure figure : figures) {
            double then = figure.unit * figure.of.applyAsDouble(before);
            double now = figure.unit * figure.of.applyAsDouble(after);
            String change = Double.isNaN(now - then)
                    ? Figures.decimal(Double.NaN, 0)
                    : String.format(Locale.ROOT, "%+." + figure.places + "f", now - then);
            table.add(
                    first,
                    figure.name,
                    Figures.decimal(then, figure.places),
                    Figures.decimal(now, figure.places),
                    change);
            first = "";
        }
    }

    static TagMetrics tags(ModelScores scores, TagScorer scorer) {
        return scores.tags().stream()
                .filter(row -> row.method().equals(scorer.toString()))
                .findFirst()
                .orElseThrow()
                .metrics();
    }

    static TextSegRow row(ModelScores scores, MapKind map, TextSegRow.Protocol protocol) {
        return scores.masks().stream()
                .filter(row -> row.map().equals(map.toString()) && row.protocol() == protocol)
                .findFirst()
                .orElseThrow();
    }

    private static TextSegRow everything(ModelScores scores) {
        return scores.masks().stream()
                .filter(row -> row.protocol() == TextSegRow.Protocol.NONE)
                .findFirst()
                .orElseThrow();
    }

    /** All figures as one JSON object; shares are between 0 and 1. */
    String json() throws JsonProcessingException {
        ObjectNode root = Figures.object();
        root.put("data", test.describe());
        root.put("split", Split.TEST.toString());
        root.put("thresholds_chosen_on", Split.VALIDATION.toString());
        root.put("image_size", options.imageSize());
        root.put("phi", EvalSetting.phi(options));
        root.put("samples", after.test().evaluated());
        root.put("skipped", after.test().skipped());
        write(before, root.putObject("before"));
        write(after, root.putObject("after"));
        return Figures.json(root);
    }

    private static void write(ModelScores scores, ObjectNode node) {
        scores.tags()
                .forEach(row -> EvalTagsReport.write(row, node.withArray("tags").addObject()));
        scores.masks()
                .forEach(row ->
                        EvalTextSegReport.write(row, node.withArray("masks").addObject()));
    }
}
