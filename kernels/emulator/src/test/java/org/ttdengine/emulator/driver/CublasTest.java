package org.ttdengine.emulator.driver;

import static jcuda.driver.JCudaDriver.cuMemcpyDtoH;
import static jcuda.driver.JCudaDriver.cuMemcpyHtoD;
import static jcuda.driver.JCudaDriver.cuMemsetD8;
import static jcuda.driver.JCudaDriver.cuStreamCreate;
import static jcuda.jcublas.JCublas2.cublasCreate;
import static jcuda.jcublas.JCublas2.cublasDestroy;
import static jcuda.jcublas.JCublas2.cublasGemmEx_new;
import static jcuda.jcublas.JCublas2.cublasGemmStridedBatchedEx_new;
import static jcuda.jcublas.JCublas2.cublasGetVersion;
import static jcuda.jcublas.JCublas2.cublasSaxpy;
import static jcuda.jcublas.JCublas2.cublasSetMathMode;
import static jcuda.jcublas.JCublas2.cublasSetStream;
import static jcuda.jcublas.JCublas2.cublasSgemm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.ttdengine.emulator.driver.Cuda.ok;

import java.util.Random;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUstream;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasStatus;
import jcuda.runtime.cudaStream_t;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class CublasTest {
    private static final int N = 0;
    private static final int T = 1;
    private static final int BF16 = 14;
    private static final int COMPUTE_32F = 68;
    private static final int ALGORITHM = -1;
    /** Sums of a dozen products of numbers below 1, in another order. */
    private static final double TOLERANCE = 1e-5;

    private final Random random = new Random(1);
    private final cublasHandle handle = new cublasHandle();
    private Cuda cuda;

    @BeforeEach
    void createContext() {
        cuda = new Cuda();
        JCublas2.setExceptionsEnabled(false);
        success(cublasCreate(handle));
    }

    @AfterEach
    void destroyContext() {
        success(cublasDestroy(handle));
        cuda.close();
    }

    private static void success(int status) {
        assertThat(cublasStatus.stringFor(status)).isEqualTo("CUBLAS_STATUS_SUCCESS");
    }

    private float[] randoms(int count) {
        float[] result = new float[count];
        for (int i = 0; i < count; i++) {
            result[i] = random.nextFloat() - 0.5f;
        }
        return result;
    }

    private CUdeviceptr upload(float[] values) {
        CUdeviceptr pointer = cuda.allocate(4L * values.length);
        ok(cuMemcpyHtoD(pointer, Pointer.to(values), 4L * values.length));
        return pointer;
    }

    private static float[] download(CUdeviceptr pointer, int count) {
        float[] result = new float[count];
        ok(cuMemcpyDtoH(Pointer.to(result), pointer, 4L * count));
        return result;
    }

    private static Pointer scalar(float value) {
        return Pointer.to(new float[] {value});
    }

    /** Element of a column-major matrix or of its transpose. */
    private static double element(float[] matrix, int leading, boolean transposed, int row, int column) {
        return transposed ? matrix[row * leading + column] : matrix[column * leading + row];
    }

    @Test
    void singlePrecisionProductsOfAllTranspositionsKeepWhatLiesBetweenColumns() {
        int m = 5;
        int n = 3;
        int k = 7;
        int leading = 9;
        for (int code = 0; code < 4; code++) {
            boolean ta = (code & 1) != 0;
            boolean tb = (code & 2) != 0;
            float[] a = randoms(leading * leading);
            float[] b = randoms(leading * leading);
            float[] before = randoms(leading * n);
            CUdeviceptr c = upload(before);
            success(cublasSgemm(
                    handle,
                    ta ? T : N,
                    tb ? T : N,
                    m,
                    n,
                    k,
                    scalar(2),
                    upload(a),
                    leading,
                    upload(b),
                    leading,
                    scalar(-1),
                    c,
                    leading));
            float[] after = download(c, leading * n);
            for (int j = 0; j < n; j++) {
                for (int i = 0; i < leading; i++) {
                    double expected = before[j * leading + i];
                    if (i < m) {
                        expected = -expected;
                        for (int p = 0; p < k; p++) {
                            expected += 2 * element(a, leading, ta, i, p) * element(b, leading, tb, p, j);
                        }
                    }
                    assertThat((double) after[j * leading + i])
                            .isCloseTo(expected, org.assertj.core.data.Offset.offset(TOLERANCE));
                }
            }
        }
    }

    @Test
    void bfloat16ProductsAreAccumulatedInSinglePrecisionAndRoundedOnce() {
        short one = (short) (Float.floatToIntBits(1) >>> 16);
        short small = (short) (Float.floatToIntBits(1f / 256) >>> 16);
        CUdeviceptr a = cuda.allocate(6);
        CUdeviceptr b = cuda.allocate(6);
        CUdeviceptr c = cuda.allocate(2);
        ok(cuMemcpyHtoD(a, Pointer.to(new short[] {one, small, small}), 6));
        ok(cuMemcpyHtoD(b, Pointer.to(new short[] {one, one, one}), 6));
        success(cublasGemmEx_new(
                handle,
                T,
                N,
                1,
                1,
                3,
                scalar(1),
                a,
                BF16,
                3,
                b,
                BF16,
                3,
                scalar(0),
                c,
                BF16,
                1,
                COMPUTE_32F,
                ALGORITHM));
        short[] result = new short[1];
        ok(cuMemcpyDtoH(Pointer.to(result), c, 2));
        assertThat(Float.intBitsToFloat(result[0] << 16)).isEqualTo(1 + 2f / 256);
    }

    @Test
    void batchesLieAtTheirStrides() {
        float[] a = {1, 0, 2, 0};
        float[] b = {10, 0, 0, 20};
        CUdeviceptr c = cuda.allocate(16);
        ok(cuMemsetD8(c, (byte) 0, 16));
        success(cublasGemmStridedBatchedEx_new(
                handle,
                N,
                N,
                1,
                1,
                1,
                scalar(1),
                upload(a),
                0,
                1,
                2,
                upload(b),
                0,
                1,
                3,
                scalar(0),
                c,
                0,
                1,
                1,
                2,
                COMPUTE_32F,
                ALGORITHM));
        assertThat(download(c, 4)).containsExactly(10, 40, 0, 0);
    }

    @Test
    void productsRunOnTheStreamOfTheHandle() {
        CUstream stream = new CUstream();
        ok(cuStreamCreate(stream, 1));
        success(cublasSetStream(handle, new cudaStream_t(stream)));
        success(cublasSetMathMode(handle, 3));
        CUdeviceptr c = upload(new float[] {5});
        CUdeviceptr a = upload(new float[] {2});
        assertThat(download(a, 1)).containsExactly(2);
        success(cublasSgemm(handle, N, N, 1, 1, 1, scalar(1), a, 1, a, 1, scalar(0), c, 1));
        assertThat(download(c, 1)).as("nobody waited").containsExactly(5);
        ok(jcuda.driver.JCudaDriver.cuStreamSynchronize(stream));
        assertThat(download(c, 1)).containsExactly(4);
    }

    @Test
    void whatCannotBeIsRefusedAndTheRestIsNotImplemented() {
        int[] version = new int[1];
        CUdeviceptr a = upload(new float[4]);
        success(cublasGetVersion(handle, version));
        assertThat(version[0]).isEqualTo(120_600);
        assertThat(cublasSgemm(handle, N, N, 2, 2, 2, scalar(1), a, 1, a, 2, scalar(0), a, 2))
                .isEqualTo(cublasStatus.CUBLAS_STATUS_INVALID_VALUE);
        assertThat(cublasSgemm(new cublasHandle(), N, N, 1, 1, 1, scalar(1), a, 1, a, 1, scalar(0), a, 1))
                .isEqualTo(cublasStatus.CUBLAS_STATUS_NOT_INITIALIZED);
        assertThat(cublasSaxpy(handle, 1, scalar(1), a, 1, a, 1)).isEqualTo(cublasStatus.CUBLAS_STATUS_NOT_SUPPORTED);
        assertThat(cuda.emulator.unsupportedCalls()).containsKey("cublasSaxpy_v2");
    }
}
