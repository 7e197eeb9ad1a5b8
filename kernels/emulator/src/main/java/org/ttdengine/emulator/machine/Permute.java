package org.ttdengine.emulator.machine;

import java.util.List;

/** prmt: bytes picked from two words, freely or by one of six fixed patterns. */
final class Permute {
    private static final List<String> MODES = List.of("f4e", "b4e", "rc8", "ecl", "ecr", "rc16");

    private Permute() {}

    static Instruction decode(Operands o) {
        String mode = o.statement().modifiers().stream()
                .filter(MODES::contains)
                .findFirst()
                .orElse("");
        Elementwise.IntTernary f = mode.isEmpty() ? Permute::pick : (a, b, c) -> pick(a, b, selector(mode, c & 3));
        return new Elementwise.Word3(o.to(), o.in(1), o.in(2), o.in(3), f);
    }

    /** Nibble i of the selector names the byte of [b, a] for byte i; its bit 3 asks for eight copies of that byte's sign. */
    private static int pick(int a, int b, int selector) {
        long pair = (long) b << 32 | a & 0xFFFF_FFFFL;
        int result = 0;
        for (int i = 0; i < 4; i++) {
            int nibble = selector >> 4 * i & 15;
            int value = (int) (pair >>> 8 * (nibble & 7)) & 0xFF;
            if ((nibble & 8) != 0) {
                value = (value & 0x80) != 0 ? 0xFF : 0;
            }
            result |= value << 8 * i;
        }
        return result;
    }

    /** The selector of a fixed pattern at shift s, from the table of the PTX ISA (prmt). */
    private static int selector(String mode, int s) {
        int selector = 0;
        for (int i = 0; i < 4; i++) {
            int nibble =
                    switch (mode) {
                        case "f4e" -> i + s;
                        case "b4e" -> s - i & 7;
                        case "rc8" -> s;
                        case "ecl" -> Math.max(i, s);
                        case "ecr" -> Math.min(i, s);
                        default -> (s & 1) * 2 + (i & 1);
                    };
            selector |= nibble << 4 * i;
        }
        return selector;
    }
}
