package org.ttdengine.trainer.ttd;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.ttdengine.engine.backend.Phi;
import org.ttdengine.vit.Clip;

/**
 * A phi for a model whose cosines lie elsewhere than CLIP's, found without labels: {@code sigmoid(w (cos - c0))} with c0 the
 * third quartile of the largest cosine of every caption word, and {@code w = 4 / (q99 - q50)} of all pixel-word cosines.
 */
public final class PhiCalibration {
    private final List<Double> peaks = new ArrayList<>();
    private final List<Double> cosines = new ArrayList<>();

    /**
     * Looks at some pairs; their pictures must have one size.
     *
     * @throws IOException if a similarity is not a finite number
     */
    public void observe(Clip clip, List<TextBatch.Entry> entries) throws IOException {
        Grounding.of(clip, entries, clip::tokens, TtdOptions.paper()).forEach(this::observe);
    }

    /** Looks at what a model sees in a pair. */
    public void observe(Grounding grounding) {
        for (int t = 0; t < grounding.tags().size(); t++) {
            peaks.add(grounding.cosine(t, grounding.bestCell(t)));
            for (int cell = 0; cell < grounding.grid().cells(); cell++) {
                if (grounding.grid().isValid(cell)) {
                    cosines.add(grounding.cosine(t, cell));
                }
            }
        }
    }

    /**
     * The phi of what was observed.
     *
     * @throws IllegalArgumentException if all cosines are equal
     */
    public Phi phi() {
        double spread = quantile(cosines, 0.99) - quantile(cosines, 0.5);
        if (!(spread > 0)) {
            throw new IllegalArgumentException(
                    "--phi auto: the model gives every word and pixel the same cosine; give w,b");
        }
        double w = 4 / spread;
        return Phi.sigmoid(w, -w * quantile(peaks, 0.75));
    }

    /** The smallest value that is at least as large as a share {@code q} of all; NaN for no values. */
    static double quantile(List<Double> values, double q) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.max(0, Math.ceil(q * sorted.length) - 1)];
    }

    /** Phi as the command line takes it. */
    public static String format(Phi phi) {
        return String.format(Locale.ROOT, "%.4g,%.4g", phi.w(), phi.b());
    }
}
