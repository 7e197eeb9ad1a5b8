package org.ttdengine.engine.backend.cuda;

import static org.ttdengine.engine.backend.cuda.Driver.check;

import java.util.Arrays;
import java.util.List;
import jcuda.driver.JCudaDriver;
import org.ttdengine.engine.DeviceStorage;
import org.ttdengine.engine.Tensor;
import org.ttdengine.kernels.OptimizerKernels;

/**
 * Groups of tensors as the kernels of the optimiser read them: addresses, sizes, and the chunks that blocks work on. It
 * stays on the device, where every step finds it again.
 */
final class TensorTable implements AutoCloseable {
    private static final int ALIGNMENT = 16;

    private final CudaContext context;
    private final long[] contents;
    private final int groups;
    private final int fields;
    private final int chunks;
    private final long address;

    /**
     * Uploads a table.
     *
     * @param groups tensors that belong together, all F32 and of one size within a group
     * @throws IllegalArgumentException if a tensor is not F32 or not aligned
     */
    TensorTable(CudaContext context, List<List<Tensor>> groups) {
        this.context = context;
        this.groups = groups.size();
        this.fields = groups.isEmpty() ? 0 : groups.get(0).size();
        this.contents = contents(groups);
        this.chunks = contents.length - this.groups * fields - sizeWords(this.groups);
        this.address = context.memory().allocate(Math.max(1, (long) Long.BYTES * contents.length));
        if (contents.length > 0) {
            check(
                    JCudaDriver.cuMemcpyDtoDAsync(
                            Address.of(address),
                            Address.of(context.upload(contents)),
                            (long) Long.BYTES * contents.length,
                            context.stream()),
                    "cuMemcpyDtoDAsync");
        }
    }

    /** Whether it stands for these tensors where they are now. */
    boolean describes(List<List<Tensor>> tensors) {
        return Arrays.equals(contents, contents(tensors));
    }

    /** Addresses of each group's tensors, one after another; sizes, two to a word; chunks as {tensor, first element}. */
    private static long[] contents(List<List<Tensor>> groups) {
        int fields = groups.isEmpty() ? 0 : groups.get(0).size();
        int head = groups.size() * fields;
        long[] words = new long[head + sizeWords(groups.size()) + chunks(groups)];
        int chunk = head + sizeWords(groups.size());
        for (int group = 0; group < groups.size(); group++) {
            for (int field = 0; field < fields; field++) {
                words[group * fields + field] = address(groups.get(group).get(field));
            }
            int size = groups.get(group).get(0).size();
            words[head + group / 2] |= (long) size << (group % 2 * Integer.SIZE);
            for (long start = 0; start < size; start += OptimizerKernels.CHUNK) {
                words[chunk++] = group | start << Integer.SIZE;
            }
        }
        return words;
    }

    private static int sizeWords(int groups) {
        return (groups + 1) / 2;
    }

    private static int chunks(List<List<Tensor>> groups) {
        int count = 0;
        for (List<Tensor> group : groups) {
            int size = group.get(0).size();
            count += size / OptimizerKernels.CHUNK + (size % OptimizerKernels.CHUNK == 0 ? 0 : 1);
        }
        return count;
    }

    private static long address(Tensor tensor) {
        TensorChecks.requireF32(tensor);
        if (tensor.storage() instanceof DeviceStorage storage && storage.address() % ALIGNMENT == 0) {
            return storage.address();
        }
        throw new IllegalArgumentException("tensor " + tensor + " is not on a CUDA device, 16-byte aligned");
    }

    /** Number of blocks that work on the tensors. */
    int chunks() {
        return chunks;
    }

    /** Where the addresses are. */
    long tensors() {
        return address;
    }

    /** Where the numbers of elements are, 32 bits each. */
    long sizes() {
        return address + (long) Long.BYTES * groups * fields;
    }

    /** Where the chunks are. */
    long chunkList() {
        return sizes() + (long) Long.BYTES * sizeWords(groups);
    }

    @Override
    public void close() {
        context.memory().free(address);
    }
}
