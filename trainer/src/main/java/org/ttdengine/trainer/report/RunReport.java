package org.ttdengine.trainer.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The report of a training run: one HTML file without scripts that needs no other file and no network.
 *
 * @param title its heading
 * @param facts what ran, by name, in order: the model, the data, the device and the like
 * @param options all options of the run, by name, in order
 * @param effect the model before and after, if it was evaluated
 */
public record RunReport(String title, Map<String, String> facts, Map<String, String> options, Optional<Effect> effect) {
    private static final String STYLE = "report.css";
    private static final double SECOND_MS = 1000;
    private static final double MINUTE_S = 60;

    public RunReport {
        facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    }

    /**
     * Writes the report.
     *
     * @param log {@code log.jsonl} of the run
     * @param file where to; replaced at once
     * @throws IOException if the log cannot be read or the file not be written
     */
    public void write(Path log, Path file) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + ".tmp");
        Files.writeString(draft, html(StepColumns.read(log)), StandardCharsets.UTF_8);
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private String html(StepColumns log) throws IOException {
        StringBuilder html =
                new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n");
        html.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>");
        html.append(Html.text(title))
                .append("</title>\n<style>\n")
                .append(style())
                .append("</style>\n</head>\n<body>\n");
        html.append("<header>\n<h1>").append(Html.text(title)).append("</h1>\n").append(factList(log));
        html.append("</header>\n<main>\n");
        effect.ifPresent(known -> html.append(before(known)));
        if (!log.isEmpty()) {
            html.append("<section>\n<h2>Training</h2>\n").append(new Curves(log).html());
            html.append("</section>\n");
        }
        effect.ifPresent(known -> html.append(pictures(known.samples())));
        return html.append(optionTable()).append("</main>\n</body>\n</html>\n").toString();
    }

    private static String style() throws IOException {
        try (InputStream in = RunReport.class.getResourceAsStream(STYLE)) {
            if (in == null) {
                throw new IOException("resource " + STYLE + " is missing: the jar is damaged");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private String factList(StepColumns log) {
        Map<String, String> all = new LinkedHashMap<>(facts);
        if (!log.isEmpty()) {
            double[] steps = log.column("step");
            all.put("Steps", String.format(Locale.ROOT, "%.0f", steps[steps.length - 1]));
            all.put(
                    "Time of all steps",
                    time(Arrays.stream(log.column("step_ms")).sum() / SECOND_MS));
        }
        StringBuilder html = new StringBuilder("<dl class=\"facts\">\n");
        all.forEach((name, value) -> html.append("<div><dt>")
                .append(Html.text(name))
                .append("</dt><dd>")
                .append(Html.text(value))
                .append("</dd></div>\n"));
        return html.append("</dl>\n").toString();
    }

    private static String time(double seconds) {
        if (seconds < MINUTE_S) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        long whole = Math.round(seconds);
        return whole < MINUTE_S * MINUTE_S
                ? String.format(Locale.ROOT, "%d min %d s", whole / 60, whole % 60)
                : String.format(Locale.ROOT, "%d h %d min", whole / 3600, whole % 3600 / 60);
    }

    private static String before(Effect effect) {
        EffectTables tables = new EffectTables(effect);
        return "<section>\n<h2>Before and after</h2>\n<p>On " + Html.text(effect.data())
                + ", which training has not seen; shares in percent.</p>\n" + tables.headline() + tables.tags()
                + tables.masks() + "</section>\n";
    }

    private static String pictures(SamplesAfter samples) {
        StringBuilder html = new StringBuilder("<section>\n<h2>What the model sees</h2>\n").append(legend());
        html.append(cards("The first samples, as they come", samples.first()));
        html.append(cards("Largest gains among " + samples.compared(), samples.gained()));
        html.append(cards("Largest losses among " + samples.compared(), samples.lost()));
        html.append("</section>\n");
        FeatureColours features = new FeatureColours(samples.first());
        if (!features.isEmpty()) {
            html.append("<section>\n<h2>Dense features</h2>\n<p>The embeddings of all patches as colours: their three"
                    + " first principal components, fitted to all pictures below, before and after, together. Like"
                    + " colours mean like features.</p>\n");
            html.append(features.html()).append("</section>\n");
        }
        return html.toString();
    }

    private static String legend() {
        return WordFate.legend() + "<p class=\"legend\">Maps: similarity 0 <span class=\"scale\" role=\"img\""
                + " aria-label=\"colour scale from black to pale yellow\"></span> 1 · <span class=\"outline\"></span>"
                + " outline of the truth. Gain and loss: change of CaptionIoU and of tag F1, added up.</p>\n";
    }

    private static String cards(String heading, List<ChangedSample> samples) {
        StringBuilder html = new StringBuilder();
        if (!samples.isEmpty()) {
            html.append("<h3>").append(heading).append("</h3>\n");
            samples.forEach(sample -> html.append(new SampleCard(sample).html()));
        }
        return html.toString();
    }

    private String optionTable() {
        StringBuilder html =
                new StringBuilder("<section>\n<details><summary>All options</summary>\n<table class=\"options\">\n");
        options.forEach((name, value) -> html.append("<tr><th scope=\"row\">")
                .append(Html.text(name))
                .append("</th><td>")
                .append(Html.text(value))
                .append("</td></tr>\n"));
        return html.append("</table></details>\n</section>\n").toString();
    }
}
