package org.ttdengine.emulator.driver;

import java.util.Map;
import java.util.TreeMap;

/** Page-locked host memory: what was allocated by the driver or registered with it. Copies from and to it are truly late. */
final class PinnedMemory {
    private record Range(long address, long bytes, int flags, boolean registered) {}

    private final TreeMap<Long, Range> ranges = new TreeMap<>();

    /** Zeroed page-locked memory. */
    long allocate(long bytes, int flags) {
        if (bytes <= 0) {
            throw new CudaException(CudaStatus.INVALID_VALUE, "allocation of " + bytes + " bytes of host memory");
        }
        long address = NativeShim.allocate(bytes);
        if (address == 0) {
            throw new CudaException(CudaStatus.OUT_OF_MEMORY, bytes + " bytes of host memory wanted");
        }
        ranges.put(address, new Range(address, bytes, flags, false));
        return address;
    }

    /** Frees what {@link #allocate} returned. */
    void free(long address) {
        Range range = ranges.get(address);
        if (range == null || range.registered) {
            throw new CudaException(
                    CudaStatus.INVALID_VALUE, String.format("0x%x was not allocated as host memory", address));
        }
        ranges.remove(address);
        NativeShim.free(address);
    }

    void register(long address, long bytes, int flags) {
        if (address == 0 || bytes <= 0) {
            throw new CudaException(CudaStatus.INVALID_VALUE, "registration of no host memory");
        }
        Range before = value(ranges.lowerEntry(address + bytes));
        if (before != null && before.address + before.bytes > address) {
            throw new CudaException(CudaStatus.HOST_MEMORY_ALREADY_REGISTERED, null);
        }
        ranges.put(address, new Range(address, bytes, flags, true));
    }

    void unregister(long address) {
        Range range = ranges.get(address);
        if (range == null || !range.registered) {
            throw new CudaException(CudaStatus.HOST_MEMORY_NOT_REGISTERED, null);
        }
        ranges.remove(address);
    }

    /** Flags with which the memory was allocated or registered. */
    int flags(long address) {
        Range range = value(ranges.floorEntry(address));
        if (range == null || address >= range.address + range.bytes) {
            throw new CudaException(CudaStatus.INVALID_VALUE, String.format("0x%x is not page-locked", address));
        }
        return range.flags;
    }

    /** Whether the whole range is page-locked. */
    boolean contains(long address, long bytes) {
        Range range = value(ranges.floorEntry(address));
        return range != null && address + bytes <= range.address + range.bytes;
    }

    private static Range value(Map.Entry<Long, Range> entry) {
        return entry == null ? null : entry.getValue();
    }
}
