package org.ttdengine.engine.backend.cuda;

import static org.ttdengine.engine.backend.cuda.Driver.check;
import static org.ttdengine.engine.backend.cuda.Driver.checkAllocation;

import jcuda.driver.JCudaDriver;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.MemorySource;
import org.ttdengine.engine.Storage;

/** Global memory of a GPU. */
final class CudaMemory implements MemorySource {
    private static final int NAN_F32 = 0x7fc00000;
    private static final short NAN_BF16 = 0x7fc0;

    private final CudaContext context;

    CudaMemory(CudaContext context) {
        this.context = context;
    }

    @Override
    public Storage allocate(DType dtype, int capacity) {
        return new CudaStorage(context, allocate((long) capacity * dtype.bytes()), dtype, capacity);
    }

    @Override
    public void free(Storage storage) {
        free(((CudaStorage) storage).address());
    }

    /** Plain memory. */
    long allocate(long bytes) {
        context.bind();
        var address = new Address.Receiver();
        checkAllocation(JCudaDriver.cuMemAlloc(address, bytes), "cuMemAlloc", bytes);
        return address.address();
    }

    void free(long address) {
        context.bind();
        check(JCudaDriver.cuMemFree(Address.of(address)), "cuMemFree");
    }

    @Override
    public void poison(Storage storage) {
        context.bind();
        var cuda = (CudaStorage) storage;
        var address = Address.of(cuda.address());
        if (cuda.dtype() == DType.BF16) {
            check(
                    JCudaDriver.cuMemsetD16Async(address, NAN_BF16, cuda.capacity(), context.stream()),
                    "cuMemsetD16Async");
        } else {
            check(
                    JCudaDriver.cuMemsetD32Async(address, NAN_F32, cuda.capacity(), context.stream()),
                    "cuMemsetD32Async");
        }
    }
}
