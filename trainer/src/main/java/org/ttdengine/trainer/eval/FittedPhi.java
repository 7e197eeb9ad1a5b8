package org.ttdengine.trainer.eval;

import java.io.IOException;
import java.util.List;
import org.ttdengine.engine.backend.Phi;
import org.ttdengine.trainer.ttd.PhiCalibration;
import org.ttdengine.vit.Clip;

/** The phi of {@link PhiCalibration} for a model on the first samples of a data set; their labels are not looked at. */
public final class FittedPhi {
    private static final int SAMPLES = 256;

    private FittedPhi() {}

    /**
     * Looks at up to 256 samples.
     *
     * @param options how samples are shown to the model; their phi does not matter
     * @throws IOException if no sample can be used
     */
    public static Phi of(Clip clip, LabelledSamples samples, EvalOptions options, EvalListener listener)
            throws IOException {
        PhiCalibration calibration = new PhiCalibration();
        LabelledSamples first = SAMPLES < samples.size() ? new FirstSamples(samples, SAMPLES) : samples;
        Evaluation.run(
                clip,
                first,
                options,
                false,
                listener,
                List.of(observation -> calibration.observe(observation.grounding())));
        return calibration.phi();
    }
}
