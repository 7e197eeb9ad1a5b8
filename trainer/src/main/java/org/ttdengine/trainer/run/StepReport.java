package org.ttdengine.trainer.run;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one optimiser step did. All but the last three values are the same, to the last digit, in every run of the same
 * configuration.
 *
 * @param step steps done with this one, so the first is 1
 * @param epoch epochs begun before this step, from 0
 * @param loss total loss
 * @param terms what the loss is made of, by name, in order
 * @param gradNorm Euclidean norm of all gradients, before clipping
 * @param lr learning rate used
 * @param measures further figures of the step, by name, in order
 * @param imagesPerSecond batch size over the time of the step
 * @param stepMs milliseconds of the step, waiting for data included
 * @param dataWaitMs milliseconds the step waited for data
 */
public record StepReport(
        long step,
        long epoch,
        double loss,
        Map<String, Double> terms,
        double gradNorm,
        double lr,
        Map<String, Number> measures,
        double imagesPerSecond,
        double stepMs,
        double dataWaitMs) {
    public StepReport {
        terms = Collections.unmodifiableMap(new LinkedHashMap<>(terms));
        measures = Collections.unmodifiableMap(new LinkedHashMap<>(measures));
    }

    /** The values by their names in {@code log.jsonl}, in its order. */
    public Map<String, Number> fields() {
        Map<String, Number> fields = new LinkedHashMap<>();
        fields.put("step", step);
        fields.put("epoch", epoch);
        fields.put("loss", loss);
        fields.putAll(terms);
        fields.put("grad_norm", gradNorm);
        fields.put("lr", lr);
        fields.putAll(measures);
        fields.put("images_per_s", imagesPerSecond);
        fields.put("step_ms", stepMs);
        fields.put("data_wait_ms", dataWaitMs);
        return fields;
    }
}
