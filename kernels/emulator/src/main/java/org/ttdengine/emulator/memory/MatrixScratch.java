package org.ttdengine.emulator.memory;

/** Room for one mma tile per warp: A [16, 16], B [16, 8], C [16, 8], row-major. */
final class MatrixScratch {
    final float[] a = new float[16 * 16];
    final float[] b = new float[16 * 8];
    final float[] c = new float[16 * 8];
}
