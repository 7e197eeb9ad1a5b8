package org.ttdengine.emulator.memory;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ttdengine.emulator.machine.DeviceFault;

/**
 * The global memory of the emulated device. Addresses start at 0x7f00_0000_0000, are never host pointers and never given
 * out twice. New memory is poison; freed memory is gone at once, and its last {@value #QUARANTINE} owners are remembered
 * so that a use after free names the allocation. Where initialisation is tracked, each byte knows whether it was written.
 *
 * <p>Allocation, free and host access are safe from any thread. Loads and stores of running kernels take no lock: like a
 * device, this memory promises no order between threads beyond atomics and the end of a launch. An address that is not in a
 * live allocation gives a {@link DeviceFault}.
 */
public final class GlobalMemory {
    private static final int QUARANTINE = 65_536;
    private static final long LARGEST_ALLOCATION = Integer.MAX_VALUE - 64L;
    private static final int ATOMIC_LOCKS = 256;

    private final long capacity;
    private final boolean trackInitialised;
    private final AddressTable table = new AddressTable();
    private final TreeMap<Long, Allocation> live = new TreeMap<>();
    private final ArrayDeque<Allocation> freed = new ArrayDeque<>();
    private final Object[] atomicLocks = new Object[ATOMIC_LOCKS];
    private final List<Allocation> touched = new ArrayList<>();
    private volatile boolean countSectors;
    private long serial;
    private long bytesInUse;
    private long peakBytes;

    /**
     * An empty device memory.
     *
     * @param capacity bytes that can be allocated at the same time
     * @param trackInitialised whether each byte remembers if it was written (doubles the memory taken on the host)
     */
    public GlobalMemory(long capacity, boolean trackInitialised) {
        this.capacity = capacity;
        this.trackInitialised = trackInitialised;
        Arrays.setAll(atomicLocks, i -> new Object());
    }

    /**
     * Takes {@code bytes} of poisoned memory.
     *
     * @param label what the memory is for; shown in faults and leak reports
     * @return its address, a multiple of 256
     * @throws OutOfDeviceMemory if the capacity, the address range or the host's heap has no room for it
     * @throws IllegalArgumentException if {@code bytes} is not positive
     */
    public synchronized long allocate(long bytes, String label) {
        if (bytes <= 0) {
            throw new IllegalArgumentException("cannot allocate " + bytes + " bytes for '" + label + "'");
        }
        long base = table.next(bytes);
        if (base < 0 || bytes > LARGEST_ALLOCATION || bytes > capacity - bytesInUse) {
            throw outOfMemory(bytes, label, "of " + capacity + " bytes " + bytesInUse + " are in use");
        }
        Allocation allocation = create(base, (int) bytes, label);
        table.add(allocation);
        live.put(base, allocation);
        bytesInUse += bytes;
        peakBytes = Math.max(peakBytes, bytesInUse);
        return base;
    }

    private Allocation create(long base, int bytes, String label) {
        try {
            return new Allocation(base, bytes, label, ++serial, trackInitialised);
        } catch (OutOfMemoryError e) {
            OutOfDeviceMemory failure = outOfMemory(bytes, label, "the host's Java heap is full");
            failure.initCause(e);
            throw failure;
        }
    }

    private static OutOfDeviceMemory outOfMemory(long bytes, String label, String why) {
        return new OutOfDeviceMemory("no room for " + bytes + " bytes for '" + label + "': " + why);
    }

    /** Gives back the allocation that starts at {@code address}; any other address is a {@link DeviceFault}. */
    public synchronized void free(long address) {
        Allocation allocation = live.remove(address);
        if (allocation == null) {
            throw freeFault(address);
        }
        bytesInUse -= allocation.size;
        allocation.free();
        freed.addLast(allocation);
        if (freed.size() > QUARANTINE) {
            table.forget(freed.removeFirst());
        }
    }

