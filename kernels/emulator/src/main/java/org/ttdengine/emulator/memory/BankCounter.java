package org.ttdengine.emulator.memory;

import java.util.Arrays;

/**
 * Counts bank conflicts of one warp access to shared memory: 32 banks of 4 bytes, successive words in successive banks, one
 * word per bank and wavefront; lanes that ask for the same word share it. Accesses of 8 bytes are served per half warp, of
 * 16 bytes per quarter warp, so that each phase asks for at most 32 words when it has no conflict.
 */
final class BankCounter {
    private static final int BANKS = 32;

    private final int[] wordOfBank = new int[BANKS];
    private final int[] words = new int[BANKS];
    private final int[] multiplicity = new int[BANKS];

    /** Wavefronts beyond one per phase that has active lanes. */
    int conflicts(int[] offsets, int mask, int bytes) {
        int lanesPerPhase = bytes <= 4 ? 32 : bytes == 8 ? 16 : 8;
        if (lanesPerPhase == 32) {
            return phase(offsets, mask, 1);
        }
        int extra = 0;
        for (int first = 0; first < 32; first += lanesPerPhase) {
            int lanes = mask & (((1 << lanesPerPhase) - 1) << first);
            if (lanes != 0) {
                extra += phase(offsets, lanes, bytes / 4);
            }
        }
        return extra;
    }

    private int phase(int[] offsets, int lanes, int wordsPerLane) {
        Arrays.fill(wordOfBank, -1);
        boolean conflict = false;
        int count = 0;
        for (int rest = lanes; rest != 0; rest &= rest - 1) {
            int first = offsets[Integer.numberOfTrailingZeros(rest)] >>> 2;
            for (int word = first; word < first + wordsPerLane; word++) {
                int held = wordOfBank[word & (BANKS - 1)];
                conflict |= held >= 0 && held != word;
                wordOfBank[word & (BANKS - 1)] = word;
                words[count++] = word;
            }
        }
        return conflict ? slowest(count) - 1 : 0;
    }

    /** The most distinct words that one bank must deliver. */
    private int slowest(int count) {
        Arrays.sort(words, 0, count);
        Arrays.fill(multiplicity, 0);
        int most = 0;
        for (int i = 0; i < count; i++) {
            if (i == 0 || words[i] != words[i - 1]) {
                most = Math.max(most, ++multiplicity[words[i] & (BANKS - 1)]);
            }
        }
        return most;
    }
}
