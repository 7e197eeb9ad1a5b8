package org.ttdengine.engine.backend.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.backend.Activation;
import org.ttdengine.engine.backend.MatMul;
import org.ttdengine.engine.backend.MatrixView;
import org.ttdengine.kernels.GemmKernels;
import org.ttdengine.kernels.GemmKernels.Block;
import org.ttdengine.kernels.GemmKernels.Layout;
import org.ttdengine.kernels.GemmKernels.Variant;
import org.ttdengine.kernels.KernelSpec;

/**
 * Launches the matrix products. F32 operands with an F32 result are multiplied in fp32, or on request in tf32; all else in
 * bf16 with fp32 sums, for which F32 operands are rounded first.
 */
final class CudaGemm {
    private final CudaContext context;
    private final CudaMatrices matrices;
    private final Variant single;
    private final Optional<Cublas> cublas;

    /**
     * Products on a GPU.
     *
     * @param tf32 whether products of F32 operands run on tensor cores, at a relative error of 2^-11 an operand
     * @param cublas carries out the products instead of our kernels if it is there
     */
    CudaGemm(CudaContext context, boolean tf32, Optional<Cublas> cublas) {
        this.cublas = cublas;
        this.context = context;
        this.matrices = new CudaMatrices(context);
        this.single = tf32 ? GemmKernels.TF32 : GemmKernels.F32;
    }

    /**
     * See {@code Backend.matmul}; low-rank terms only where this {@link #fuses} them.
     *
     * @throws IllegalArgumentException if the bias is not F32, or the pre-activation, residual or gate not of the type of C
     */
    void matmul(MatMul p) {
        if (p.m() == 0 || p.n() == 0) {
            return;
        }
        if (!p.addends().isEmpty()) {
            matmulLowRank(p, lowRankShape(p));
            return;
        }
        if (cublas.isPresent() && p.k() > 0) {
            matmulByCublas(p, cublas.get());
            return;
        }
        matmul(p, shape(p));
    }

    /** The same by our kernels, spread as told over the GPU. */
    void matmul(MatMul p, GemmShape shape) {
        Epilogue epilogue = Epilogue.of(p, DeviceMatrix.of(p.c()));
        Variant variant = variant(p);
        try (Operands operands = new Operands()) {
            DeviceMatrix a = operands.as(type(variant), p.a());
            DeviceMatrix b = operands.as(type(variant), p.b());
            if (shape.parts() == 1) {
                launch(variant, shape, a, b, p, epilogue, 0);
            } else {
                launchInParts(variant == GemmKernels.BF16 ? GemmKernels.BF16_F32 : variant, shape, a, b, p, epilogue);
            }
        }
    }

    /** Whether one kernel carries out a product with its low-rank terms. */
    boolean fuses(MatMul p) {
        if (cublas.isPresent() || p.m() == 0 || p.n() == 0) {
            return false;
        }
        GemmShape shape = lowRankShape(p);
        return hasLowRankKernel(p, shape) && LowRankArguments.fit(p, shape, type(variant(p)));
    }

    private boolean hasLowRankKernel(MatMul p, GemmShape shape) {
        return GemmKernels.hasLowRank(variant(p), shape.block(), Layout.of(p.transposeA(), p.transposeB()));
    }

    /** Small blocks where there is no kernel with large ones. */
    private GemmShape lowRankShape(MatMul p) {
        GemmShape shape = shape(p);
        return shape.block() == Block.SMALL || hasLowRankKernel(p, shape)
                ? shape
                : GemmShape.whole(Block.SMALL, p.m(), p.n(), p.k());
    }

    private GemmShape shape(MatMul p) {
        return GemmShape.of(
                p.m(),
                p.n(),
                p.k(),
                Layout.of(p.transposeA(), p.transposeB()),
                variant(p).depth());
    }

