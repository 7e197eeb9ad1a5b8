package org.ttdengine.trainer.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.ttdengine.trainer.eval.MapKind;
import org.ttdengine.trainer.eval.MaskScores;
import org.ttdengine.trainer.eval.ModelScores;
import org.ttdengine.trainer.eval.TagMetrics;
import org.ttdengine.trainer.eval.TextSegRow;
import org.ttdengine.trainer.ttd.TagScorer;

/** Figures of ablations over seeds: mean and sample standard deviation. */
final class AblationTable {
    private static final String NAME = "ablation";
    private static final double PERCENT = 100;

    /** Names of the figures in files, with their headings in tables. */
    private static final Map<String, String> HEADINGS = headings();

    private final Map<String, Map<String, List<Double>>> rows = new LinkedHashMap<>();

    private static Map<String, String> headings() {
        Map<String, String> headings = new LinkedHashMap<>();
        headings.put("precision", "P");
        headings.put("recall", "R");
        headings.put("f1", "F1");
        headings.put("map", "mAP");
        headings.put("text_map", "text mAP");
        headings.put("caption_iou_fixed", "CaptionIoU fixed");
        headings.put("caption_iou", "chosen");
        headings.put("mfpr", "mFPR");
        headings.put("mfnr", "mFNR");
        return headings;
    }

    /** The figures of a trained model. */
    static ObjectNode figures(ModelScores scores) {
        TagMetrics pixel = EffectReport.tags(scores, TagScorer.PIXEL);
        MaskScores chosen = EffectReport.row(scores, MapKind.TEXT, TextSegRow.Protocol.CHOSEN)
                .readings()
                .perCaption();
        ObjectNode figures = Figures.object();
        Figures.put(figures, "precision", pixel.counts().precision());
        Figures.put(figures, "recall", pixel.counts().recall());
        Figures.put(figures, "f1", pixel.counts().f1());
        Figures.put(figures, "map", pixel.meanAveragePrecision());
        Figures.put(
                figures, "text_map", EffectReport.tags(scores, TagScorer.TEXT).meanAveragePrecision());
        Figures.put(
                figures,
                "caption_iou_fixed",
                EffectReport.row(scores, MapKind.TEXT, TextSegRow.Protocol.FIXED)
                        .readings()
                        .perCaption()
                        .iou());
        Figures.put(figures, "caption_iou", chosen.iou());
        Figures.put(figures, "mfpr", chosen.fpr());
        Figures.put(figures, "mfnr", chosen.fnr());
        return figures;
    }

    /** Adds the figures of one seed. */
    void add(String ablation, JsonNode figures) {
        Map<String, List<Double>> row = rows.computeIfAbsent(ablation, name -> new LinkedHashMap<>());
        for (String name : HEADINGS.keySet()) {
            row.computeIfAbsent(name, figure -> new ArrayList<>())
                    .add(figures.path(name).asDouble(Double.NaN));
        }
    }

    static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
    }

    /** Sample standard deviation; NaN for a single value. */
    static double spread(List<Double> values) {
        double mean = mean(values);
        double squares =
                values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
        return values.size() < 2 ? Double.NaN : Math.sqrt(squares / (values.size() - 1));
    }

    /** A row per ablation, all figures in percent. */
    String table() {
        List<String> heading = new ArrayList<>(List.of(NAME, "seeds"));
        heading.addAll(HEADINGS.values());
        TextTable table = new TextTable(1, heading.toArray(String[]::new));
        rows.forEach((name, figures) -> {
            List<String> cells = new ArrayList<>();
            cells.add(name);
            cells.add(Integer.toString(figures.values().iterator().next().size()));
            figures.values().forEach(values -> cells.add(cell(values)));
            table.add(cells.toArray(String[]::new));
        });
        return table.toString();
    }

    private static String cell(List<Double> values) {
        double spread = spread(values);
        String mean = Figures.percent(mean(values));
        return Double.isNaN(spread) ? mean : String.format(Locale.ROOT, "%s (%.1f)", mean, PERCENT * spread);
    }

    /** The same with all digits; shares are between 0 and 1. */
    void write(ObjectNode root) throws JsonProcessingException {
        rows.forEach((name, figures) -> {
            ObjectNode node = root.withArray("ablations").addObject();
            node.put("name", name);
            figures.forEach((figure, values) -> {
                node.put("seeds", values.size());
                Figures.put(node.withObject("/mean"), figure, mean(values));
                Figures.put(node.withObject("/spread"), figure, spread(values));
            });
        });
    }
}
