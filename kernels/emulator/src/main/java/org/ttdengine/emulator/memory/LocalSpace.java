package org.ttdengine.emulator.memory;

import org.ttdengine.emulator.machine.DeviceFault;
import org.ttdengine.emulator.machine.Warp;

/** The .local state space: each thread has its own bytes, counted from 0. */
final class LocalSpace implements Space {

    @Override
    public int access(Warp warp, int mask, Access access) {
        WarpMemory memory = warp.memory;
        int size = warp.block.localBytes;
        int lanes = memory.locate(mask, 0, size, access.bytes, access.bytes);
        if (lanes != mask) {
            int lane = Integer.numberOfTrailingZeros(mask & ~lanes);
            long address = memory.addresses[lane];
            boolean misaligned = (address & (access.bytes - 1)) != 0;
            throw warp.fault(
                    misaligned ? DeviceFault.Kind.MISALIGNED_ADDRESS : DeviceFault.Kind.ILLEGAL_ADDRESS,
                    lane,
                    String.format(
                            "%s of %d bytes at byte %d of %d bytes of local memory",
                            access.verb(), access.bytes, address, size));
        }
        for (int lane = 0; lane < WarpMemory.LANES; lane++) {
            memory.offsets[lane] += lane * size;
        }
        access.move(warp, warp.local, memory.offsets, lanes);
        if (warp.block.options.counters()) {
            warp.block.counters.memory.localAccesses++;
        }
        return lanes;
    }
}
