package org.ttdengine.emulator.driver;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ttdengine.emulator.memory.GlobalMemory;

/**
 * A matrix on the device as BLAS sees it: column by column.
 *
 * @param type cudaDataType
 * @param address of the first element of the first batch
 * @param leading elements from one column to the next
 * @param stride elements from one batch to the next
 */
record ColumnMatrix(int type, long address, int leading, long stride) {
    /** CUDA_R_32F. */
    static final int F32 = 0;
    /** CUDA_R_16BF. */
    static final int BF16 = 14;

    ColumnMatrix {
        if (type != F32 && type != BF16) {
            throw new CudaException(CudaStatus.NOT_SUPPORTED, "matrix elements of cudaDataType " + type);
        }
    }

    private int size() {
        return type == F32 ? Float.BYTES : Short.BYTES;
    }

    private long column(int batch, int column) {
        return address + (batch * stride + (long) column * leading) * size();
    }

    /** Elements column by column without gaps. */
    float[] read(GlobalMemory memory, int batch, int rows, int columns) {
        float[] result = new float[rows * columns];
        ByteBuffer bytes = ByteBuffer.allocate(rows * size()).order(ByteOrder.nativeOrder());
        for (int column = 0; column < columns; column++) {
            memory.read(column(batch, column), bytes.clear());
            for (int row = 0; row < rows; row++) {
                result[column * rows + row] =
                        type == F32 ? bytes.getFloat(4 * row) : Float.intBitsToFloat(bytes.getShort(2 * row) << 16);
            }
        }
        return result;
    }

    /** Stores elements that are given column by column without gaps; what lies between columns is not touched. */
    void write(GlobalMemory memory, int batch, int rows, int columns, float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(rows * size()).order(ByteOrder.nativeOrder());
        for (int column = 0; column < columns; column++) {
            for (int row = 0; row < rows; row++) {
                float value = values[column * rows + row];
                if (type == F32) {
                    bytes.putFloat(4 * row, value);
                } else {
                    bytes.putShort(2 * row, bfloat16(value));
                }
            }
            memory.write(column(batch, column), bytes.clear());
        }
    }

    /** The nearest bfloat16, ties to even; a NaN stays one. */
    private static short bfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) (bits >>> 16 | 0x40);
        }
        return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
    }
}
