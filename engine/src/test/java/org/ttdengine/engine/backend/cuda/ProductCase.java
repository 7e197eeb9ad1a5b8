package org.ttdengine.engine.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.backend.Activation;
import org.ttdengine.engine.backend.Backend;
import org.ttdengine.engine.backend.MatMul;
import org.ttdengine.engine.backend.MatrixView;
import org.ttdengine.engine.io.HalfPrecision;

/**
 * A matrix product with random operands, each a part of a larger tensor, to be computed on two devices.
 *
 * @param m rows of C
 * @param n columns of C
 * @param k length of the sums
 * @param transposeA whether A lies transposed
 * @param transposeB whether B lies transposed
 * @param a type of A
 * @param b type of B
 * @param c type of C, the pre-activation and the residual
 * @param end what is fused
 * @param aligned whether all rows start at multiples of 16 bytes
 */
record ProductCase(
        int m,
        int n,
        int k,
        boolean transposeA,
        boolean transposeB,
        DType a,
        DType b,
        DType c,
        End end,
        boolean aligned) {
    /** What is fused into a product. */
    record End(
            double alpha,
            boolean accumulate,
            boolean bias,
            Activation activation,
            boolean preActivation,
            boolean residual,
            boolean gate) {
        static final End PLAIN = new End(1, false, false, Activation.NONE, false, false);

        End(
                double alpha,
                boolean accumulate,
                boolean bias,
                Activation activation,
                boolean preActivation,
                boolean residual) {
            this(alpha, accumulate, bias, activation, preActivation, residual, false);
        }

        /** A product times the derivative of an activation. */
        static End gated(double alpha, Activation activation) {
            return new End(alpha, false, false, activation, false, false, true);
        }

        static End random(SplittableRandom random) {
            if (random.nextInt(6) == 0) {
                return gated(random.nextDouble(-2, 2), Activation.values()[1 + random.nextInt(2)]);
            }
            if (random.nextInt(3) == 0) {
                return new End(random.nextDouble(-2, 2), true, false, Activation.NONE, false, false);
            }
            return new End(
                    random.nextDouble(-2, 2),
                    false,
                    random.nextBoolean(),
                    Activation.values()[random.nextInt(3)],
                    random.nextBoolean(),
                    random.nextBoolean());
        }
    }

    static ProductCase of(int m, int n, int k, boolean transposeA, boolean transposeB, DType operands, DType c) {
        return new ProductCase(m, n, k, transposeA, transposeB, operands, operands, c, End.PLAIN, true);
    }

    ProductCase with(End newEnd) {
        return new ProductCase(m, n, k, transposeA, transposeB, a, b, c, newEnd, aligned);
    }

    ProductCase unaligned() {
        return new ProductCase(m, n, k, transposeA, transposeB, a, b, c, end, false);
    }

    /** Random types, sizes up to {@code largest}, layouts, ends and alignment. */
    static ProductCase random(SplittableRandom random, int largest) {
        DType[] types = {DType.F32, DType.BF16};
        return new ProductCase(
                1 + random.nextInt(largest),
                1 + random.nextInt(largest),
                1 + random.nextInt(largest),
                random.nextBoolean(),
                random.nextBoolean(),
                types[random.nextInt(2)],
                types[random.nextInt(2)],
                types[random.nextInt(2)],
                End.random(random),
                random.nextBoolean());
    }

    /** The type the operands are multiplied in. */
    private DType multiplied() {
        return a == DType.F32 && b == DType.F32 && c == DType.F32 ? DType.F32 : DType.BF16;
    }

    /**
     * Computes the product on both devices and compares every element, also those around C, which must not change.
     *
     * @param operandError relative error by which the device may round each operand
     */
    void check(Device device, Device oracle, BiConsumer<Backend, MatMul> product, long seed, double operandError) {
        Outcome actual = run(device, product, seed, false);
        Outcome expected = run(oracle, Backend::matmul, seed, false);
        Outcome magnitude = run(oracle, Backend::matmul, seed, true);
        compare("C", actual.c, expected.c, magnitude.c, operandError);
        compare("pre-activation", actual.pre, expected.pre, magnitude.pre, operandError);
    }

    /** Elements of the tensors that a product wrote. */
    private record Outcome(double[] c, double[] pre) {}

    /**
     * Errors: each of the fp32 roundings of the sum, then that of storing. The magnitude is the same product of absolute
     * values.
     */
    private void compare(String what, double[] actual, double[] expected, double[] magnitude, double operandError) {
        double perUnit = (k + 16) * 0x1p-24 + 2.1 * operandError;
        double stored = c == DType.BF16 ? 0x1p-8 : 0x1p-22;
        for (int i = 0; i < expected.length; i++) {
            double bound = perUnit * 1.2 * Math.abs(magnitude[i]) + stored * Math.abs(expected[i]) + 1e-30;
            if (!(Math.abs(actual[i] - expected[i]) <= bound)) {
                assertThat(actual[i])
                        .as("%s of %s, element %d, may be off by %s", what, this, i, bound)
                        .isEqualTo(expected[i]);
            }
        }
    }

    private Outcome run(Device on, BiConsumer<Backend, MatMul> product, long seed, boolean absolute) {
        SplittableRandom random = new SplittableRandom(seed);
        boolean reference = on.dtype() == DType.F64;
        try (Scope scope = on.scope("product")) {
            Factory factory = new Factory(scope, random, reference, absolute);
            MatrixView left = factory.matrix(transposeA ? k : m, transposeA ? m : k, a, multiplied());
            MatrixView right = factory.matrix(transposeB ? n : k, transposeB ? k : n, b, multiplied());
            MatrixView target = factory.matrix(m, n, c, c);
            MatrixView pre = factory.matrix(m, n, c, c);
            MatrixView residual = factory.matrix(m, n, c, c);
            MatrixView bias = factory.matrix(1, n, DType.F32, DType.F32);
            MatMul fused = MatMul.of(left, transposeA, right, transposeB, target)
                    .scaled(absolute ? Math.abs(end.alpha) : end.alpha)
                    .accumulating(end.accumulate)
                    .then(
                            end.bias ? bias.tensor() : null,
                            end.bias ? bias.offset() : 0,
                            absolute ? Activation.NONE : end.activation,
                            end.preActivation ? pre : null,
                            end.residual ? residual : null);
            product.accept(on.backend(), end.gate && !absolute ? fused.gated(end.activation, pre) : fused);
            return new Outcome(target.tensor().toDoubles(), pre.tensor().toDoubles());
        }
    }

    /** Makes the tensors of a case: the same numbers on every device, rounded to the type of the device under test. */
    private final class Factory {
        private final Scope scope;
        private final SplittableRandom random;
        private final boolean reference;
        private final boolean absolute;

        Factory(Scope scope, SplittableRandom random, boolean reference, boolean absolute) {
            this.scope = scope;
            this.random = random;
            this.reference = reference;
            this.absolute = absolute;
        }

        /** A matrix with a row above, a row below and columns on both sides; the reference rounds to {@code rounded}. */
        MatrixView matrix(int rows, int columns, DType type, DType rounded) {
            int before = aligned ? 8 : random.nextInt(5);
            int stride = aligned ? (before + columns + 7) / 8 * 8 : before + columns + random.nextInt(4);
            double[] values = random.doubles((rows + 2L) * stride, -1, 1)
                    .map(x -> absolute ? Math.abs(x) : x)
                    .map(x -> type == DType.BF16 || (reference && rounded == DType.BF16) ? toBfloat16(x) : (float) x)
                    .toArray();
            Tensor tensor = scope.empty("operand", Shape.of(rows + 2, stride), reference ? DType.F64 : type)
                    .set(values);
            return new MatrixView(tensor, stride + before, rows, columns, stride);
        }
    }

    private static double toBfloat16(double x) {
        return HalfPrecision.bfloat16ToFloat(HalfPrecision.floatToBfloat16((float) x));
    }

    /** The bits of C. */
    double[] result(Device device, BiConsumer<Backend, MatMul> product, long seed) {
        double[] c = run(device, product, seed, false).c;
        return Arrays.copyOf(c, c.length);
    }
}
