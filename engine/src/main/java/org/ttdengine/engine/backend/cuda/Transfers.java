package org.ttdengine.engine.backend.cuda;

import static org.ttdengine.engine.backend.cuda.Driver.check;

import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.io.HalfPrecision;

/**
 * Copies of whole arrays. Uploads go through two page-locked buffers and a stream of their own, so that one is filled while
 * the other is copied; kernels launched later wait for them on the device, the host does not. Downloads wait.
 */
final class Transfers implements AutoCloseable {
    private static final int CHUNK_BYTES = 4 << 20;

    private final CudaContext context;
    private final CUstream copies = new CUstream();
    private final CUevent ordering = new CUevent();
    private final PinnedBuffer[] upload;
    private final PinnedBuffer download;
    private int next;

    Transfers(CudaContext context) {
        this.context = context;
        check(JCudaDriver.cuStreamCreate(copies, CUstream_flags.CU_STREAM_NON_BLOCKING), "cuStreamCreate");
        check(JCudaDriver.cuEventCreate(ordering, CUevent_flags.CU_EVENT_DISABLE_TIMING), "cuEventCreate");
        upload = new PinnedBuffer[] {new PinnedBuffer(context, CHUNK_BYTES), new PinnedBuffer(context, CHUNK_BYTES)};
        download = new PinnedBuffer(context, CHUNK_BYTES);
    }

    /** Copies {@code values} to the device, rounded to {@code dtype}. */
    synchronized void write(long address, DType dtype, float[] values) {
        context.bind();
        // The memory may still be in use by kernels launched earlier under another tensor's name.
        order(context.stream(), copies);
        int step = CHUNK_BYTES / dtype.bytes();
        for (int from = 0; from < values.length; from += step) {
            int count = Math.min(step, values.length - from);
            PinnedBuffer buffer = upload[next];
            next = 1 - next;
            buffer.awaitIdle();
            encode(values, from, count, dtype, buffer);
            check(
                    JCudaDriver.cuMemcpyHtoDAsync(
                            Address.of(address + (long) from * dtype.bytes()),
                            buffer.at(0),
                            (long) count * dtype.bytes(),
                            copies),
                    "cuMemcpyHtoDAsync");
            buffer.usedBy(copies);
        }
        order(copies, context.stream());
    }

    /** What is given to {@code later} from now on runs after all that was given to {@code earlier}. */
    private void order(CUstream earlier, CUstream later) {
        check(JCudaDriver.cuEventRecord(ordering, earlier), "cuEventRecord");
        check(JCudaDriver.cuStreamWaitEvent(later, ordering, 0), "cuStreamWaitEvent");
    }

    private static void encode(float[] values, int from, int count, DType dtype, PinnedBuffer buffer) {
        if (dtype == DType.F32) {
            buffer.bytes().asFloatBuffer().put(values, from, count);
            return;
        }
        for (int i = 0; i < count; i++) {
            buffer.bytes().putShort(2 * i, HalfPrecision.floatToBfloat16(values[from + i]));
        }
    }

    /** Copies elements from the device, waiting for all that was launched before. */
    synchronized void read(long address, DType dtype, float[] target) {
        context.bind();
        int step = CHUNK_BYTES / dtype.bytes();
        for (int from = 0; from < target.length; from += step) {
            int count = Math.min(step, target.length - from);
            check(
                    JCudaDriver.cuMemcpyDtoHAsync(
                            download.at(0),
                            Address.of(address + (long) from * dtype.bytes()),
                            (long) count * dtype.bytes(),
                            context.stream()),
                    "cuMemcpyDtoHAsync");
            context.synchronize();
            decode(target, from, count, dtype);
        }
    }

    private void decode(float[] target, int from, int count, DType dtype) {
        if (dtype == DType.F32) {
            download.bytes().asFloatBuffer().get(target, from, count);
            return;
        }
        for (int i = 0; i < count; i++) {
            target[from + i] = HalfPrecision.bfloat16ToFloat(download.bytes().getShort(2 * i));
        }
    }

    @Override
    public void close() {
        upload[0].close();
        upload[1].close();
        download.close();
        check(JCudaDriver.cuEventDestroy(ordering), "cuEventDestroy");
        check(JCudaDriver.cuStreamDestroy(copies), "cuStreamDestroy");
    }
}
