package org.ttdengine.vit;

import java.util.ArrayList;
import java.util.List;
import org.ttdengine.engine.autograd.Parameter;
import org.ttdengine.engine.autograd.Tape;
import org.ttdengine.engine.autograd.Var;
import org.ttdengine.engine.backend.Activation;
import org.ttdengine.engine.ops.Linear;

/**
 * A linear layer of a tower, with the low-rank adapters attached to it.
 *
 * <p>Adapters know the layer by its modules: a fused query-key-value weight is three modules to the outside world.
 */
public final class LinearLayer {
    private final Parameter weight;
    private final Parameter bias;
    private final List<Adapter> adapters = new ArrayList<>();

    /**
     * A low-rank adapter on some rows of the weight: {@code W[firstRow...] += scale B A}.
     *
     * @param a {@code [rank, in]}
     * @param b {@code [rows, rank]}
     * @param scale alpha/rank
     * @param firstRow first row of the weight it acts on
     * @param dropout probability that an element of its input is dropped while training
     */
    public record Adapter(Parameter a, Parameter b, double scale, int firstRow, double dropout) {}

    /** A layer {@code y = x W' + b}; weight {@code [out, in]}, bias {@code [out]} or null. */
    LinearLayer(Parameter weight, Parameter bias) {
        this.weight = weight;
        this.bias = bias;
    }

    public Parameter weight() {
        return weight;
    }

    public void attach(Adapter adapter) {
        adapters.add(adapter);
    }

    public void detach(Adapter adapter) {
        adapters.remove(adapter);
    }

    /** {@code act(x W' + b)} with all adapters. */
    Var apply(Tape tape, Var x, Activation activation) {
        return apply(tape, x, 0, rows(), activation, null);
    }

    /** {@code x W' + b + residual} with all adapters. */
    Var apply(Tape tape, Var x, Var residual) {
        return apply(tape, x, 0, rows(), Activation.NONE, residual);
    }

    /** The part of the output that {@code count} rows of the weight make, from {@code firstRow} on. */
    Var applyRows(Tape tape, Var x, int firstRow, int count) {
        return apply(tape, x, firstRow, count, Activation.NONE, null);
    }

    int rows() {
        return weight.value().shape().size(0);
    }

    private Var apply(Tape tape, Var x, int firstRow, int count, Activation activation, Var residual) {
        List<Linear.LowRank> terms = new ArrayList<>();
        for (Adapter adapter : adapters) {
            int from = adapter.firstRow() - firstRow;
            int rows = adapter.b().value().shape().size(0);
            if (from >= 0 && from + rows <= count) {
                double dropout = tape.isRecording() ? adapter.dropout() : 0;
                terms.add(new Linear.LowRank(
                        tape.parameter(adapter.a()),
                        tape.parameter(adapter.b()),
                        adapter.scale(),
                        from,
                        dropout,
                        dropout > 0 ? tape.nextSeed() : 0));
            }
        }
        Var biasPart = bias == null ? null : tape.parameter(bias);
        return Linear.apply(tape, x, tape.parameter(weight), firstRow, count, biasPart, activation, residual, terms);
    }
}
