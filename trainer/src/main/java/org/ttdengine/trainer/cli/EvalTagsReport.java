package org.ttdengine.trainer.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import org.ttdengine.trainer.eval.Evaluation;
import org.ttdengine.trainer.eval.PaperFigures;
import org.ttdengine.trainer.eval.TagCounts;
import org.ttdengine.trainer.eval.TagEvaluation;
import org.ttdengine.trainer.eval.TagMetrics;

/** An evaluation of tags as text. */
record EvalTagsReport(EvalSetting setting, Evaluation done, List<TagEvaluation.Row> rows) {
    private static final String UNPUBLISHED = "";

    /** One JSON object; shares are between 0 and 1. */
    String json() throws JsonProcessingException {
        ObjectNode root = Figures.object();
        setting.write(root, done);
        for (TagEvaluation.Row row : rows) {
            write(row, root.withArray("methods").addObject());
        }
        if (setting.samples().isTagMask()) {
            for (PaperFigures.Tags row : PaperFigures.tags()) {
                root.withArray("published")
                        .addObject()
                        .put("method", row.method())
                        .put("precision", row.precision())
                        .put("recall", row.recall())
                        .put("f1", row.f1())
                        .put("accuracy", row.accuracy());
            }
        }
        return Figures.json(root);
    }

    static void write(TagEvaluation.Row row, ObjectNode node) {
        TagMetrics metrics = row.metrics();
        TagCounts counts = metrics.counts();
        node.put("method", row.method());
        node.put("rule", row.rule());
        Figures.put(node, "precision", counts.precision());
        Figures.put(node, "recall", counts.recall());
        Figures.put(node, "f1", counts.f1());
        Figures.put(node, "accuracy", counts.accuracy());
        Figures.put(node, "map", metrics.meanAveragePrecision());
        Figures.put(node, "single_tag_share", metrics.singleTagShare());
        Figures.put(node, "no_tag_share", metrics.noTagShare());
        Figures.put(node, "tags_per_caption", metrics.tagsPerCaption());
        node.put("captions", metrics.captions());
        node.put("unanswered", metrics.unanswered());
        node.put("true_positives", counts.truePositives());
        node.put("false_positives", counts.falsePositives());
        node.put("false_negatives", counts.falseNegatives());
        node.put("true_negatives", counts.trueNegatives());
    }

    /** A row per method, in percent; the published rows under it where the data have the layout of the paper's. */
    String table() {
        TextTable table = new TextTable(2, "tags by", "rule", "P", "R", "F1", "Acc", "mAP", "one tag", "tags/caption");
        for (TagEvaluation.Row row : rows) {
            TagMetrics metrics = row.metrics();
            TagCounts counts = metrics.counts();
            table.add(
                    printable(row.method()),
                    row.rule(),
                    Figures.percent(counts.precision()),
                    Figures.percent(counts.recall()),
                    Figures.percent(counts.f1()),
                    Figures.percent(counts.accuracy()),
                    Figures.percent(metrics.meanAveragePrecision()),
                    Figures.percent(metrics.singleTagShare()),
                    Figures.decimal(metrics.tagsPerCaption(), 2));
        }
        if (setting.samples().isTagMask()) {
            PaperFigures.tags()
                    .forEach(row -> table.add(
                            row.method(),
                            "published",
                            Figures.decimal(row.precision(), 1),
                            Figures.decimal(row.recall(), 1),
                            Figures.decimal(row.f1(), 1),
                            Figures.decimal(row.accuracy(), 1),
                            UNPUBLISHED,
                            UNPUBLISHED,
                            UNPUBLISHED));
        }
        StringBuilder text = new StringBuilder(printable(setting.line(done)))
                .append(System.lineSeparator())
                .append(table);
        rows.stream().filter(row -> row.metrics().unanswered() > 0).forEach(row -> text.append(System.lineSeparator())
                .append(String.format(
                        Locale.ROOT,
                        "%s has no line for %d samples, which do not count in its row",
                        printable(row.method()),
                        row.metrics().unanswered())));
        return text.toString();
    }

    /** Text without characters that steer a terminal. */
    private static String printable(String text) {
        return text.replaceAll("[\\p{Cntrl}\\p{Cf}]", "?");
    }
}