    private DeviceFault freeFault(long address) {
        Allocation near = table.find(address);
        if (near != null && near.data == null && near.base == address) {
            return new DeviceFault(DeviceFault.Kind.USE_AFTER_FREE, "second free of " + near);
        }
        return new DeviceFault(
                DeviceFault.Kind.ILLEGAL_ADDRESS,
                String.format("free of 0x%x, which no allocation starts at; %s", address, nearest(address)));
    }

    /** Copies device bytes from {@code address} to {@code target[offset, offset + count)}. */
    public void read(long address, byte[] target, int offset, int count) {
        Allocation source = range(address, count, "host read");
        System.arraycopy(source.data, (int) (address - source.base), target, offset, count);
    }

    /** Copies device bytes from {@code address} until {@code target} is full. */
    public void read(long address, ByteBuffer target) {
        Allocation source = range(address, target.remaining(), "host read");
        target.put(source.data, (int) (address - source.base), target.remaining());
    }

    /** Copies {@code source[offset, offset + count)} to device memory at {@code address}. */
    public void write(long address, byte[] source, int offset, int count) {
        Allocation target = range(address, count, "host write");
        int start = (int) (address - target.base);
        System.arraycopy(source, offset, target.data, start, count);
        target.markInitialised(start, count);
    }

    /** Copies all of {@code source} to device memory at {@code address}. */
    public void write(long address, byte[] source) {
        write(address, source, 0, source.length);
    }

    /** Copies all that remains in {@code source} to device memory at {@code address}. */
    public void write(long address, ByteBuffer source) {
        int count = source.remaining();
        Allocation target = range(address, count, "host write");
        int start = (int) (address - target.base);
        source.get(target.data, start, count);
        target.markInitialised(start, count);
    }

    /** Copies {@code count} bytes inside the device; bytes that were never written stay so. */
    public void copy(long targetAddress, long sourceAddress, long count) {
        Allocation source = range(sourceAddress, count, "device copy from");
        Allocation target = range(targetAddress, count, "device copy to");
        int from = (int) (sourceAddress - source.base);
        int to = (int) (targetAddress - target.base);
        byte[] sourceMarks = source.shadow;
        System.arraycopy(source.data, from, target.data, to, (int) count);
        if (sourceMarks == null) {
            target.markInitialised(to, (int) count);
        } else if (target.shadow != null) {
            System.arraycopy(sourceMarks, from, target.shadow, to, (int) count);
        }
    }

    /**
     * Fills {@code count} elements of {@code width} bytes (1, 2 or 4) with the low bytes of {@code value}.
     *
     * @throws DeviceFault if {@code address} is not a multiple of {@code width}, or the range is not in one live allocation
     */
    public void fill(long address, int value, int width, long count) {
        if (width != 1 && width != 2 && width != 4) {
            throw new IllegalArgumentException("fill of elements of " + width + " bytes");
        }
        Allocation target = range(address, Math.multiplyExact(count, (long) width), "host fill");
        if (address % width != 0) {
            throw new DeviceFault(
                    DeviceFault.Kind.MISALIGNED_ADDRESS,
                    String.format("host fill of 0x%x with elements of %d bytes", address, width));
        }
        int start = (int) (address - target.base);
        int end = start + (int) count * width;
        if (width == 1) {
            Arrays.fill(target.data, start, end, (byte) value);
        } else if (width == 2) {
            for (int i = start; i < end; i += 2) {
                Bytes.SHORT.set(target.data, i, (short) value);
            }
        } else {
            for (int i = start; i < end; i += 4) {
                Bytes.INT.set(target.data, i, value);
            }
        }
        target.markInitialised(start, end - start);
    }

    private Allocation range(long address, long count, String what) {
        Allocation allocation = table.find(address);
        if (allocation == null || allocation.data == null || !allocation.contains(address, count)) {
            throw accessFault(address, count, what);
        }
        return allocation;
    }

