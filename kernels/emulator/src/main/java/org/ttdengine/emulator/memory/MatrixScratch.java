package org.ttdengine.emulator.memory;

/** Room for one mma tile per warp: A [16, 16], B [16, 8], C [16, 8], row-major, and the values on their way to it. */
final class MatrixScratch {
    /** One half of one register, widened, lane by lane. */
    final float[] values = new float[WarpMemory.LANES];

    final float[] a = new float[16 * 16];
    final float[] b = new float[16 * 8];
    final float[] c = new float[16 * 8];
}
