package org.ttdengine.trainer.train;

import java.util.ArrayList;
import java.util.List;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.Tensor;
import org.ttdengine.trainer.ttd.TextBatch;
import org.ttdengine.trainer.ttd.TtdForward;
import org.ttdengine.trainer.ttd.TtdOptions;

/**
 * Losses and selections of an update, still on the device. Reading them is left to the end of the step, so that nothing in
 * it waits for the device; closing frees them.
 */
public final class PendingOutcome implements AutoCloseable {
    private final Scope scope;
    private final TtdOptions options;
    private final int samples;
    private final List<Tensor> losses = new ArrayList<>();
    private final List<Tensor> selections = new ArrayList<>();
    private long tags;

    PendingOutcome(Scope scope, TtdOptions options, int samples) {
        this.scope = scope;
        this.options = options;
        this.samples = samples;
    }

    /** Keeps the results of one micro-batch beyond its scope. */
    void add(TextBatch texts, TtdForward forward, Scope owner) {
        owner.moveTo(scope, forward.loss().parts());
        owner.moveTo(scope, forward.selected());
        losses.add(forward.loss().parts());
        selections.add(forward.selected());
        tags += texts.plan().maps() - texts.plan().samples();
    }

    /** What the samples came to; waits for the device. */
    public TrainStep.Outcome read() {
        double distill = 0;
        double tag = 0;
        for (Tensor tensor : losses) {
            float[] parts = tensor.toFloats();
            for (int i = 0; i < parts.length; i += 2) {
                distill += parts[i];
                tag += parts[i + 1];
            }
        }
        long selected = 0;
        for (Tensor tensor : selections) {
            for (float flag : tensor.toFloats()) {
                selected += flag > 0.5f ? 1 : 0;
            }
        }
        double meanDistill = distill / samples;
        double meanTag = tag / samples;
        double loss = options.distillWeight() * meanDistill + options.tagWeight() * meanTag;
        return new TrainStep.Outcome(loss, meanDistill, meanTag, tags, selected);
    }

    @Override
    public void close() {
        scope.close();
    }
}
