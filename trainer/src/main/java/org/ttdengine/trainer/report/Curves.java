package org.ttdengine.trainer.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The charts of a run, as far as its log has the figures. */
final class Curves {
    private static final int MOST_POINTS = 600;
    private static final String STEP = "step";
    private static final String LOSS = "loss";
    private static final Map<String, String> TERMS = Map.of(
            "loss_distill", "distillation",
            "loss_tag", "tags",
            "loss_contrast", "contrast",
            "loss_local", "local contrast");

    private final StepColumns log;

    Curves(StepColumns log) {
        this.log = log.thinnedTo(MOST_POINTS);
    }

    /** A figure per chart; the log has a line at least. */
    String html() {
        double[] steps = log.column(STEP);
        StringBuilder html = new StringBuilder("<div class=\"charts\">\n");
        html.append(new Chart("Loss", "", losses(), steps).html());
        if (log.has("tags_selected")) {
            html.append(new Chart("Tags selected", "% of candidates", List.of(shareSelected()), steps).html());
        }
        if (log.has("logit_scale")) {
            html.append(one("Scale of the logits", "", "logit_scale", steps));
        }
        html.append(one("Gradient norm", "", "grad_norm", steps));
        html.append(one("Learning rate", "", "lr", steps));
        html.append(one("Speed", "images per second", "images_per_s", steps));
        return html.append("</div>\n").toString();
    }

    private String one(String title, String unit, String field, double[] steps) {
        return new Chart(title, unit, List.of(new Chart.Series(title, log.column(field))), steps).html();
    }

    private List<Chart.Series> losses() {
        List<Chart.Series> losses = new ArrayList<>(List.of(new Chart.Series("total", log.column(LOSS))));
        for (String field : log.fields()) {
            if (field.startsWith(LOSS + "_")) {
                losses.add(new Chart.Series(TERMS.getOrDefault(field, field), log.column(field)));
            }
        }
        return losses;
    }

    private Chart.Series shareSelected() {
        double[] selected = log.column("tags_selected");
        double[] tags = log.column("tags");
        for (int i = 0; i < tags.length; i++) {
            selected[i] *= 100 / Math.max(1, tags[i]);
        }
        return new Chart.Series("selected", selected);
    }
}
