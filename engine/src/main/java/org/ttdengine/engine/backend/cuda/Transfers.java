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
 * Copies of whole arrays. Large uploads go through two page-locked buffers and a stream of their own, so that one is filled
 * while the other is copied; kernels launched later wait for them on the device. The host waits only where an upload meets
 * the one before the last still under way. Small ones travel with the kernels' tables. Downloads wait.
 */
final class Transfers implements AutoCloseable {
    /** Uploads up to this size are copied in the order of the kernels, without any wait. */
    private static final int SMALL_BYTES = 64 << 10;

    private static final int CHUNK_BYTES = 4 << 20;

    /** Buffers grow to hold an upload as a whole, up to this size; 32 pictures of 448 pixels take 77 MB. */
    private static final int LARGEST_CHUNK_BYTES = 128 << 20;

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
    void write(long address, DType dtype, float[] values) {
        if ((long) values.length * dtype.bytes() <= SMALL_BYTES) {
            writeSmall(address, dtype, values);
        } else {
            writeLarge(address, dtype, values);
        }
    }

    private void writeSmall(long address, DType dtype, float[] values) {
        long bytes = (long) values.length * dtype.bytes();
        if (bytes == 0) {
            return;
        }
        long table = dtype == DType.F32 ? context.upload(values) : context.upload(packed(values));
        check(
                JCudaDriver.cuMemcpyDtoDAsync(Address.of(address), Address.of(table), bytes, context.stream()),
                "cuMemcpyDtoDAsync");
    }

    /** Two bfloat16 in each int, the first one low. */
    private static int[] packed(float[] values) {
        int[] pairs = new int[(values.length + 1) / 2];
        for (int i = 0; i < values.length; i++) {
            int bits = HalfPrecision.floatToBfloat16(values[i]) & 0xffff;
            pairs[i / 2] |= i % 2 == 0 ? bits : bits << 16;
        }
        return pairs;
    }

    private synchronized void writeLarge(long address, DType dtype, float[] values) {
        context.bind();
        // The memory may still be in use by kernels launched earlier under another tensor's name.
        order(context.stream(), copies);
        long bytes = (long) values.length * dtype.bytes();
        int step = (int) Math.min(LARGEST_CHUNK_BYTES, bytes) / dtype.bytes();
        for (int from = 0; from < values.length; from += step) {
            int count = Math.min(step, values.length - from);
            PinnedBuffer buffer = idleBuffer(count * dtype.bytes());
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

    /** The buffer whose turn it is, when its last copy is done. */
    private PinnedBuffer idleBuffer(int bytes) {
        PinnedBuffer buffer = upload[next];
        buffer.awaitIdle();
        if (buffer.size() < bytes) {
            upload[next] = new PinnedBuffer(context, bytes);
            buffer.close();
            buffer = upload[next];
        }
        next = 1 - next;
        return buffer;
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
