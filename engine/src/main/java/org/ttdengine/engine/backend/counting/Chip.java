package org.ttdengine.engine.backend.counting;

/** GPUs that estimates are made for, with their peak rates from NVIDIA's data sheets (dense, without sparsity). */
public enum Chip {
    A100("A100 SXM 80 GB", 312e12, 19.5e12, 2.039e12),
    H100("H100 SXM 80 GB", 989e12, 67e12, 3.35e12);

    private final String label;
    private final double tensorFlops;
    private final double flops;
    private final double bytesPerSecond;

    Chip(String label, double tensorFlops, double flops, double bytesPerSecond) {
        this.label = label;
        this.tensorFlops = tensorFlops;
        this.flops = flops;
        this.bytesPerSecond = bytesPerSecond;
    }

    /** Its name with what tells it from its relatives. */
    public String label() {
        return label;
    }

    /**
     * Seconds that arithmetic takes at the peak rate.
     *
     * @param operations floating-point operations, a multiply-add counting two
     * @param bfloat16 whether they are products of bfloat16 on tensor cores, else single precision on CUDA cores
     */
    public double arithmeticSeconds(double operations, boolean bfloat16) {
        return operations / (bfloat16 ? tensorFlops : flops);
    }

    /** Seconds that so many bytes take to or from memory at the peak bandwidth. */
    public double memorySeconds(double bytes) {
        return bytes / bytesPerSecond;
    }

    /**
     * The least time of some work (Williams et al. 2009): as long as its arithmetic or as its memory traffic, whichever is
     * longer.
     *
     * @param bfloat16 whether matrix products run on tensor cores in bfloat16
     */
    public double seconds(Work work, boolean bfloat16) {
        return Math.max(arithmeticSeconds(work.flops(), work.tensorCores() && bfloat16), memorySeconds(work.bytes()));
    }
}
