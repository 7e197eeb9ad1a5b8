package org.ttdengine.engine.backend.cuda;

import java.util.Optional;
import jcuda.Pointer;
import jcuda.cudaDataType;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasGemmAlgo;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasMath;
import jcuda.jcublas.cublasOperation;
import jcuda.jcublas.cublasStatus;
import jcuda.runtime.cudaStream_t;
import org.ttdengine.engine.DType;

/**
 * Matrix products by NVIDIA's cuBLAS 12, where it is installed. It knows column-major matrices only: a row-major C = A B is
 * its C' = B' A', since a row-major matrix read column by column is its transpose.
 */
final class Cublas implements AutoCloseable {
    private final CudaContext context;
    private final cublasHandle handle = new cublasHandle();

    private Cublas(CudaContext context) {
        this.context = context;
        context.bind();
        check(JCublas2.cublasCreate(handle), "cublasCreate");
        check(JCublas2.cublasSetStream(handle, new cudaStream_t(context.stream())), "cublasSetStream");
    }

    /**
     * cuBLAS for a GPU.
     *
     * @throws CudaException if libcublas.so.12 cannot be loaded
     */
    static Cublas load(CudaContext context) {
        try {
            NativeLibraries.loadCublas();
            return new Cublas(context);
        } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
            throw new CudaException(
                    "libcublas.so.12 cannot be loaded; install cuBLAS of CUDA 12, or use --gemm own", e);
        }
    }

    /** cuBLAS for a GPU, if it is installed. */
    static Optional<Cublas> find(CudaContext context) {
        try {
            return Optional.of(load(context));
        } catch (CudaException e) {
            return Optional.empty();
        }
    }

    private static void check(int status, String function) {
        if (status != cublasStatus.CUBLAS_STATUS_SUCCESS) {
            throw new CudaException(function + " failed: " + cublasStatus.stringFor(status)
                    + "; run with --gemm own, and check that cuBLAS and the driver are of the same CUDA version");
        }
    }

    /**
     * {@code C (+)= alpha op(A) op(B)} with fp32 sums.
     *
     * @param a of the type of b
     * @param k length of the sums, at least 1
     */
    void multiply(
            DeviceMatrix a,
            boolean transposeA,
            DeviceMatrix b,
            boolean transposeB,
            int k,
            DeviceMatrix c,
            float alpha,
            boolean accumulate) {
        context.bind();
        // JCublas takes a data type where cuBLAS 11 and later take a compute type; exactness is a matter of the mode.
        check(JCublas2.cublasSetMathMode(handle, mode(a)), "cublasSetMathMode");
        check(
                JCublas2.cublasGemmEx(
                        handle,
                        operation(transposeB),
                        operation(transposeA),
                        c.columns(),
                        c.rows(),
                        k,
                        Pointer.to(new float[] {alpha}),
                        Address.of(b.address()),
                        type(b),
                        b.stride(),
                        Address.of(a.address()),
                        type(a),
                        a.stride(),
                        Pointer.to(new float[] {accumulate ? 1 : 0}),
                        Address.of(c.address()),
                        type(c),
                        c.stride(),
                        cudaDataType.CUDA_R_32F,
                        cublasGemmAlgo.CUBLAS_GEMM_DEFAULT),
                "cublasGemmEx");
    }

    /** Single precision stays exact: no tf32. */
    private static int mode(DeviceMatrix factor) {
        return factor.dtype() == DType.F32 ? cublasMath.CUBLAS_PEDANTIC_MATH : cublasMath.CUBLAS_DEFAULT_MATH;
    }

    private static int operation(boolean transpose) {
        return transpose ? cublasOperation.CUBLAS_OP_T : cublasOperation.CUBLAS_OP_N;
    }

    private static int type(DeviceMatrix matrix) {
        return matrix.dtype() == DType.BF16 ? cudaDataType.CUDA_R_16BF : cudaDataType.CUDA_R_32F;
    }

    @Override
    public void close() {
        check(JCublas2.cublasDestroy(handle), "cublasDestroy");
    }
}
