package org.ttdengine.engine.backend.cuda;

import static org.ttdengine.engine.backend.cuda.Driver.check;
import static org.ttdengine.engine.backend.cuda.Driver.checkAllocation;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jcuda.Pointer;
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;

/** Page-locked host memory that a stream copies from or to, and an event that tells when it has done so. */
final class PinnedBuffer implements AutoCloseable {
    private final Pointer pointer = new Pointer();
    private final CUevent event = new CUevent();
    private final ByteBuffer bytes;

    PinnedBuffer(CudaContext context, int size) {
        context.bind();
        checkAllocation(JCudaDriver.cuMemHostAlloc(pointer, size, 0), "cuMemHostAlloc", size);
        bytes = pointer.getByteBuffer(0, size).order(ByteOrder.nativeOrder());
        check(JCudaDriver.cuEventCreate(event, CUevent_flags.CU_EVENT_DISABLE_TIMING), "cuEventCreate");
    }

    /** The memory, in native byte order. */
    ByteBuffer bytes() {
        return bytes;
    }

    int size() {
        return bytes.capacity();
    }

    /** A place in it, as the driver takes it. */
    Pointer at(int offset) {
        return pointer.withByteOffset(offset);
    }

    /** Notes that the stream uses the memory until it has done all that was given to it. */
    void usedBy(CUstream stream) {
        check(JCudaDriver.cuEventRecord(event, stream), "cuEventRecord");
    }

    /** Waits until the stream that was noted last is done with the memory. */
    void awaitIdle() {
        check(JCudaDriver.cuEventSynchronize(event), "cuEventSynchronize");
    }

    @Override
    public void close() {
        check(JCudaDriver.cuEventDestroy(event), "cuEventDestroy");
        check(JCudaDriver.cuMemFreeHost(pointer), "cuMemFreeHost");
    }
}
