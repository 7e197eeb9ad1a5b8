package org.ttdengine.trainer.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code report.html} of a training run: its curves and its options, in one file without scripts. */
public final class RunReport {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_POINTS = 2000;
    private static final String STYLE = """
            body{font:15px/1.5 system-ui,sans-serif;max-width:1180px;margin:2em auto;padding:0 1em;\
            color:#222;background:#fff}
            main{display:grid;grid-template-columns:repeat(auto-fit,minmax(340px,1fr));gap:1.5em}
            figure{margin:0}figcaption{font-weight:600}figcaption span{font-weight:400;margin-left:.6em}
            svg{width:100%;height:auto}svg text{font-size:11px;fill:currentColor}.grid{stroke:#8884}
            table{border-collapse:collapse;font-size:13px}td{padding:.1em 1em .1em 0;vertical-align:top}
            @media(prefers-color-scheme:dark){body{color:#ddd;background:#16181c}}
            """;

    private RunReport() {}

    /**
     * Writes a report.
     *
     * @param log {@code log.jsonl} of the run
     * @param options the run's options, a JSON object
     * @param file where to; replaced at once
     */
    public static void write(Path log, JsonNode options, Path file) throws IOException {
        List<JsonNode> lines = read(log);
        if (lines.isEmpty()) {
            return;
        }
        double[] steps = column(lines, "step");
        StringBuilder html = new StringBuilder("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">");
        html.append("<meta name=\"viewport\" content=\"width=device-width\"><title>TTD training run</title><style>");
        html.append(STYLE).append("</style><h1>TTD training run</h1><p>");
        JsonNode last = lines.get(lines.size() - 1);
        html.append(last.path("step").asLong()).append(" steps, last loss ");
        html.append(last.path("loss").asText()).append("</p><main>");
        html.append(new Chart(
                        "Loss",
                        List.of(
                                series(lines, "total", "loss"),
                                series(lines, "distillation", "loss_distill"),
                                series(lines, "tags", "loss_tag")),
                        steps)
                .toHtml());
        html.append(new Chart("Share of tags selected", List.of(shareSelected(lines)), steps).toHtml());
        html.append(new Chart("Learning rate", List.of(series(lines, "lr", "lr")), steps).toHtml());
        html.append(new Chart("Gradient norm", List.of(series(lines, "norm", "grad_norm")), steps).toHtml());
        html.append(new Chart("Images per second", List.of(series(lines, "rate", "images_per_s")), steps).toHtml());
        html.append("</main><h2>Options</h2><table>");
        for (Map.Entry<String, JsonNode> option : options.properties()) {
            html.append("<tr><td>").append(escape(option.getKey())).append("</td><td>");
            html.append(escape(option.getValue().asText())).append("</td></tr>");
        }
        html.append("</table></html>\n");
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        Files.writeString(temporary, html, StandardCharsets.UTF_8);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** The lines of the log, evenly thinned out where there are very many. */
    private static List<JsonNode> read(Path log) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        try (BufferedReader reader = Files.newBufferedReader(log)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(JSON.readTree(line));
            }
        }
        int every = (lines.size() + MOST_POINTS - 1) / MOST_POINTS;
        List<JsonNode> kept = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (i % every == 0 || i == lines.size() - 1) {
                kept.add(lines.get(i));
            }
        }
        return kept;
    }

    private static Chart.Series series(List<JsonNode> lines, String name, String field) {
        return new Chart.Series(name, column(lines, field));
    }

    private static Chart.Series shareSelected(List<JsonNode> lines) {
        double[] selected = column(lines, "tags_selected");
        double[] tags = column(lines, "tags");
        for (int i = 0; i < tags.length; i++) {
            selected[i] /= Math.max(1, tags[i]);
        }
        return new Chart.Series("selected", selected);
    }

    private static double[] column(List<JsonNode> lines, String field) {
        return lines.stream()
                .mapToDouble(line -> line.path(field).asDouble(Double.NaN))
                .toArray();
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
