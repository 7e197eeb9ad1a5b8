package org.ttdengine.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.ttdengine.engine.backend.Backend;
import org.ttdengine.engine.backend.counting.CountingBackend;
import org.ttdengine.engine.backend.cpu.CpuBackend;
import org.ttdengine.engine.backend.cpu.CpuFeatures;
import org.ttdengine.engine.backend.cuda.CudaBackend;
import org.ttdengine.engine.backend.cuda.CudaException;
import org.ttdengine.engine.backend.cuda.MatMulProvider;
import org.ttdengine.engine.backend.reference.ReferenceBackend;

/**
 * Where tensors live and operations run: a backend, its memory and its counters.
 *
 * <p>System properties: {@code ttd.memory.poison} fills fresh memory with NaN; {@code ttd.memory.debug} remembers where
 * each scope was opened, for the report of scopes left open; {@code ttd.memory.direct} allocates every tensor by itself, for
 * memory checkers.
 */
public final class Device implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Device.class.getName());
    private static final long HOST_ACTIVATION_BYTES = 3_000_000_000L;

    private final String name;
    private final Backend backend;
    private final MemoryPool pool;
    private final DType dtype;
    private final DType activationType;
    private final Map<Scope, Throwable> open = Collections.synchronizedMap(new LinkedHashMap<>());
    private final AtomicLong flops = new AtomicLong();

    private Device(String name, DType dtype, DType activationType, Backend backend, MemorySource memory) {
        this.name = name;
        this.dtype = dtype;
        this.activationType = activationType;
        this.backend = backend;
        this.pool = new MemoryPool(
                memory, Boolean.getBoolean("ttd.memory.poison"), Boolean.getBoolean("ttd.memory.direct"));
    }

    /** The processor with all its cores; see {@link #cpu(int)}. */
    public static Device cpu() {
        return cpu(Runtime.getRuntime().availableProcessors());
    }

    /**
     * The processor in single precision. Without the module {@code jdk.incubator.vector} it falls back to the scalar
     * reference and says so once, naming the flag that makes it fast.
     */
    public static Device cpu(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("a device needs at least one thread, not " + threads);
        }
        if (!CpuFeatures.vectorModulePresent()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the scalar CPU path runs, many times slower: start java with --add-modules jdk.incubator.vector");
            return new Device("cpu (scalar)", DType.F32, DType.F32, new ReferenceBackend(), new HeapMemory());
        }
        return new Device("cpu", DType.F32, DType.F32, new CpuBackend(threads), new HeapMemory());
    }

    /**
     * The readable scalar implementation, computing in double: the oracle of all others.
     *
     * @param dtype what it stores: F64; F32; or BF16 for weights and activations with all else in F32, as CUDA devices do
     */
    public static Device reference(DType dtype) {
        if (dtype != DType.F32 && dtype != DType.F64 && dtype != DType.BF16) {
            throw new IllegalArgumentException("the reference device stores F32, F64 or BF16, not " + dtype);
        }
        DType own = dtype == DType.BF16 ? DType.F32 : dtype;
        return new Device("reference " + dtype, own, dtype, new ReferenceBackend(), new HeapMemory());
    }

    /** An NVIDIA GPU in single precision; see {@link #cuda(int, DType, MatMulProvider)}. */
    public static Device cuda(int ordinal) {
        return cuda(ordinal, DType.F32);
    }

    /** An NVIDIA GPU with our own kernels or cuBLAS; see {@link #cuda(int, DType, MatMulProvider)}. */
    public static Device cuda(int ordinal, DType activationType) {
        return cuda(ordinal, activationType, MatMulProvider.AUTO);
    }

    /**
     * An NVIDIA GPU, through its driver alone.
     *
     * @param ordinal which of the GPUs the driver lists, from 0
     * @param activationType F32 for exact products, or BF16 for weights and activations in bfloat16 on tensor cores, with
     *     sums, norms, losses, adapters and the optimiser in single precision
     * @param provider of matrix products
     * @throws CudaException if there is no driver or no such GPU, or either is too old; the message says what to do
     */
    public static Device cuda(int ordinal, DType activationType, MatMulProvider provider) {
        if (activationType != DType.F32 && activationType != DType.BF16) {
            throw new IllegalArgumentException("a CUDA device computes in F32 or BF16, not " + activationType);
        }
        CudaBackend backend = CudaBackend.open(ordinal, provider);
        return new Device(
                "cuda:" + ordinal + " (" + backend.gpu().name() + ")",
                DType.F32,
                activationType,
                backend,
                backend.memory());
    }

    /**
     * A device that computes nothing and counts the work and the memory a real one would need: all its numbers are zero.
     *
     * @param activationType as of {@link #cuda(int, DType, MatMulProvider)}
     */
    public static Device counting(DType activationType) {
        CountingBackend backend = new CountingBackend();
        return new Device("counting " + activationType, DType.F32, activationType, backend, backend.memory());
    }

    public String name() {
        return name;
    }

    /** Type of the elements of weights and activations; norms, losses and what is trained are of {@link #dtype}. */
    public DType activationType() {
        return activationType;
    }

    /** Type of the elements of tensors, unless another is asked for. */
    public DType dtype() {
        return dtype;
    }

    public Backend backend() {
        return backend;
    }

    /** Memory that the activations of a step may take: half of a GPU's own, or 3 GB of the computer's. */
    public long activationBytes() {
        return backend instanceof CudaBackend cuda ? cuda.gpu().memoryBytes() / 2 : HOST_ACTIVATION_BYTES;
    }

    /** Opens a scope; close it to free its tensors. */
    public Scope scope(String scopeName) {
        Scope scope = new Scope(scopeName, this);
        open.put(scope, Boolean.getBoolean("ttd.memory.debug") ? new Throwable("opened here") : NO_SITE);
        return scope;
    }

    private static final Throwable NO_SITE = new Throwable("start java with -Dttd.memory.debug=true for the place");

    void closed(Scope scope) {
        open.remove(scope);
    }

    MemoryPool pool() {
        return pool;
    }

    /** Bytes of tensors alive now. */
    public long bytesInUse() {
        return pool.bytesInUse();
    }

    /** The most bytes of tensors that were ever alive at one time. */
    public long peakBytes() {
        return pool.peakBytes();
    }

    /** The largest tensors alive, largest first, with their sizes. */
    List<String> largestTensors(int count) {
        List<Tensor> tensors = new ArrayList<>();
        synchronized (open) {
            open.keySet().forEach(scope -> tensors.addAll(scope.owned()));
        }
        return tensors.stream()
                .sorted(Comparator.comparingLong(Tensor::bytes).reversed())
                .limit(count)
                .map(tensor -> String.format("%s %.1f MB", tensor, tensor.bytes() / (double) (1 << 20)))
                .toList();
    }

    /** Adds to the count of useful floating-point operations; called by operations. */
    public void countFlops(long count) {
        flops.addAndGet(count);
    }

    /** Useful floating-point operations so far: a fused multiply-add counts two, padding nothing. */
    public long flops() {
        return flops.get();
    }

    /** Frees workers and memory; scopes still open are reported by name. */
    @Override
    public void close() {
        Map<Scope, Throwable> leaked = Map.copyOf(open);
        leaked.forEach((scope, site) -> LOG.log(
                System.Logger.Level.WARNING,
                "scope '" + scope.name() + "' was left open with " + scope.tensors() + " tensors",
                site));
        try {
            pool.clear();
        } finally {
            backend.close();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