    /** The fault of touching {@code count} bytes at {@code address}, where they do not lie in one live allocation. */
    DeviceFault accessFault(long address, long count, String what) {
        Allocation owner = table.find(address);
        if (owner != null && owner.data == null && owner.contains(address, 1)) {
            return new DeviceFault(
                    DeviceFault.Kind.USE_AFTER_FREE,
                    String.format("%s of %d bytes at 0x%x: freed %s", what, count, address, owner));
        }
        return new DeviceFault(
                DeviceFault.Kind.ILLEGAL_ADDRESS,
                String.format("%s of %d bytes at 0x%x: %s", what, count, address, nearest(address)));
    }

    /** Where {@code address} lies relative to the closest live allocation, in words. */
    synchronized String nearest(long address) {
        Allocation below = value(live.floorEntry(address));
        Allocation above = value(live.higherEntry(address));
        if (below == null && above == null) {
            return "nothing is allocated";
        }
        long past = below == null ? Long.MAX_VALUE : address - (below.base + below.size);
        if (past < 0) {
            return String.format("%d bytes into %s", address - below.base, below);
        }
        long before = above == null ? Long.MAX_VALUE : above.base - address;
        return past <= before
                ? String.format("%d bytes past the end of %s", past, below)
                : String.format("%d bytes before %s", before, above);
    }

    private static Allocation value(Map.Entry<Long, Allocation> entry) {
        return entry == null ? null : entry.getValue();
    }

    /** The allocation whose pages hold {@code address}, live or freed, red zones included; null if there is none. */
    Allocation find(long address) {
        return table.find(address);
    }

    /** The lock that makes atomics on the 16 bytes around {@code address} one at a time. */
    Object atomicLock(long address) {
        return atomicLocks[(int) (address >>> 4) & (ATOMIC_LOCKS - 1)];
    }

    /** From now on notes which sectors kernels touch. Meant for one launch at a time. */
    public void startCountingSectors() {
        synchronized (touched) {
            countSectors = true;
        }
    }

    /** Ends {@link #startCountingSectors} and adds the distinct sectors touched to {@code counters}. */
    public void finishCountingSectors(MemoryCounters counters) {
        synchronized (touched) {
            countSectors = false;
            for (Allocation allocation : touched) {
                SectorMap map = allocation.sectors;
                if (map != null) {
                    counters.distinctSectorsRead += SectorMap.count(map.read);
                    counters.distinctSectorsWritten += SectorMap.count(map.written);
                    allocation.sectors = null;
                }
            }
            touched.clear();
        }
    }

    /** Where to note the touched sectors of {@code owner}; null when they are not being counted. */
    SectorMap sectors(Allocation owner) {
        SectorMap map = owner.sectors;
        return map != null || !countSectors ? map : newSectorMap(owner);
    }

    private SectorMap newSectorMap(Allocation owner) {
        synchronized (touched) {
            if (owner.sectors == null && countSectors) {
                owner.sectors = new SectorMap(owner.size);
                touched.add(owner);
            }
            return owner.sectors;
        }
    }

    /** What has not been freed, in the order it was allocated. */
    public synchronized List<LiveAllocation> liveAllocations() {
        Collection<Allocation> all = live.values();
        List<LiveAllocation> result = new ArrayList<>(all.size());
        for (Allocation a : all) {
            result.add(new LiveAllocation(a.base, a.size, a.label, a.serial));
        }
        return result;
    }

    /** Start and size of the live allocation that holds {@code address}, as {@code cuMemGetAddressRange} tells. */
    public synchronized LiveAllocation allocationAt(long address) {
        Allocation owner = value(live.floorEntry(address));
        if (owner == null || !owner.contains(address, 1)) {
            throw accessFault(address, 1, "question for the allocation");
        }
        return new LiveAllocation(owner.base, owner.size, owner.label, owner.serial);
    }

    public long capacity() {
        return capacity;
    }

    public synchronized long bytesInUse() {
        return bytesInUse;
    }

    public synchronized long peakBytes() {
        return peakBytes;
    }

    /** How many allocations were made so far, freed ones included. */
    public synchronized long allocationCount() {
        return serial;
    }
}