    /**
     * A product with low-rank terms in one kernel, spread as told over the GPU.
     *
     * @throws IllegalArgumentException if there is no kernel for it
     */
    void matmulLowRank(MatMul p, GemmShape shape) {
        Variant variant = variant(p);
        DType type = type(variant);
        if (!hasLowRankKernel(p, shape) || !LowRankArguments.fit(p, shape, type)) {
            throw new IllegalArgumentException("no kernel multiplies " + p + " in one go");
        }
        KernelSpec kernel = GemmKernels.lowRank(variant, shape.block(), Layout.of(false, p.transposeB()));
        Epilogue epilogue = Epilogue.of(p, DeviceMatrix.of(p.c()));
        try (Operands operands = new Operands()) {
            DeviceMatrix a = operands.as(type, p.a());
            DeviceMatrix b = operands.as(type, p.b());
            List<Object> arguments = arguments(shape, a, b, p, epilogue, 0);
            arguments.addAll(LowRankArguments.of(p, view -> operands.as(type, view)));
            context.kernel(kernel).launch(shape.grid().shared(kernel.sharedBudget()), arguments.toArray());
        }
    }

    private void matmulByCublas(MatMul p, Cublas library) {
        Epilogue epilogue = Epilogue.of(p, DeviceMatrix.of(p.c()));
        DType type = type(variant(p));
        try (Operands operands = new Operands()) {
            multiplyByCublas(library, operands.as(type, p.a()), operands.as(type, p.b()), p, epilogue);
        }
    }

    private DType type(Variant variant) {
        return variant == single ? DType.F32 : DType.BF16;
    }

    private Variant variant(MatMul p) {
        if (p.c().tensor().dtype() == DType.BF16) {
            return GemmKernels.BF16;
        }
        boolean singles = p.a().tensor().dtype() == DType.F32 && p.b().tensor().dtype() == DType.F32;
        return singles ? single : GemmKernels.BF16_F32;
    }

    private void launch(
            Variant variant,
            GemmShape shape,
            DeviceMatrix a,
            DeviceMatrix b,
            MatMul p,
            Epilogue epilogue,
            long batchC) {
        Layout layout = Layout.of(p.transposeA(), p.transposeB());
        context.kernel(variant.kernel(shape.block(), layout))
                .launch(
                        shape.grid(),
                        arguments(shape, a, b, p, epilogue, batchC).toArray());
    }

    /** What every product kernel takes. */
    private static List<Object> arguments(
            GemmShape shape, DeviceMatrix a, DeviceMatrix b, MatMul p, Epilogue epilogue, long batchC) {
        List<Object> arguments = new ArrayList<>(List.of(
                a.address(),
                b.address(),
                epilogue.c().address(),
                p.m(),
                p.n(),
                shape.partLength(),
                shape.lastPart(p.k()),
                a.stride(),
                b.stride(),
                epilogue.c().stride(),
                (long) shape.partLength() * (p.transposeA() ? a.stride() : 1),
                (long) shape.partLength() * (p.transposeB() ? 1 : b.stride()),
                batchC));
        arguments.addAll(epilogue.arguments());
        return arguments;
    }

    /** Parts of the sums side by side in scratch memory, then their sum in order. */
    private void launchInParts(
            Variant variant, GemmShape shape, DeviceMatrix a, DeviceMatrix b, MatMul p, Epilogue epilogue) {
        int stride = CudaMatrices.alignedStride(p.n(), DType.F32);
        long partSize = (long) p.m() * stride;
        try (ScratchMemory.Block scratch = context.scratch(Float.BYTES * partSize * shape.parts())) {
            DeviceMatrix parts = new DeviceMatrix(scratch.address(), DType.F32, p.m(), p.n(), stride);
            launch(variant, shape, a, b, p, Epilogue.plain(parts), partSize);
            sumParts(parts, shape.parts(), epilogue);
        }
    }

    /** C from parts of the product that lie one behind the other. */
    private void sumParts(DeviceMatrix parts, int count, Epilogue epilogue) {
        DeviceMatrix c = epilogue.c();
        List<Object> arguments = new ArrayList<>(
                List.of(parts.address(), count, c.rows(), c.columns(), parts.stride(), c.address(), c.stride()));
        arguments.addAll(epilogue.arguments());
        KernelSpec kernel = c.dtype() == DType.F32 ? GemmKernels.PARTS_F32 : GemmKernels.PARTS_BF16;
        long threads = (long) c.rows() * (parts.stride() / 4);
        context.kernel(kernel).launch(LaunchShape.covering(threads, kernel.maxThreads()), arguments.toArray());
    }

