package org.ttdengine.emulator.machine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ttdengine.emulator.ptx.PtxException;
import org.ttdengine.emulator.ptx.PtxKernel;

/**
 * Registers beyond those of the PTX text: each immediate and each special register used by a kernel has one, so that
 * instructions read registers only.
 */
final class Constants {
    private static final int LANES = Warp.LANES;

    private final Map<Integer, Integer> words = new HashMap<>();
    private final Map<Long, Integer> longs = new HashMap<>();
    private final Map<String, Integer> specials = new HashMap<>();
    private final List<SpecialPlace> blockSpecials = new ArrayList<>();
    private final List<SpecialPlace> warpSpecials = new ArrayList<>();
    private final int falsePredicate;
    private int predicateCount;
    private int wordCount;
    private int longCount;

    private record SpecialPlace(SpecialRegister register, boolean wide, int place) {}

    Constants(PtxKernel.RegisterCounts declared) {
        this.falsePredicate = declared.predicates();
        this.predicateCount = declared.predicates() + 1;
        this.wordCount = declared.words();
        this.longCount = declared.longs();
    }

    int predicates() {
        return predicateCount;
    }

    int words() {
        return wordCount;
    }

    int longs() {
        return longCount;
    }

    /** A predicate no instruction writes: false in all lanes. */
    int falsePredicate() {
        return falsePredicate;
    }

    int newPredicate() {
        return predicateCount++;
    }

    int newWord() {
        return wordCount++ * LANES;
    }

    int newLong() {
        return longCount++ * LANES;
    }

    int word(int value) {
        return words.computeIfAbsent(value, key -> newWord());
    }

    int wide(long value) {
        return longs.computeIfAbsent(value, key -> newLong());
    }

    /** Place of a special register, in the file of its reader's width. */
    int special(String name, boolean wide, int line) {
        return specials.computeIfAbsent(name + (wide ? "/64" : "/32"), key -> {
            SpecialRegister register = SpecialRegister.of(name);
            if (register == null) {
                throw new PtxException(line, "special register " + name + " is not supported");
            }
            SpecialPlace place = new SpecialPlace(register, wide, wide ? newLong() : newWord());
            (register.changesWithBlock() ? blockSpecials : warpSpecials).add(place);
            return place.place;
        });
    }

    /** Fills what stays the same for all blocks a warp object runs. */
    void fillOnce(Warp warp) {
        words.forEach((value, place) -> Arrays.fill(warp.r, place, place + LANES, value));
        longs.forEach((value, place) -> Arrays.fill(warp.d, place, place + LANES, value));
        warpSpecials.forEach(special -> fill(warp, special));
    }

    /** Fills what changes from block to block. */
    void fillForBlock(Warp warp) {
        for (SpecialPlace special : blockSpecials) {
            fill(warp, special);
        }
    }

    private static void fill(Warp warp, SpecialPlace special) {
        for (int lane = 0; lane < LANES; lane++) {
            long value = special.register.value(warp, lane);
            if (special.wide) {
                warp.d[special.place + lane] = value;
            } else {
                warp.r[special.place + lane] = (int) value;
            }
        }
    }
}
