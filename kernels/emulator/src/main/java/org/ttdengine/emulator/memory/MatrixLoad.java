package org.ttdengine.emulator.memory;

import org.ttdengine.emulator.machine.Symbols.AddressOperand;
import org.ttdengine.emulator.machine.Warp;
import org.ttdengine.emulator.machine.WarpSync;

/**
 * {@code ldmatrix.m8n8.b16}: loads 1, 2 or 4 matrices of 8 x 8 elements of 16 bits from shared memory. Lane 8 i + r gives
 * the address of row r of matrix i, 16 bytes. Lane l receives from each matrix the elements (l / 4, 2 (l mod 4)) and the next one of
 * the row, packed in 32 bits; with {@code .trans}, from the transposed matrix.
 */
final class MatrixLoad implements WarpSync {
    private static final int ROWS = 8;
    private static final int ROW_BYTES = 16;

    private final AddressOperand address;
    private final int[] places;
    private final boolean transposed;

    MatrixLoad(AddressOperand address, int[] places, boolean transposed) {
        this.address = address;
        this.places = places;
        this.transposed = transposed;
    }

    @Override
    public int members(Warp warp, int lane) {
        return WarpMemory.ALL;
    }

    @Override
    public void execute(Warp warp, int mask) {
        WarpMemory memory = warp.memory;
        SharedMemory shared = warp.block.shared;
        Access.addresses(warp, address);
        int providers = places.length == 4 ? WarpMemory.ALL : (1 << ROWS * places.length) - 1;
        int lanes = memory.locate(providers, 0, shared.size(), ROW_BYTES, ROW_BYTES);
        if (lanes != providers) {
            throw SharedSpace.fault(warp, Integer.numberOfTrailingZeros(providers & ~lanes), ROW_BYTES, "ldmatrix");
        }
        for (int i = 0; i < places.length; i++) {
            check(warp, shared, i);
            if (transposed) {
                loadTransposed(warp, shared.data, i * ROWS, places[i]);
            } else {
                load(warp, shared.data, i * ROWS, places[i]);
            }
        }
        if (warp.block.options.counters()) {
            SharedSpace.count(warp, false, providers, ROW_BYTES);
        }
    }

    /** Each row is read by all lanes that receive a part of it. */
    private void check(Warp warp, SharedMemory shared, int matrix) {
        if (!shared.checks()) {
            return;
        }
        for (int row = 0; row < ROWS; row++) {
            int offset = warp.memory.offsets[matrix * ROWS + row];
            int receivers = transposed ? 0x1111_1111 << (row / 2) : 0xF << (4 * row);
            shared.checkRead(warp, receivers, offset, ROW_BYTES);
        }
    }

    private static void load(Warp warp, byte[] data, int firstRow, int place) {
        int[] offsets = warp.memory.offsets;
        for (int lane = 0; lane < WarpMemory.LANES; lane++) {
            int at = offsets[firstRow + (lane >> 2)] + 4 * (lane & 3);
            warp.r[place + lane] = (int) Bytes.INT.get(data, at);
        }
    }

    private static void loadTransposed(Warp warp, byte[] data, int firstRow, int place) {
        int[] offsets = warp.memory.offsets;
        for (int lane = 0; lane < WarpMemory.LANES; lane++) {
            int row = firstRow + 2 * (lane & 3);
            int column = 2 * (lane >> 2);
            int low = (short) Bytes.SHORT.get(data, offsets[row] + column) & 0xFFFF;
            int high = (short) Bytes.SHORT.get(data, offsets[row + 1] + column);
            warp.r[place + lane] = low | high << 16;
        }
    }
}
