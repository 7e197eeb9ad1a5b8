package org.ttdengine.bench;

import org.ttdengine.emulator.machine.LaunchCounters;
import org.ttdengine.engine.backend.counting.Chip;

/**
 * The least time of a launch on a GPU that is not at hand (roofline; Williams et al. 2009), from what the emulated GPU
 * counted: every sector it touches crosses the memory's bus once, every arithmetic instruction runs at the peak rate. An
 * estimate, never a measurement.
 *
 * @param bytes that the launch cannot do without
 * @param flops single-precision operations on CUDA cores, a multiply-add counting two
 * @param tensorFlops operations of bfloat16 products on tensor cores
 */
record KernelEstimate(double bytes, double flops, double tensorFlops) {
    /** Operations of one mma.sync.m16n8k16. */
    static final long MMA_FLOPS = 2L * 16 * 8 * 16;

    private static final int SECTOR_BYTES = 32;
    private static final int LANES = 32;

    /** The estimate of a launch; all its matrix instructions are of bfloat16. */
    static KernelEstimate of(LaunchCounters counters) {
        double flops = 0;
        for (var count : counters.byOpcode.entrySet()) {
            flops += (double) LANES * operations(count.getKey()) * count.getValue();
        }
        double sectors = counters.memory.distinctSectorsRead + counters.memory.distinctSectorsWritten;
        return new KernelEstimate(SECTOR_BYTES * sectors, flops, (double) MMA_FLOPS * counters.mmaInstructions);
    }

    /** Single-precision operations of a lane of an instruction. */
    private static int operations(String opcode) {
        if (!opcode.endsWith(".f32")) {
            return 0;
        }
        return switch (opcode.substring(0, opcode.indexOf('.'))) {
            case "fma" -> 2;
            case "add", "sub", "mul", "div", "sqrt", "rsqrt", "rcp", "ex2" -> 1;
            default -> 0;
        };
    }

    /** Seconds on a chip: those of the traffic, of the CUDA cores or of the tensor cores, whichever are more. */
    double seconds(Chip chip) {
        return Math.max(chip.memorySeconds(bytes), arithmeticSeconds(chip));
    }

    /** Whether memory is what a chip waits for. */
    boolean isMemoryBound(Chip chip) {
        return chip.memorySeconds(bytes) >= arithmeticSeconds(chip);
    }

    private double arithmeticSeconds(Chip chip) {
        return Math.max(chip.arithmeticSeconds(flops, false), chip.arithmeticSeconds(tensorFlops, true));
    }
}
