package org.ttdengine.emulator.memory;

import org.ttdengine.emulator.machine.DeviceFault;
import org.ttdengine.emulator.machine.Warp;

/** The .global state space. */
final class GlobalSpace implements Space {

    @Override
    public int access(Warp warp, int mask, Access access) {
        WarpMemory memory = warp.memory;
        int lane = Integer.numberOfTrailingZeros(mask);
        Allocation owner = warp.block.global.find(memory.addresses[lane]);
        byte[] data = owner == null ? null : owner.data;
        int lanes = data == null ? 0 : memory.locate(mask, owner.base, owner.size, access.bytes, access.bytes);
        if ((lanes & 1 << lane) == 0) {
            throw fault(warp, lane, access.bytes, access.bytes, access.verb());
        }
        if (access.reads()) {
            checkRead(warp, owner, lanes, access.bytes);
        }
        access.move(warp, data, memory.offsets, lanes);
        if (access.writes()) {
            noteWrite(warp, owner, lanes, access.bytes);
        }
        return lanes;
    }

    /** Checks initialisation and counts a read of {@code lanes} at {@code warp.memory.offsets}. */
    static void checkRead(Warp warp, Allocation owner, int lanes, int bytes) {
        int[] offsets = warp.memory.offsets;
        byte[] shadow = owner.shadow;
        if (shadow != null && warp.block.options.initcheck()) {
            requireInitialised(warp, owner, shadow, lanes, bytes);
        }
        if (warp.block.options.counters()) {
            SectorCounter counter = warp.memory.sectorCounter;
            counter.count(offsets, lanes, bytes);
            MemoryCounters counters = warp.block.counters.memory;
            counters.globalLoads++;
            counters.globalLoadSectors += counter.sectors;
            counters.globalLoadSectorsMinimum += counter.minimum;
            SectorMap map = warp.block.global.sectors(owner);
            if (map != null) {
                mark(map.read, offsets, lanes);
            }
        }
    }

    private static void noteWrite(Warp warp, Allocation owner, int lanes, int bytes) {
        int[] offsets = warp.memory.offsets;
        byte[] shadow = owner.shadow;
        if (shadow != null) {
            for (int rest = lanes; rest != 0; rest &= rest - 1) {
                Bytes.markInitialised(shadow, offsets[Integer.numberOfTrailingZeros(rest)], bytes);
            }
        }
        if (warp.block.options.counters()) {
            SectorCounter counter = warp.memory.sectorCounter;
            counter.count(offsets, lanes, bytes);
            MemoryCounters counters = warp.block.counters.memory;
            counters.globalStores++;
            counters.globalStoreSectors += counter.sectors;
            counters.globalStoreSectorsMinimum += counter.minimum;
            SectorMap map = warp.block.global.sectors(owner);
            if (map != null) {
                mark(map.written, offsets, lanes);
            }
        }
    }

    private static void mark(byte[] sectors, int[] offsets, int lanes) {
        for (int rest = lanes; rest != 0; rest &= rest - 1) {
            sectors[offsets[Integer.numberOfTrailingZeros(rest)] >> SectorMap.SECTOR_SHIFT] = 1;
        }
    }

    private static void requireInitialised(Warp warp, Allocation owner, byte[] shadow, int lanes, int bytes) {
        int[] offsets = warp.memory.offsets;
        for (int rest = lanes; rest != 0; rest &= rest - 1) {
            int lane = Integer.numberOfTrailingZeros(rest);
            if (!Bytes.initialised(shadow, offsets[lane], bytes)) {
                throw warp.fault(
                        DeviceFault.Kind.UNINITIALISED_READ,
                        lane,
                        String.format(
                                "read of %d bytes at 0x%x, never all written: byte %d of %s",
                                bytes, owner.base + offsets[lane], offsets[lane], owner));
            }
        }
    }

    /** The fault of a lane whose address is not usable. */
    static DeviceFault fault(Warp warp, int lane, int bytes, int alignment, String verb) {
        long address = warp.memory.addresses[lane];
        if ((address & (alignment - 1)) != 0) {
            return warp.fault(
                    DeviceFault.Kind.MISALIGNED_ADDRESS,
                    lane,
                    String.format(
                            "%s of %d bytes at 0x%x, %s", verb, bytes, address, warp.block.global.nearest(address)));
        }
        DeviceFault fault = warp.block.global.accessFault(address, bytes, verb);
        return warp.fault(fault.kind(), lane, fault.detail());
    }
}
