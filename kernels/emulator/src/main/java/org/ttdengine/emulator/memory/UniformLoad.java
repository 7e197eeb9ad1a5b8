package org.ttdengine.emulator.memory;

import org.ttdengine.emulator.machine.DeviceFault;
import org.ttdengine.emulator.machine.Instruction;
import org.ttdengine.emulator.machine.Symbols.AddressOperand;
import org.ttdengine.emulator.machine.Warp;
import org.ttdengine.emulator.ptx.PtxType;

/** {@code ld.param} of a named kernel parameter: the same bytes for all lanes, read once. */
final class UniformLoad implements Instruction {
    private final AddressOperand address;
    private final PtxType type;
    private final boolean[] wide;
    private final int[] registerMasks;
    private final int[] places;

    /**
     * A load of {@code places.length} elements of {@code type}.
     *
     * @param wide per element, whether its register is a 64-bit one
     * @param registerMasks per element, the bits that its register up to 32 bits has
     */
    UniformLoad(AddressOperand address, PtxType type, boolean[] wide, int[] registerMasks, int[] places) {
        this.address = address;
        this.type = type;
        this.wide = wide;
        this.registerMasks = registerMasks;
        this.places = places;
    }

    @Override
    public void execute(Warp warp, int mask) {
        int first = Integer.numberOfTrailingZeros(mask);
        long start =
                address.offset() + (address.wide() ? warp.d[address.base() + first] : warp.r[address.base() + first]);
        byte[] parameters = warp.block.parameters;
        int bytes = type.bytes();
        if (start < 0 || start + (long) bytes * places.length > parameters.length) {
            throw warp.fault(
                    DeviceFault.Kind.ILLEGAL_ADDRESS,
                    first,
                    "read of byte " + start + " of " + parameters.length + " bytes of parameters");
        }
        for (int i = 0; i < places.length; i++) {
            long value = value(parameters, (int) start + i * bytes);
            if (wide[i]) {
                for (int rest = mask; rest != 0; rest &= rest - 1) {
                    warp.d[places[i] + Integer.numberOfTrailingZeros(rest)] = value;
                }
            } else {
                for (int rest = mask; rest != 0; rest &= rest - 1) {
                    warp.r[places[i] + Integer.numberOfTrailingZeros(rest)] = (int) value & registerMasks[i];
                }
            }
        }
    }

    private long value(byte[] parameters, int at) {
        int unused = 64 - type.bits();
        long raw = 0;
        for (int i = 0; i < type.bytes(); i++) {
            raw |= (parameters[at + i] & 0xFFL) << (8 * i);
        }
        return type.isSigned() ? raw << unused >> unused : raw;
    }
}
