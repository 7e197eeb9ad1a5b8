package org.ttdengine.engine.autograd;

import java.util.ArrayList;
import java.util.List;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.backend.Backend;

/**
 * Records operations and walks back over them (reverse-mode differentiation).
 *
 * <p>A recorded operation owns the tensors it made, its result and what it kept for the way back; they are freed as soon
 * as its backward has run, since every later user of them has run before. Operations none of whose inputs needs a gradient
 * are not recorded at all.
 */
public final class Tape {
    private final Scope scope;
    private final boolean recording;
    private final List<Node> nodes = new ArrayList<>();
    private long seed;
    private Tensor moved;

    private record Node(Var result, List<Tensor> kept, Backward backward) {}

    /** Finds the gradients of an operation's inputs, given that of its result. */
    @FunctionalInterface
    public interface Backward {
        void run(Tensor gradient);
    }

    /** A tape whose tensors live in {@code scope}; without {@code recording} nothing can be differentiated. */
    public Tape(Scope scope, boolean recording) {
        this(scope, recording, 0);
    }

    /** A tape whose random masks are drawn from {@code seed}. */
    public Tape(Scope scope, boolean recording, long seed) {
        this.scope = scope;
        this.recording = recording;
        this.seed = seed;
    }

    public Scope scope() {
        return scope;
    }

    public Device device() {
        return scope.device();
    }

    public Backend backend() {
        return scope.device().backend();
    }

    /** Whether gradients can be found; random masks are drawn only then. */
    public boolean isRecording() {
        return recording;
    }

    /** The seed of the next random mask. */
    public long nextSeed() {
        return seed++;
    }

    /** A fresh tensor with undefined contents. */
    public Tensor empty(String name, int... shape) {
        return scope.empty(name, Shape.of(shape));
    }

    /** A fresh tensor with undefined contents, of the type of {@code model}'s elements. */
    public Tensor emptyLike(Tensor model, String name, int... shape) {
        return scope.empty(name, Shape.of(shape), model.dtype());
    }

    /** A value without gradient. */
    public Var constant(Tensor value) {
        return new Var(value, null, false, scope);
    }

    /** A value whose gradient can be read after {@link #backward}. */
    public Var variable(Tensor value) {
        return new Var(value, null, recording, scope);
    }

    /** A weight; gradients of a trainable one are added to {@link Parameter#gradient}. */
    public Var parameter(Parameter parameter) {
        return new Var(parameter.value(), parameter, recording && parameter.isTrainable(), scope);
    }

    /**
     * The result of an operation.
     *
     * @param value its result
     * @param inputs what it was computed from
     * @param pinned inputs whose values {@code backward} reads
     * @param kept further tensors that {@code backward} reads, freed with the result; may name the result itself
     * @param backward finds the gradients of the inputs
     */
    public Var record(Tensor value, List<Var> inputs, List<Var> pinned, List<Tensor> kept, Backward backward) {
        boolean wanted = recording && inputs.stream().anyMatch(Var::requiresGrad);
        Var result = new Var(value, null, wanted, scope);
        if (wanted) {
            inputs.forEach(Var::use);
            pinned.forEach(Var::pin);
            if (kept.contains(value)) {
                result.pin();
            }
            nodes.add(new Node(result, kept, backward));
        } else {
            kept.stream().filter(tensor -> tensor != value).forEach(scope::release);
        }
        return result;
    }

    /** Whether an operation on these inputs is going to be recorded, so that it has to keep what backward needs. */
    public boolean records(Var... inputs) {
        for (Var input : inputs) {
            if (input != null && recording && input.requiresGrad()) {
                return true;
            }
        }
        return false;
    }

    /** Frees a value that no further operation takes, unless a backward pass still needs it. */
    public void release(Var var) {
        if (!var.isLeaf() && !var.isPinned() && !var.value().isReleased()) {
            scope.release(var.value());
        }
    }

    /** Called inside a {@link Backward}, as its last act: the gradient it was given becomes that of {@code input}. */
    public void moveGradient(Tensor gradient, Var input) {
        if (input.takeGradient(gradient)) {
            moved = gradient;
        }
    }

    /** Finds the gradient of a scalar with respect to all variables and trainable parameters. */
    public void backward(Var loss) {
        backward(loss, scope.of("loss.grad", loss.shape(), 1));
    }

    /** Finds the gradients, given that of {@code result}; the tape takes {@code gradient} over and frees it. */
    public void backward(Var result, Tensor gradient) {
        if (!result.takeGradient(gradient)) {
            throw new IllegalArgumentException(
                    result.value() + " does not depend on anything that can be differentiated");
        }
        for (int i = nodes.size() - 1; i >= 0; i--) {
            runBackward(nodes.get(i));
        }
        nodes.clear();
    }

    private void runBackward(Node node) {
        Tensor gradient = node.result().gradient();
        moved = null;
        if (gradient != null) {
            node.backward().run(gradient);
            node.result().forgetGradient();
            if (moved != gradient) {
                scope.release(gradient);
            }
        }
        node.kept().stream().filter(tensor -> !tensor.isReleased()).forEach(scope::release);
        if (!node.result().value().isReleased()) {
            scope.release(node.result().value());
        }
    }
}
