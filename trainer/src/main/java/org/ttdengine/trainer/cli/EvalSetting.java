package org.ttdengine.trainer.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.ttdengine.engine.backend.Phi;
import org.ttdengine.trainer.eval.EvalOptions;
import org.ttdengine.trainer.eval.Evaluation;
import org.ttdengine.trainer.eval.LabelledSamples;
import org.ttdengine.trainer.eval.Split;
import org.ttdengine.trainer.ttd.PhiCalibration;

/** What was evaluated on what, as reports name it. */
record EvalSetting(String model, LabelledSamples samples, Split split, EvalOptions options) {
    String phi() {
        return phi(options);
    }

    /** The phi of an evaluation, as the command line takes it. */
    static String phi(EvalOptions options) {
        Phi phi = options.method().phi();
        return phi.sigmoid() ? PhiCalibration.format(phi) : "cosine";
    }

    /** One line for the head of a table. */
    String line(Evaluation done) {
        return String.format(
                Locale.ROOT,
                "%s on %s, split %s; image size %d, phi %s; %d samples, %d skipped",
                model,
                samples.describe(),
                split,
                options.imageSize(),
                phi(),
                done.evaluated(),
                done.skipped());
    }

    /** The same as fields of an object. */
    void write(ObjectNode root, Evaluation done) {
        root.put("model", model);
        root.put("data", samples.describe());
        root.put("split", split.toString());
        root.put("image_size", options.imageSize());
        root.put("phi", phi());
        root.put("samples", done.evaluated());
        root.put("skipped", done.skipped());
    }
}
