package org.ttdengine.trainer.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.ttdengine.trainer.eval.Evaluation;
import org.ttdengine.trainer.eval.MapKind;
import org.ttdengine.trainer.eval.MaskReadings;
import org.ttdengine.trainer.eval.MaskScores;
import org.ttdengine.trainer.eval.PaperFigures;
import org.ttdengine.trainer.eval.SweepResult;
import org.ttdengine.trainer.eval.TextSegEvaluation;
import org.ttdengine.trainer.eval.TextSegRow;

/** An evaluation of text-level masks as text. */
record EvalTextSegReport(EvalSetting setting, Evaluation done, TextSegEvaluation.Result result, List<TextSegRow> rows) {
    private static final String NONE = "";

    /** Thresholds of the table: one in this many of the sweep. */
    private static final int TENTHS = 10;

    /** One JSON object; shares are between 0 and 1. */
    String json() throws JsonProcessingException {
        ObjectNode root = Figures.object();
        setting.write(root, done);
        root.put("captions", result.captions());
        root.put("captions_without_true_word", result.withoutTruth());
        for (TextSegRow row : rows) {
            write(row, root.withArray("rows").addObject());
        }
        for (Map.Entry<MapKind, SweepResult> sweep : result.sweeps().entrySet()) {
            for (SweepResult.Point point : sweep.getValue().points()) {
                ObjectNode node = root.withObject("/sweep")
                        .withArray(sweep.getKey().toString())
                        .addObject();
                Figures.put(node, "threshold", point.threshold());
                write(point.readings(), node);
            }
        }
        if (setting.samples().isTagMask()) {
            PaperFigures.masks().forEach(row -> root.withArray("published")
                    .addObject()
                    .put("model", row.model())
                    .put("caption_iou", row.iou())
                    .put("mfpr", row.fpr())
                    .put("mfnr", row.fnr()));
        }
        return Figures.json(root);
    }

    static void write(TextSegRow row, ObjectNode node) {
        node.put("map", row.map());
        node.put("protocol", row.protocol().toString());
        Figures.put(node, "threshold", row.threshold().orElse(Double.NaN));
        write(row.readings(), node);
    }

    private static void write(MaskReadings readings, ObjectNode node) {
        write(readings.perCaption(), node);
        write(readings.pooled(), node.putObject("pooled"));
        write(readings.classMean(), node.putObject("class_mean"));
    }

    private static void write(MaskScores scores, ObjectNode node) {
        Figures.put(node, "caption_iou", scores.iou());
        Figures.put(node, "mfpr", scores.fpr());
        Figures.put(node, "mfnr", scores.fnr());
    }

    /** A row per map and protocol, then the sweep of the caption's own map. */
    String table() {
        TextTable table = new TextTable(
                2, "map", "protocol", "threshold", "CaptionIoU", "mFPR", "mFNR", "pooled IoU", "class-mean IoU");
        for (TextSegRow row : rows) {
            MaskScores scores = row.readings().perCaption();
            table.add(
                    row.map(),
                    row.protocol().toString(),
                    row.threshold().isPresent()
                            ? Figures.decimal(row.threshold().getAsDouble(), 2)
                            : NONE,
                    Figures.percent(scores.iou()),
                    Figures.decimal(scores.fpr(), 3),
                    Figures.decimal(scores.fnr(), 3),
                    Figures.percent(row.readings().pooled().iou()),
                    Figures.percent(row.readings().classMean().iou()));
        }
        if (setting.samples().isTagMask()) {
            PaperFigures.masks()
                    .forEach(row -> table.add(
                            row.model(),
                            "published",
                            NONE,
                            Figures.decimal(row.iou(), 1),
                            Figures.decimal(row.fpr(), 3),
                            Figures.decimal(row.fnr(), 3),
                            NONE,
                            NONE));
        }
        return String.join(
                System.lineSeparator(),
                setting.line(done),
                String.format(
                        Locale.ROOT,
                        "%d captions; %d more have no true word and do not count",
                        result.captions(),
                        result.withoutTruth()),
                table.toString(),
                NONE,
                sweep().toString());
    }

    private TextTable sweep() {
        TextTable table = new TextTable(0, "threshold", "CaptionIoU", "mFPR", "mFNR", "pooled IoU", "class-mean IoU");
        SweepResult sweep = result.sweeps().get(MapKind.TEXT);
        for (int tenth = 1; tenth < TENTHS; tenth++) {
            MaskReadings readings = sweep.at((double) tenth / TENTHS).readings();
            table.add(
                    Figures.decimal((double) tenth / TENTHS, 1),
                    Figures.percent(readings.perCaption().iou()),
                    Figures.decimal(readings.perCaption().fpr(), 3),
                    Figures.decimal(readings.perCaption().fnr(), 3),
                    Figures.percent(readings.pooled().iou()),
                    Figures.percent(readings.classMean().iou()));
        }
        return table;
    }
}
