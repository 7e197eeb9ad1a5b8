package org.ttdengine.kernels;

import java.util.Objects;

/**
 * One kernel of the catalogue: where it is and what it may use. Launching, tests, benchmarks and the tables of the
 * documentation all start from this record; the tests assemble every kernel for every promised architecture and compare
 * the assembler's figures with the budgets written here. A kernel never spills registers, so there is no budget for it.
 *
 * @param module PTX module that holds the kernel, the name of its {@code .cu} file without extension
 * @param name the kernel's entry point, {@code family_verb_dtype}, for example {@code layer_norm_forward_bf16}
 * @param maxThreads largest number of threads of a block, the kernel's {@code __launch_bounds__}
 * @param registerBudget largest number of registers per thread, on any promised architecture
 * @param sharedBudget largest number of bytes of shared memory per block: static plus the most a launch asks for
 */
public record KernelSpec(String module, String name, int maxThreads, int registerBudget, int sharedBudget) {
    /** Most threads a block may have on any CUDA device. */
    public static final int MAX_BLOCK_THREADS = 1024;
    /** Most registers a thread may have on any CUDA device. */
    public static final int MAX_REGISTERS = 255;
    /** Most shared memory of a block on every promised architecture, in bytes: 99 KiB, the limit of sm_86 and sm_89. */
    public static final int MAX_SHARED = 99 * 1024;

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a value is one that no device could satisfy
     */
    public KernelSpec {
        Objects.requireNonNull(module, "module");
        Objects.requireNonNull(name, "name");
        requireWithin("threads", name, maxThreads, 1, MAX_BLOCK_THREADS);
        requireWithin("registers", name, registerBudget, 1, MAX_REGISTERS);
        requireWithin("bytes of shared memory", name, sharedBudget, 0, MAX_SHARED);
    }

    /** A kernel without shared memory. */
    public KernelSpec(String module, String name, int maxThreads, int registerBudget) {
        this(module, name, maxThreads, registerBudget, 0);
    }

    private static void requireWithin(String what, String kernel, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "kernel " + kernel + ": " + value + " " + what + ", not from " + least + " to " + most);
        }
    }
}
