package org.ttdengine.trainer.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.autograd.Parameter;
import org.ttdengine.engine.backend.AdamWStep;
import org.ttdengine.engine.backend.Backend;
import org.ttdengine.engine.io.SafetensorsWriter;
import org.ttdengine.engine.io.TensorFile;
import org.ttdengine.engine.io.TensorFiles;

/** AdamW (Loshchilov and Hutter 2019) over a model's trainable parameters, with torch's defaults. */
public final class AdamW implements AutoCloseable {
    /** The file of {@link #write}. */
    public static final String FILE = "optimizer.safetensors";

    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;

    private final Scope scope;
    private final List<Slot> slots = new ArrayList<>();
    private final double weightDecay;

    private record Slot(Parameter parameter, Tensor first, Tensor second) {}

    /** An optimiser whose moments are zero. */
    public AdamW(Scope scope, List<Parameter> parameters, double weightDecay) {
        this.scope = scope;
        this.weightDecay = weightDecay;
        for (Parameter p : parameters) {
            Tensor first = scope.zeros(p.name() + ".first", p.value().shape());
            slots.add(new Slot(
                    p, first, scope.zeros(p.name() + ".second", p.value().shape())));
        }
    }

    /** Sets all gradients to zero. */
    public void clearGradients() {
        slots.forEach(slot -> backend().fill(slot.parameter.gradient(), 0));
    }

    /** The Euclidean norm of all gradients together. */
    public double gradientNorm() {
        double sum = 0;
        for (Slot slot : slots) {
            sum += backend().sumOfSquares(slot.parameter.gradient());
        }
        return Math.sqrt(sum);
    }

    /**
     * Updates every parameter.
     *
     * @param step number of the update, from 1
     * @param learningRate the schedule applied
     * @param gradientScale factor of all gradients
     */
    public void step(long step, double learningRate, double gradientScale) {
        AdamWStep settings = new AdamWStep(step, learningRate, BETA1, BETA2, EPSILON, weightDecay, gradientScale);
        slots.forEach(slot ->
                backend().adamW(settings, slot.parameter.value(), slot.parameter.gradient(), slot.first, slot.second));
    }

    private Backend backend() {
        return scope.device().backend();
    }

    /** Writes parameters and moments to a folder, exactly. */
    public void write(Path folder) throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter();
        for (Slot slot : slots) {
            String name = slot.parameter.name();
            writer.floats(
                    name, slot.parameter.value().shape(), slot.parameter.value().toFloats());
            writer.floats(name + ".first", slot.first.shape(), slot.first.toFloats());
            writer.floats(name + ".second", slot.second.shape(), slot.second.toFloats());
        }
        writer.write(folder.resolve(FILE));
    }

    /** Restores parameters and moments from a folder. */
    public void read(Path folder) throws IOException {
        Path path = folder.resolve(FILE);
        try (TensorFile file = TensorFiles.open(path)) {
            for (Slot slot : slots) {
                String name = slot.parameter.name();
                restore(path, file, name, slot.parameter.value());
                restore(path, file, name + ".first", slot.first);
                restore(path, file, name + ".second", slot.second);
            }
        }
    }

    private static void restore(Path path, TensorFile file, String name, Tensor tensor) throws IOException {
        if (!file.names().contains(name) || !file.info(name).shape().equals(tensor.shape())) {
            throw new IOException(path + ": does not hold " + name + " " + tensor.shape()
                    + "; the checkpoint belongs to a run with other adapters");
        }
        tensor.set(file.readFloats(name));
    }

    @Override
    public void close() {
        scope.close();
    }
}
