package org.ttdengine.trainer.run;

import java.util.LinkedHashMap;
import java.util.Map;

/** Reports as TTD's training makes them. */
final class Reports {
    private Reports() {}

    static StepReport ttd(
            long step,
            long epoch,
            double loss,
            double distill,
            double tag,
            double gradNorm,
            double lr,
            long tags,
            long selected,
            double imagesPerSecond,
            double stepMs,
            double dataWaitMs) {
        Map<String, Double> terms = new LinkedHashMap<>();
        terms.put("loss_distill", distill);
        terms.put("loss_tag", tag);
        Map<String, Number> measures = new LinkedHashMap<>();
        measures.put("tags", tags);
        measures.put("tags_selected", selected);
        return new StepReport(step, epoch, loss, terms, gradNorm, lr, measures, imagesPerSecond, stepMs, dataWaitMs);
    }
}
