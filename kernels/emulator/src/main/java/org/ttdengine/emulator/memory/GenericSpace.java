package org.ttdengine.emulator.memory;

import org.ttdengine.emulator.machine.Warp;

/**
 * Generic addresses: windows of the address range stand for shared and local memory, everything else is global. The windows
 * are placed so that a global address taken for a shared one by mistake (its distance from the window cut to 32 bits) lies far
 * outside shared memory.
 */
final class GenericSpace implements Space {
    static final long SHARED_WINDOW = 0x7e00_4000_0000L;
    static final long LOCAL_WINDOW = 0x7d00_8000_0000L;
    private static final long WINDOW_BYTES = 1L << 24;

    private final Space global = new GlobalSpace();
    private final Space shared = new SharedSpace();
    private final Space local = new LocalSpace();

    @Override
    public int access(Warp warp, int mask, Access access) {
        long[] addresses = warp.memory.addresses;
        long window = window(addresses[Integer.numberOfTrailingZeros(mask)]);
        int same = 0;
        for (int rest = mask; rest != 0; rest &= rest - 1) {
            int lane = Integer.numberOfTrailingZeros(rest);
            if (window(addresses[lane]) == window) {
                same |= 1 << lane;
            }
        }
        if (window == 0) {
            return global.access(warp, same, access);
        }
        for (int rest = same; rest != 0; rest &= rest - 1) {
            addresses[Integer.numberOfTrailingZeros(rest)] -= window;
        }
        return (window == SHARED_WINDOW ? shared : local).access(warp, same, access);
    }

    /** Start of the window that holds {@code address}; 0 for a global address. */
    static long window(long address) {
        if (address >= SHARED_WINDOW && address < SHARED_WINDOW + WINDOW_BYTES) {
            return SHARED_WINDOW;
        }
        return address >= LOCAL_WINDOW && address < LOCAL_WINDOW + WINDOW_BYTES ? LOCAL_WINDOW : 0;
    }
}
