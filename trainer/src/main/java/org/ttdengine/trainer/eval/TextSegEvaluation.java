package org.ttdengine.trainer.eval;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.ttdengine.trainer.ttd.Grounding;
import org.ttdengine.vit.image.Interpolation;

/**
 * How well the map of a caption covers what the caption says (Tables 3 and 5): CaptionIoU, mFPR and mFNR over a sweep of
 * thresholds. Maps are stretched bilinearly to the size of the masks. Captions without a true word have no mask and do
 * not count.
 */
public final class TextSegEvaluation implements SampleVisitor {
    private static final int STEPS = 100;

    private final Map<MapKind, ThresholdSweep> sweeps = new EnumMap<>(MapKind.class);
    private final MaskTally everything = new MaskTally();
    private long captions;
    private long withoutTruth;

    /**
     * What came out.
     *
     * @param sweeps masks of every map at every threshold
     * @param everything every pixel marked
     * @param captions captions counted
     * @param withoutTruth captions left out because no word of theirs is true
     */
    public record Result(Map<MapKind, SweepResult> sweeps, MaskReadings everything, long captions, long withoutTruth) {
        public Result {
            sweeps = Collections.unmodifiableMap(new EnumMap<>(sweeps));
        }
    }

    /**
     * A sweep over -0.99, -0.98 .. 0.99, which covers similarities and cosines, and some thresholds more.
     *
     * @param more thresholds that figures are wanted for
     */
    public TextSegEvaluation(double... more) {
        DoubleStream steps = IntStream.range(1 - STEPS, STEPS).mapToDouble(i -> (double) i / STEPS);
        double[] thresholds = DoubleStream.concat(steps, DoubleStream.of(more)).toArray();
        for (MapKind kind : MapKind.values()) {
            sweeps.put(kind, new ThresholdSweep(thresholds));
        }
    }

    /** Adds a sample whose mask was asked for. */
    @Override
    public void visit(Observation observation) {
        Mask truth = observation
                .truth()
                .orElseThrow(() -> new IllegalArgumentException("text-level masks were not asked for"));
        if (!observation.words().anyTrue()) {
            withoutTruth++;
            return;
        }
        captions++;
        Grounding.Grid grid = observation.grounding().grid();
        sweeps.forEach((kind, sweep) -> {
            float[] map = kind.of(observation);
            sweep.add(
                    Interpolation.bilinear(map, 1, grid.rows(), grid.columns(), truth.height(), truth.width(), false),
                    truth);
        });
        long pixels = truth.pixels().length;
        everything.add(new MaskCounts(truth.area(), pixels, truth.area(), pixels));
    }

    /** The figures so far. */
    public Result result() {
        Map<MapKind, SweepResult> results = new EnumMap<>(MapKind.class);
        sweeps.forEach((kind, sweep) -> results.put(kind, sweep.result()));
        return new Result(results, everything.readings(), captions, withoutTruth);
    }
}