    /** cuBLAS writes plain products; any other goes through scratch memory. */
    private void multiplyByCublas(Cublas library, DeviceMatrix a, DeviceMatrix b, MatMul p, Epilogue epilogue) {
        if (epilogue.isPlain()) {
            library.multiply(
                    a, p.transposeA(), b, p.transposeB(), p.k(), epilogue.c(), epilogue.alpha(), epilogue.accumulate());
            return;
        }
        int stride = CudaMatrices.alignedStride(p.n(), DType.F32);
        try (ScratchMemory.Block scratch = context.scratch((long) Float.BYTES * p.m() * stride)) {
            DeviceMatrix product = new DeviceMatrix(scratch.address(), DType.F32, p.m(), p.n(), stride);
            library.multiply(a, p.transposeA(), b, p.transposeB(), p.k(), product, 1, false);
            sumParts(product, 1, epilogue);
        }
    }

    /** Operands in the type of a product, rounded into scratch memory where they have another. */
    private final class Operands implements AutoCloseable {
        private final List<ScratchMemory.Block> blocks = new ArrayList<>();

        DeviceMatrix as(DType type, MatrixView view) {
            DeviceMatrix matrix = DeviceMatrix.of(view);
            if (matrix.dtype() == type) {
                return matrix;
            }
            int stride = CudaMatrices.alignedStride(matrix.columns(), type);
            ScratchMemory.Block block = context.scratch((long) type.bytes() * matrix.rows() * stride);
            blocks.add(block);
            DeviceMatrix rounded = new DeviceMatrix(block.address(), type, matrix.rows(), matrix.columns(), stride);
            matrices.copy(matrix, rounded);
            return rounded;
        }

        @Override
        public void close() {
            blocks.forEach(ScratchMemory.Block::close);
        }
    }

    /** The end of a product: C and what is fused into writing it, as the kernels take it. */
    private record Epilogue(
            DeviceMatrix c,
            float alpha,
            boolean accumulate,
            long bias,
            int activation,
            DeviceMatrix preActivation,
            DeviceMatrix residual) {
        static Epilogue of(MatMul p, DeviceMatrix c) {
            if (p.bias() != null && p.bias().dtype() != DType.F32) {
                throw new IllegalArgumentException("the bias " + p.bias() + " of a matrix product is "
                        + p.bias().dtype() + ", not F32");
            }
            return new Epilogue(
                    c,
                    (float) p.alpha(),
                    p.accumulate(),
                    p.bias() == null ? 0 : DeviceMatrix.address(p.bias(), p.biasOffset()),
                    p.gate() == null ? code(p.activation()) : derivativeCode(p.activation()),
                    sameType(p.gate() == null ? p.preActivation() : p.gate(), c),
                    sameType(p.residual(), c));
        }

        static Epilogue plain(DeviceMatrix c) {
            return new Epilogue(c, 1, false, 0, code(Activation.NONE), sameType(null, c), sameType(null, c));
        }

        private static int code(Activation activation) {
            return switch (activation) {
                case NONE -> 0;
                case QUICK_GELU -> 1;
                case GELU_ERF -> 2;
            };
        }

        /** For kernels to read a gate where they write the pre-activation otherwise. */
        private static int derivativeCode(Activation activation) {
            return switch (activation) {
                case NONE -> throw new IllegalArgumentException("the identity has no gate");
                case QUICK_GELU -> 3;
                case GELU_ERF -> 4;
            };
        }

        private static DeviceMatrix sameType(MatrixView view, DeviceMatrix c) {
            DeviceMatrix matrix = DeviceMatrix.ofNullable(view, c.dtype());
            if (matrix.dtype() != c.dtype()) {
                throw new IllegalArgumentException(
                        view.tensor() + " is " + matrix.dtype() + ", but the result of the product is " + c.dtype());
            }
            return matrix;
        }

        /** Whether nothing but alpha and the old C goes into C. */
        boolean isPlain() {
            return bias == 0 && activation == code(Activation.NONE) && preActivation.isAbsent() && residual.isAbsent();
        }

        /** From alpha on. */
        List<Object> arguments() {
            return List.of(
                    alpha,
                    accumulate ? 1 : 0,
                    bias,
                    activation,
                    preActivation.address(),
                    preActivation.stride(),
                    residual.address(),
                    residual.stride());
        }
    }
}
