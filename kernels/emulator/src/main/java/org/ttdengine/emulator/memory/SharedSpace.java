package org.ttdengine.emulator.memory;

import org.ttdengine.emulator.machine.DeviceFault;
import org.ttdengine.emulator.machine.Warp;

/** The .shared state space: addresses count from the start of the block's shared memory. */
final class SharedSpace implements Space {

    @Override
    public int access(Warp warp, int mask, Access access) {
        WarpMemory memory = warp.memory;
        SharedMemory shared = warp.block.shared;
        int bytes = access.bytes;
        int lanes = memory.locate(mask, 0, shared.size(), bytes, bytes);
        if (lanes != mask) {
            throw fault(warp, Integer.numberOfTrailingZeros(mask & ~lanes), bytes, access.verb());
        }
        if (access.reads() && !access.atomic()) {
            shared.checkRead(warp, lanes, memory.offsets, bytes);
        } else if (access.atomic()) {
            shared.checkAtomic(warp, lanes, memory.offsets, bytes);
        }
        access.move(warp, shared.data, memory.offsets, lanes);
        if (access.writes()) {
            shared.checkWrite(warp, lanes, memory.offsets, bytes, access.atomic());
        }
        if (warp.block.options.counters()) {
            count(warp, access.writes(), lanes, bytes);
        }
        return lanes;
    }

    /** Counts an access of {@code lanes} at {@code warp.memory.offsets} and its bank conflicts. */
    static void count(Warp warp, boolean write, int lanes, int bytes) {
        int conflicts = warp.memory.bankCounter.conflicts(warp.memory.offsets, lanes, bytes);
        MemoryCounters counters = warp.block.counters.memory;
        if (write) {
            counters.sharedStores++;
            counters.sharedStoreConflicts += conflicts;
        } else {
            counters.sharedLoads++;
            counters.sharedLoadConflicts += conflicts;
        }
    }

    /** The fault of a lane whose address is not usable. */
    static DeviceFault fault(Warp warp, int lane, int bytes, String verb) {
        long address = warp.memory.addresses[lane];
        String detail = String.format(
                "%s of %d bytes at byte %d of %d bytes of shared memory",
                verb, bytes, address, warp.block.shared.size());
        boolean misaligned = (address & (bytes - 1)) != 0;
        return warp.fault(
                misaligned ? DeviceFault.Kind.MISALIGNED_ADDRESS : DeviceFault.Kind.SHARED_OUT_OF_BOUNDS, lane, detail);
    }
}
