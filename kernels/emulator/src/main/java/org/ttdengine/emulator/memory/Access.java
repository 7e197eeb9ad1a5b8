package org.ttdengine.emulator.memory;

import org.ttdengine.emulator.machine.Instruction;
import org.ttdengine.emulator.machine.Symbols.AddressOperand;
import org.ttdengine.emulator.machine.Warp;

/**
 * An instruction that reads or writes memory, each lane at an address of its own. The state space finds the bytes, checks and
 * counts; the subclass moves them.
 */
abstract class Access implements Instruction {
    private final Space space;
    private final AddressOperand address;

    /** Bytes that one lane touches; its address must be a multiple of it. */
    final int bytes;

    Access(Space space, AddressOperand address, int bytes) {
        this.space = space;
        this.address = address;
        this.bytes = bytes;
    }

    @Override
    public final void execute(Warp warp, int mask) {
        addresses(warp, address);
        int rest = mask;
        while (rest != 0) {
            rest &= ~space.access(warp, rest, this);
        }
    }

    /** Puts the address of every lane, active or not, into {@code warp.memory.addresses}. */
    static void addresses(Warp warp, AddressOperand address) {
        long[] addresses = warp.memory.addresses;
        int base = address.base();
        long offset = address.offset();
        if (address.wide()) {
            long[] d = warp.d;
            for (int lane = 0; lane < WarpMemory.LANES; lane++) {
                addresses[lane] = d[base + lane] + offset;
            }
        } else {
            int[] r = warp.r;
            for (int lane = 0; lane < WarpMemory.LANES; lane++) {
                addresses[lane] = r[base + lane] + offset & 0xFFFF_FFFFL;
            }
        }
    }

    abstract boolean reads();

    abstract boolean writes();

    /** Whether the access is one indivisible read and write. */
    boolean atomic() {
        return false;
    }

    /**
     * Moves the bytes of some lanes.
     *
     * @param data what holds them
     * @param offsets where in {@code data} each lane's bytes start
     * @param lanes which lanes, never 0
     */
    abstract void move(Warp warp, byte[] data, int[] offsets, int lanes);

    /** For messages. */
    String verb() {
        return atomic() ? "atomic" : writes() ? "write" : "read";
    }
}
