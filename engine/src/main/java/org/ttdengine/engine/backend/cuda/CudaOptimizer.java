package org.ttdengine.engine.backend.cuda;

import java.util.List;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.backend.AdamWSlot;
import org.ttdengine.engine.backend.AdamWStep;
import org.ttdengine.engine.backend.GradientNorm;
import org.ttdengine.kernels.OptimizerKernels;

/**
 * The optimiser on a GPU, all tensors in one launch; see optimizer.cu. Tensors are F32. The tables of their addresses are
 * uploaded when they are first met and whenever they change.
 */
final class CudaOptimizer implements AutoCloseable {
    private final CudaContext context;
    private TensorTable cleared;
    private TensorTable gradients;
    private TensorTable slots;
    private Norm norm;

    /** The norm where {@code gradient_norm_finish} leaves it. */
    private record Norm(CudaContext context, long address) implements GradientNorm {
        @Override
        public double value() {
            float[] norm = new float[1];
            context.transfers().read(address, DType.F32, norm);
            return norm[0];
        }
    }

    CudaOptimizer(CudaContext context) {
        this.context = context;
    }

    /** See {@code Backend.clear}. */
    void clear(List<Tensor> tensors) {
        cleared = table(cleared, tensors.stream().map(List::of).toList());
        if (cleared.chunks() > 0) {
            context.kernel(OptimizerKernels.CLEAR)
                    .launch(blocks(cleared.chunks()), cleared.tensors(), cleared.sizes(), cleared.chunkList());
        }
    }

    /** See {@code Backend.gradientNorm}. */
    GradientNorm gradientNorm(List<Tensor> tensors) {
        gradients = table(gradients, tensors.stream().map(List::of).toList());
        if (norm == null) {
            norm = new Norm(context, context.memory().allocate(Float.BYTES));
        }
        int chunks = gradients.chunks();
        try (ScratchMemory.Block sums = context.scratch((long) Double.BYTES * chunks)) {
            if (chunks > 0) {
                context.kernel(OptimizerKernels.NORM_CHUNKS)
                        .launch(blocks(chunks), gradients.tensors(), gradients.sizes(), gradients.chunkList(), sums);
            }
            context.kernel(OptimizerKernels.NORM_FINISH).launch(blocks(1), sums, chunks, norm.address());
        }
        return norm;
    }

    /**
     * See {@code Backend.adamW}.
     *
     * @throws IllegalArgumentException if the norm is not one of this device
     */
    void adamW(AdamWStep step, List<AdamWSlot> updates, GradientNorm ofGradients) {
        if (!(ofGradients instanceof Norm known) || known.context() != context) {
            throw new IllegalArgumentException("the gradient norm was not found by this device");
        }
        slots = table(
                slots,
                updates.stream()
                        .map(slot ->
                                List.of(slot.parameter(), slot.gradient(), slot.firstMoment(), slot.secondMoment()))
                        .toList());
        if (slots.chunks() > 0) {
            Factors factors = Factors.of(step);
            context.kernel(OptimizerKernels.ADAMW)
                    .launch(
                            blocks(slots.chunks()),
                            slots.tensors(),
                            slots.sizes(),
                            slots.chunkList(),
                            known.address(),
                            (float) step.beta1(),
                            (float) (1 - step.beta1()),
                            (float) step.beta2(),
                            (float) (1 - step.beta2()),
                            factors.stepSize(),
                            factors.inverseCorrection(),
                            (float) step.epsilon(),
                            (float) (step.learningRate() * step.weightDecay()),
                            (float) step.clipNorm(),
                            (float) AdamWStep.CLIP_EPSILON);
        }
    }

    /** What depends on the number of the step: {@code rate / (1 - beta1^t)} and {@code 1 / sqrt(1 - beta2^t)}. */
    record Factors(float stepSize, float inverseCorrection) {
        static Factors of(AdamWStep step) {
            double correction1 = 1 - Math.pow(step.beta1(), step.step());
            double correction2 = Math.sqrt(1 - Math.pow(step.beta2(), step.step()));
            return new Factors((float) (step.learningRate() / correction1), (float) (1 / correction2));
        }
    }

    private TensorTable table(TensorTable last, List<List<Tensor>> tensors) {
        if (last != null && last.describes(tensors)) {
            return last;
        }
        TensorTable table = new TensorTable(context, tensors);
        if (last != null) {
            last.close();
        }
        return table;
    }

    private static LaunchShape blocks(int count) {
        return LaunchShape.of(count).threads(OptimizerKernels.THREADS);
    }

    @Override
    public void close() {
        for (TensorTable table : new TensorTable[] {cleared, gradients, slots}) {
            if (table != null) {
                table.close();
            }
        }
        if (norm != null) {
            context.memory().free(norm.address());
        }
    }
}
