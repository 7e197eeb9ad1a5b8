package org.ttdengine.emulator.memory;

/**
 * The 32-byte sectors of one allocation that a launch touched. One byte per sector and direction, so that blocks on
 * several threads can mark without synchronisation: every mark writes the same value.
 */
final class SectorMap {
    static final int SECTOR_SHIFT = 5;

    final byte[] read;
    final byte[] written;

    SectorMap(int allocationBytes) {
        int sectors = (int) (((long) allocationBytes + 31) >>> SECTOR_SHIFT);
        read = new byte[sectors];
        written = new byte[sectors];
    }

    static long count(byte[] marks) {
        long sum = 0;
        for (byte mark : marks) {
            sum += mark;
        }
        return sum;
    }
}
