package org.ttdengine.emulator.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Little-endian views of a byte array. Only plain get and set are used: atomic ones are gone from byte arrays since JDK 22. */
final class Bytes {
    static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** One shadow byte per byte of memory; a written byte has this mark. */
    static final byte INITIALISED = 1;

    private Bytes() {}

    /** Whether {@code count} bytes of {@code shadow} from {@code offset} all carry {@link #INITIALISED}. */
    static boolean initialised(byte[] shadow, int offset, int count) {
        return switch (count) {
            case 1 -> shadow[offset] == INITIALISED;
            case 2 -> (short) SHORT.get(shadow, offset) == 0x0101;
            case 4 -> (int) INT.get(shadow, offset) == 0x01010101;
            case 8 -> (long) LONG.get(shadow, offset) == 0x0101010101010101L;
            default -> {
                boolean all = true;
                for (int i = offset; i < offset + count; i++) {
                    all &= shadow[i] == INITIALISED;
                }
                yield all;
            }
        };
    }

    static void markInitialised(byte[] shadow, int offset, int count) {
        switch (count) {
            case 1 -> shadow[offset] = INITIALISED;
            case 2 -> SHORT.set(shadow, offset, (short) 0x0101);
            case 4 -> INT.set(shadow, offset, 0x01010101);
            case 8 -> LONG.set(shadow, offset, 0x0101010101010101L);
            default -> Arrays.fill(shadow, offset, offset + count, INITIALISED);
        }
    }
}
