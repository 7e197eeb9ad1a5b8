package org.ttdengine.emulator.memory;

import java.util.Arrays;

/**
 * Counts bank conflicts of one warp access to shared memory: 32 banks of 4 bytes, successive words in successive banks, one
 * word per bank and wavefront; lanes that ask for the same word share it. Accesses of 8 bytes are served per half warp, of
 * 16 bytes per quarter warp, so that each phase asks for at most 32 words when it has no conflict. Accesses are
 * aligned to their size, so those of 8 or 16 bytes meet in all their 2 or 4 banks or in none: such a group of banks acts as one wider bank.
 */
final class BankCounter {
    private static final int BANK_BYTES = 128;

    private final int[] unitOfBank = new int[32];
    private final int[] units = new int[32];
    private final int[] multiplicity = new int[32];

    /** Wavefronts beyond one per phase that has active lanes. */
    int conflicts(int[] offsets, int mask, int bytes) {
        int unitShift = bytes <= 4 ? 2 : bytes == 8 ? 3 : 4;
        int banks = BANK_BYTES >> unitShift;
        int extra = 0;
        for (int first = 0; first < 32; first += banks) {
            int lanes = mask & (-1 >>> (32 - banks) << first);
            if (lanes != 0) {
                extra += phase(offsets, lanes, unitShift, banks);
            }
        }
        return extra;
    }

    private int phase(int[] offsets, int lanes, int unitShift, int banks) {
        Arrays.fill(unitOfBank, 0, banks, -1);
        boolean conflict = false;
        int count = 0;
        for (int rest = lanes; rest != 0; rest &= rest - 1) {
            int unit = offsets[Integer.numberOfTrailingZeros(rest)] >>> unitShift;
            int held = unitOfBank[unit & (banks - 1)];
            conflict |= held >= 0 && held != unit;
            unitOfBank[unit & (banks - 1)] = unit;
            units[count++] = unit;
        }
        return conflict ? slowest(count, banks) - 1 : 0;
    }

    /** The most distinct units that one bank must deliver. */
    private int slowest(int count, int banks) {
        Arrays.sort(units, 0, count);
        Arrays.fill(multiplicity, 0, banks, 0);
        int most = 0;
        for (int i = 0; i < count; i++) {
            if (i == 0 || units[i] != units[i - 1]) {
                most = Math.max(most, ++multiplicity[units[i] & (banks - 1)]);
            }
        }
        return most;
    }
}
