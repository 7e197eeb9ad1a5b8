package org.ttdengine.emulator.memory;

import org.ttdengine.emulator.machine.Symbols.AddressOperand;
import org.ttdengine.emulator.machine.Warp;
import org.ttdengine.emulator.ptx.PtxType;

/**
 * {@code atom} and {@code red}: lanes take their turn in ascending order, each under the lock of its address, so that blocks
 * on other threads see each step whole.
 */
final class Atomic extends Access {
    private final AtomicOperation operation;
    private final PtxType type;
    private final Places places;

    /** Register places: where the old value goes, and the operands. */
    record Places(int target, int b, int c) {}

    Atomic(Space space, AddressOperand address, AtomicOperation operation, PtxType type, Places places) {
        super(space, address, type.bytes());
        this.operation = operation;
        this.type = type;
        this.places = places;
    }

    @Override
    boolean reads() {
        return true;
    }

    @Override
    boolean writes() {
        return true;
    }

    @Override
    boolean atomic() {
        return true;
    }

    @Override
    void move(Warp warp, byte[] data, int[] offsets, int lanes) {
        GlobalMemory global = warp.block.global;
        if (warp.block.options.counters()) {
            warp.block.counters.memory.atomics++;
        }
        for (int rest = lanes; rest != 0; rest &= rest - 1) {
            int lane = Integer.numberOfTrailingZeros(rest);
            synchronized (global.atomicLock(warp.memory.addresses[lane])) {
                step(warp, data, offsets[lane], lane);
            }
        }
    }

    private void step(Warp warp, byte[] data, int at, int lane) {
        if (type.isWide()) {
            long old = (long) Bytes.LONG.get(data, at);
            Bytes.LONG.set(data, at, operation.apply(old, warp.d[places.b() + lane], warp.d[places.c() + lane]));
            warp.d[places.target() + lane] = old;
            return;
        }
        int raw = type.bytes() == 4 ? (int) Bytes.INT.get(data, at) : (short) Bytes.SHORT.get(data, at) & 0xFFFF;
        long result =
                operation.apply(extend(raw), extend(warp.r[places.b() + lane]), extend(warp.r[places.c() + lane]));
        if (type.bytes() == 4) {
            Bytes.INT.set(data, at, (int) result);
        } else {
            Bytes.SHORT.set(data, at, (short) result);
        }
        warp.r[places.target() + lane] = raw;
    }

    private long extend(int value) {
        return type.isSigned() ? value : value & 0xFFFF_FFFFL;
    }
}
