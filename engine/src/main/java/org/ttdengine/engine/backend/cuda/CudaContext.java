package org.ttdengine.engine.backend.cuda;

import static org.ttdengine.engine.backend.cuda.Driver.check;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;
import org.ttdengine.kernels.KernelSpec;

/**
 * One GPU in use: its primary context, the stream all kernels run on in order, and what is loaded and allocated on it.
 * Launches return at once; only reading results waits.
 */
final class CudaContext implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(CudaContext.class.getName());

    private final Gpu gpu;
    private final CUdevice device;
    private final CUcontext context;
    private final CUstream stream;
    private final ThreadLocal<Boolean> bound = ThreadLocal.withInitial(() -> false);
    private final Map<String, LoadedModule> modules = new HashMap<>();
    private final Deque<AutoCloseable> resources = new ArrayDeque<>();
    private final CudaMemory memory;
    private final Transfers transfers;
    private final TableUploads tables;
    private final ScratchMemory scratch;

    /**
     * Takes a GPU into use.
     *
     * @param ordinal its number, from 0
     * @throws CudaException if there is no driver or no such GPU, or either is too old
     */
    static CudaContext open(int ordinal) {
        List<Gpu> gpus = Gpu.all();
        if (gpus.isEmpty()) {
            throw new CudaException("the NVIDIA driver lists no GPU: check nvidia-smi and CUDA_VISIBLE_DEVICES, or use"
                    + " --device cpu");
        }
        if (ordinal < 0 || ordinal >= gpus.size()) {
            throw new CudaException(
                    "there is no GPU " + ordinal + ": the driver lists " + gpus.size() + ", numbered from 0");
        }
        Gpu gpu = gpus.get(ordinal);
        if (!gpu.isSupported()) {
            throw new CudaException(
                    gpu + ": at least compute capability 8.0 (Ampere) is needed; use another GPU, or --device cpu");
        }
        return new CudaContext(gpu);
    }

    private CudaContext(Gpu gpu) {
        this.gpu = gpu;
        this.device = Gpu.handle(gpu.ordinal());
        this.context = new CUcontext();
        check(JCudaDriver.cuDevicePrimaryCtxRetain(context, device), "cuDevicePrimaryCtxRetain");
        this.stream = new CUstream();
        try {
            bind();
            check(JCudaDriver.cuStreamCreate(stream, CUstream_flags.CU_STREAM_NON_BLOCKING), "cuStreamCreate");
            this.memory = new CudaMemory(this);
            this.transfers = own(new Transfers(this));
            this.tables = own(new TableUploads(this));
            this.scratch = own(new ScratchMemory(this));
        } catch (RuntimeException e) {
            // Releasing the primary context frees what was allocated in it, half-made resources too.
            close();
            throw e;
        }
    }

    /** Frees a resource with the context, before all that were there first. */
    <T extends AutoCloseable> T own(T resource) {
        resources.push(resource);
        return resource;
    }

    /** The GPU in use. */
    Gpu gpu() {
        return gpu;
    }

    CudaMemory memory() {
        return memory;
    }

    Transfers transfers() {
        return transfers;
    }

    /** The stream of all kernels. */
    CUstream stream() {
        return stream;
    }

    /** Makes this GPU the calling thread's own; every method that calls the driver does so first. */
    void bind() {
        if (!bound.get()) {
            check(JCudaDriver.cuCtxSetCurrent(context), "cuCtxSetCurrent");
            bound.set(true);
        }
    }

    /** A kernel, its module loaded on first use. */
    synchronized Kernel kernel(KernelSpec spec) {
        bind();
        LoadedModule module = modules.get(spec.module());
        if (module == null) {
            module = own(new LoadedModule(this, spec.module()));
            modules.put(spec.module(), module);
        }
        return module.kernel(spec);
    }

    /** Copies a table to the device; its address holds for the kernels launched next by this thread. */
    long upload(int[] table) {
        return tables.upload(table);
    }

    /** Copies a table to the device; its address holds for the kernels launched next by this thread. */
    long upload(float[] table) {
        return tables.upload(table);
    }

    /** Copies a table to the device; its address holds for the kernels launched next by this thread. */
    long upload(long[] table) {
        return tables.upload(table);
    }

    /** Memory between kernels, with undefined contents; close it once the last kernel that uses it is launched. */
    ScratchMemory.Block scratch(long bytes) {
        return scratch.take(bytes);
    }

    /** Waits until all that was launched has run. */
    void synchronize() {
        bind();
        check(JCudaDriver.cuStreamSynchronize(stream), "cuStreamSynchronize");
    }

    /** Frees everything; failures, such as those of a lost device, are logged, since nothing can be done about them. */
    @Override
    public void close() {
        while (!resources.isEmpty()) {
            closeQuietly(resources.pop());
        }
        closeQuietly(() -> check(JCudaDriver.cuStreamDestroy(stream), "cuStreamDestroy"));
        closeQuietly(() -> check(JCudaDriver.cuDevicePrimaryCtxRelease(device), "cuDevicePrimaryCtxRelease"));
        bound.remove();
    }

    private static void closeQuietly(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            LOG.log(System.Logger.Level.DEBUG, "while giving the GPU back", e);
        }
    }
}
