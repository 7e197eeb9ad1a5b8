package org.ttdengine.emulator.memory;

import org.ttdengine.emulator.machine.DeviceFault;
import org.ttdengine.emulator.machine.Warp;

/** The .param and .const state spaces: one array for all threads of a launch, which no instruction writes. */
final class ReadOnlySpace implements Space {
    private final boolean parameters;

    private ReadOnlySpace(boolean parameters) {
        this.parameters = parameters;
    }

    /** Kernel parameters. */
    static ReadOnlySpace param() {
        return new ReadOnlySpace(true);
    }

    /** Constant variables of the module. */
    static ReadOnlySpace constant() {
        return new ReadOnlySpace(false);
    }

    @Override
    public int access(Warp warp, int mask, Access access) {
        WarpMemory memory = warp.memory;
        byte[] data = parameters ? warp.block.parameters : warp.block.constants;
        int lanes = memory.locate(mask, 0, data.length, access.bytes, access.bytes);
        if (lanes != mask) {
            int lane = Integer.numberOfTrailingZeros(mask & ~lanes);
            throw warp.fault(
                    DeviceFault.Kind.ILLEGAL_ADDRESS,
                    lane,
                    String.format(
                            "%s of %d bytes at byte %d of %d bytes of %s memory",
                            access.verb(),
                            access.bytes,
                            memory.addresses[lane],
                            data.length,
                            parameters ? "parameter" : "constant"));
        }
        access.move(warp, data, memory.offsets, lanes);
        return lanes;
    }
}
