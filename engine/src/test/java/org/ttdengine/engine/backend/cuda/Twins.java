package org.ttdengine.engine.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.util.Random;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.backend.Backend;
import org.ttdengine.engine.testing.EmulatedGpu;

/** The emulated GPU beside the double-precision reference, and tensors with the same contents on both. */
final class Twins implements AutoCloseable {
    /** Tolerated in single precision, as a share of the largest element. */
    private static final double TOLERANCE = 5e-6;
    /** Tolerated where a result is stored in bfloat16 once: a rounding is up to 2^-9 of the element. */
    private static final double ROUNDED_TOLERANCE = 0x1p-8;

    private final Device gpu = EmulatedGpu.open(DType.F32);
    private final Device reference = Device.reference(DType.F64);
    private final Scope onGpu = gpu.scope("gpu");
    private final Scope onReference = reference.scope("reference");
    private final Random random;

    Twins(long seed) {
        this.random = new Random(seed);
    }

    /**
     * Two tensors, alike until an operation gets them wrong.
     *
     * @param gpu the tensor under test
     * @param expected the same in double precision
     */
    record Twin(Tensor gpu, Tensor expected) {
        /** Fails unless both hold the same, within what the element type allows. */
        void assertAgrees(String when) {
            double tolerance = gpu.dtype() == DType.BF16 ? ROUNDED_TOLERANCE : TOLERANCE;
            double[] right = expected.toDoubles();
            double[] computed = gpu.toDoubles();
            double largest = 1e-30;
            for (double value : right) {
                largest = Math.max(largest, Math.abs(value));
            }
            for (int i = 0; i < right.length; i++) {
                assertThat(computed[i])
                        .as("%s[%d] %s", expected, i, when)
                        .isCloseTo(right[i], offset(tolerance * largest));
            }
        }
    }

    CudaContext context() {
        return ((CudaBackend) gpu.backend()).context();
    }

    Backend reference() {
        return reference.backend();
    }

    /** Gaussian numbers, representable in the element type. */
    Twin gaussian(String name, DType type, int... shape) {
        return scaled(name, 1, type, shape);
    }

    /** Gaussian numbers of a size, representable in the element type. */
    Twin scaled(String name, double scale, DType type, int... shape) {
        Tensor tensor = onGpu.empty(name, Shape.of(shape), type);
        float[] values = new float[tensor.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (scale * random.nextGaussian());
        }
        tensor.set(values);
        return new Twin(tensor, onReference.empty(name, Shape.of(shape)).set(tensor.toDoubles()));
    }

    /** Undefined contents on the GPU, NaN in the reference. */
    Twin empty(String name, DType type, int... shape) {
        Tensor expected = onReference.empty(name, Shape.of(shape));
        reference.backend().fill(expected, Double.NaN);
        return new Twin(onGpu.empty(name, Shape.of(shape), type), expected);
    }

    /** Gives the GPU the reference's contents. */
    Twin align(Twin twin) {
        twin.gpu.set(twin.expected.toDoubles());
        return twin;
    }

    @Override
    public void close() {
        onGpu.close();
        onReference.close();
        reference.close();
        gpu.close();
    }
}
