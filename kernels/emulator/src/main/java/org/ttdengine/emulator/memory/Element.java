package org.ttdengine.emulator.memory;

import org.ttdengine.emulator.machine.Warp;
import org.ttdengine.emulator.ptx.Operand;
import org.ttdengine.emulator.ptx.PtxType;

/** How one element of a memory access goes between the bytes and a register: its width in memory and in the register file. */
abstract class Element {
    /** Moves the element {@code shift} bytes into each lane's access to the register at {@code place}. */
    abstract void load(Warp warp, byte[] data, int[] offsets, int shift, int lanes, int place);

    /** Moves the register at {@code place} to the element {@code shift} bytes into each lane's access. */
    abstract void store(Warp warp, byte[] data, int[] offsets, int shift, int lanes, int place);

    /** The element of an access with {@code type} to or from {@code operand}. */
    static Element of(PtxType type, Operand operand) {
        PtxType register = operand instanceof Operand.Register declared ? declared.type() : type;
        if (register.isWide()) {
            return type.bytes() == 8 ? new Long64() : new Widened(type);
        }
        return type.bytes() == 4 ? new Word() : new Narrow(type, register.bits() == 16);
    }

    /** 4 bytes and a 32-bit register. */
    private static final class Word extends Element {
        @Override
        void load(Warp warp, byte[] data, int[] offsets, int shift, int lanes, int place) {
            int[] r = warp.r;
            if (lanes == WarpMemory.ALL) {
                for (int lane = 0; lane < WarpMemory.LANES; lane++) {
                    r[place + lane] = (int) Bytes.INT.get(data, offsets[lane] + shift);
                }
                return;
            }
            for (int rest = lanes; rest != 0; rest &= rest - 1) {
                int lane = Integer.numberOfTrailingZeros(rest);
                r[place + lane] = (int) Bytes.INT.get(data, offsets[lane] + shift);
            }
        }

        @Override
        void store(Warp warp, byte[] data, int[] offsets, int shift, int lanes, int place) {
            int[] r = warp.r;
            if (lanes == WarpMemory.ALL) {
                for (int lane = 0; lane < WarpMemory.LANES; lane++) {
                    Bytes.INT.set(data, offsets[lane] + shift, r[place + lane]);
                }
                return;
            }
            for (int rest = lanes; rest != 0; rest &= rest - 1) {
                int lane = Integer.numberOfTrailingZeros(rest);
                Bytes.INT.set(data, offsets[lane] + shift, r[place + lane]);
            }
        }
    }

    /** 8 bytes and a 64-bit register. */
    private static final class Long64 extends Element {
        @Override
        void load(Warp warp, byte[] data, int[] offsets, int shift, int lanes, int place) {
            for (int rest = lanes; rest != 0; rest &= rest - 1) {
                int lane = Integer.numberOfTrailingZeros(rest);
                warp.d[place + lane] = (long) Bytes.LONG.get(data, offsets[lane] + shift);
            }
        }

        @Override
        void store(Warp warp, byte[] data, int[] offsets, int shift, int lanes, int place) {
            for (int rest = lanes; rest != 0; rest &= rest - 1) {
                int lane = Integer.numberOfTrailingZeros(rest);
                Bytes.LONG.set(data, offsets[lane] + shift, warp.d[place + lane]);
            }
        }
    }

    /** 1 or 2 bytes and a 16- or 32-bit register; signed types extend their sign to the register's width. */
    private static final class Narrow extends Element {
        private final boolean signed;
        private final boolean oneByte;
        private final int registerMask;

        Narrow(PtxType type, boolean halfRegister) {
            signed = type.isSigned();
            oneByte = type.bytes() == 1;
            registerMask = halfRegister ? 0xFFFF : -1;
        }

        @Override
        void load(Warp warp, byte[] data, int[] offsets, int shift, int lanes, int place) {
            int valueMask = signed ? registerMask : oneByte ? 0xFF : 0xFFFF;
            for (int rest = lanes; rest != 0; rest &= rest - 1) {
                int lane = Integer.numberOfTrailingZeros(rest);
                int at = offsets[lane] + shift;
                int value = oneByte ? data[at] : (short) Bytes.SHORT.get(data, at);
                warp.r[place + lane] = value & valueMask;
            }
        }

        @Override
        void store(Warp warp, byte[] data, int[] offsets, int shift, int lanes, int place) {
            for (int rest = lanes; rest != 0; rest &= rest - 1) {
                int lane = Integer.numberOfTrailingZeros(rest);
                put(data, offsets[lane] + shift, warp.r[place + lane], oneByte ? 1 : 2);
            }
        }
    }

    /** Up to 4 bytes and a 64-bit register: zero- or sign-extended on load, cut on store. */
    private static final class Widened extends Element {
        private final int bytes;
        private final boolean signed;

        Widened(PtxType type) {
            bytes = type.bytes();
            signed = type.isSigned();
        }

        @Override
        void load(Warp warp, byte[] data, int[] offsets, int shift, int lanes, int place) {
            long valueMask = signed ? -1L : -1L >>> (64 - 8 * bytes);
            for (int rest = lanes; rest != 0; rest &= rest - 1) {
                int lane = Integer.numberOfTrailingZeros(rest);
                int at = offsets[lane] + shift;
                int value = bytes == 1
                        ? data[at]
                        : bytes == 2 ? (short) Bytes.SHORT.get(data, at) : (int) Bytes.INT.get(data, at);
                warp.d[place + lane] = value & valueMask;
            }
        }

        @Override
        void store(Warp warp, byte[] data, int[] offsets, int shift, int lanes, int place) {
            for (int rest = lanes; rest != 0; rest &= rest - 1) {
                int lane = Integer.numberOfTrailingZeros(rest);
                put(data, offsets[lane] + shift, (int) warp.d[place + lane], bytes);
            }
        }
    }

    private static void put(byte[] data, int at, int value, int bytes) {
        switch (bytes) {
            case 1 -> data[at] = (byte) value;
            case 2 -> Bytes.SHORT.set(data, at, (short) value);
            default -> Bytes.INT.set(data, at, value);
        }
    }
}
