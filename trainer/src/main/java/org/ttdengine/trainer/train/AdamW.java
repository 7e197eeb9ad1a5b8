package org.ttdengine.trainer.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.autograd.Parameter;
import org.ttdengine.engine.backend.AdamWSlot;
import org.ttdengine.engine.backend.AdamWStep;
import org.ttdengine.engine.backend.Backend;
import org.ttdengine.engine.backend.GradientNorm;
import org.ttdengine.engine.io.SafetensorsWriter;
import org.ttdengine.engine.io.TensorFile;
import org.ttdengine.engine.io.TensorFiles;

/** AdamW (Loshchilov and Hutter 2019) over a model's trainable parameters, with torch's defaults. */
public final class AdamW implements AutoCloseable {
    /** The file of {@link #write}. */
    public static final String FILE = "optimizer.safetensors";

    private static final double BETA1 = 0.9;
    /** Decay of the second moment unless another is given. */
    public static final double BETA2 = 0.999;

    private static final double EPSILON = 1e-8;

    private final Scope scope;
    private final List<Parameter> parameters = new ArrayList<>();
    private final List<Tensor> gradients = new ArrayList<>();
    private final List<AdamWSlot> slots = new ArrayList<>();
    private final List<Decayed> groups = new ArrayList<>();
    private final double beta2;

    /**
     * Parameters that are decayed alike.
     *
     * @param weightDecay decoupled decay, times the learning rate
     */
    public record Group(List<Parameter> parameters, double weightDecay) {
        public Group {
            parameters = List.copyOf(parameters);
        }
    }

    private record Decayed(List<AdamWSlot> slots, double weightDecay) {}

    /** An optimiser with one decay for all parameters, whose moments are zero. */
    public AdamW(Scope scope, List<Parameter> parameters, double weightDecay) {
        this(scope, BETA2, List.of(new Group(parameters, weightDecay)));
    }

    /**
     * An optimiser whose moments are zero.
     *
     * @param beta2 decay of the second moment
     * @param groups every parameter in one of them
     */
    public AdamW(Scope scope, double beta2, List<Group> groups) {
        this.scope = scope;
        this.beta2 = beta2;
        for (Group group : groups) {
            List<AdamWSlot> members =
                    group.parameters().stream().map(p -> slot(scope, p)).toList();
            this.groups.add(new Decayed(members, group.weightDecay()));
            slots.addAll(members);
            parameters.addAll(group.parameters());
            group.parameters().forEach(p -> gradients.add(p.gradient()));
        }
    }

    private static AdamWSlot slot(Scope scope, Parameter p) {
        Tensor first = scope.zeros(p.name() + ".first", p.value().shape());
        Tensor second = scope.zeros(p.name() + ".second", p.value().shape());
        return new AdamWSlot(p.value(), p.gradient(), first, second);
    }

    /** Sets all gradients to zero. */
    public void clearGradients() {
        backend().clear(gradients);
    }

    /** The Euclidean norm of all gradients together. */
    public GradientNorm gradientNorm() {
        return backend().gradientNorm(gradients);
    }

    /**
     * Updates every parameter, unless the norm is not a finite number.
     *
     * @param step number of the update, from 1
     * @param learningRate the schedule applied
     * @param clipNorm largest norm of the gradients; 0 for no limit
     * @param norm theirs, from {@link #gradientNorm}
     */
    public void step(long step, double learningRate, double clipNorm, GradientNorm norm) {
        for (Decayed group : groups) {
            AdamWStep settings = new AdamWStep(step, learningRate, BETA1, beta2, EPSILON, group.weightDecay, clipNorm);
            backend().adamW(settings, group.slots, norm);
        }
    }

    private Backend backend() {
        return scope.device().backend();
    }

    /** Writes parameters and moments to a folder, exactly. */
    public void write(Path folder) throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter();
        for (int i = 0; i < slots.size(); i++) {
            String name = parameters.get(i).name();
            write(writer, name, slots.get(i).parameter());
            write(writer, name + ".first", slots.get(i).firstMoment());
            write(writer, name + ".second", slots.get(i).secondMoment());
        }
        writer.write(folder.resolve(FILE));
    }

    private static void write(SafetensorsWriter writer, String name, Tensor tensor) {
        writer.floats(name, tensor.shape(), tensor.toFloats());
    }

    /** Restores parameters and moments from a folder. */
    public void read(Path folder) throws IOException {
        Path path = folder.resolve(FILE);
        try (TensorFile file = TensorFiles.open(path)) {
            for (int i = 0; i < slots.size(); i++) {
                String name = parameters.get(i).name();
                restore(path, file, name, slots.get(i).parameter());
                restore(path, file, name + ".first", slots.get(i).firstMoment());
                restore(path, file, name + ".second", slots.get(i).secondMoment());
            }
        }
    }

    private static void restore(Path path, TensorFile file, String name, Tensor tensor) throws IOException {
        if (!file.names().contains(name) || !file.info(name).shape().equals(tensor.shape())) {
            throw new IOException(path + ": does not hold " + name + " " + tensor.shape()
                    + "; the checkpoint belongs to a run of another model or with other adapters");
        }
        tensor.set(file.readFloats(name));
    }

    @Override
    public void close() {
        scope.close();
    }
}
