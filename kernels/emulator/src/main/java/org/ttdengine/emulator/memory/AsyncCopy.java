package org.ttdengine.emulator.memory;

import java.util.Arrays;
import org.ttdengine.emulator.machine.DeviceFault;
import org.ttdengine.emulator.machine.Instruction;
import org.ttdengine.emulator.machine.Symbols.AddressOperand;
import org.ttdengine.emulator.machine.Warp;

/**
 * {@code cp.async}: each lane copies 4, 8 or 16 bytes from global to shared memory. The source is read (and checked) here; the bytes
 * arrive when the lane waits for them. Only {@code sourceBytes} bytes are read, the rest arrives as zeros; with 0
 * the source address is not looked at.
 */
final class AsyncCopy implements Instruction {
    private final AddressOperand target;
    private final AddressOperand source;
    private final int bytes;
    private final int sourceBytesPlace;

    AsyncCopy(AddressOperand target, AddressOperand source, int bytes, int sourceBytesPlace) {
        this.target = target;
        this.source = source;
        this.bytes = bytes;
        this.sourceBytesPlace = sourceBytesPlace;
    }

    @Override
    public void execute(Warp warp, int mask) {
        AsyncCopies.Copy copy = warp.memory.async.start(mask, bytes);
        placeTargets(warp, mask, copy);
        Access.addresses(warp, source);
        int rest = mask;
        while (rest != 0) {
            rest &= ~readAlike(warp, rest, copy);
        }
    }

    private void placeTargets(Warp warp, int mask, AsyncCopies.Copy copy) {
        WarpMemory memory = warp.memory;
        Access.addresses(warp, target);
        SharedMemory shared = warp.block.shared;
        int lanes = memory.locate(mask, 0, shared.size(), bytes, bytes);
        if (lanes != mask) {
            throw SharedSpace.fault(warp, Integer.numberOfTrailingZeros(mask & ~lanes), bytes, "cp.async");
        }
        System.arraycopy(memory.offsets, 0, copy.targets, 0, WarpMemory.LANES);
        for (int left = mask; left != 0; left &= left - 1) {
            int lane = Integer.numberOfTrailingZeros(left);
            shared.copyStarts(warp, lane, copy.targets[lane], bytes);
        }
        if (warp.block.options.counters()) {
            SharedSpace.count(warp, true, mask, bytes);
        }
    }

    /** Reads for the lanes that ask for as many bytes, from the same allocation, as the lowest lane of {@code mask}. */
    private int readAlike(Warp warp, int mask, AsyncCopies.Copy copy) {
        int first = Integer.numberOfTrailingZeros(mask);
        int count = warp.r[sourceBytesPlace + first];
        if (count < 0 || count > bytes) {
            throw warp.fault(
                    DeviceFault.Kind.ILLEGAL_INSTRUCTION,
                    first,
                    "cp.async of " + count + " out of " + bytes + " bytes");
        }
        int alike = 0;
        for (int rest = mask; rest != 0; rest &= rest - 1) {
            int lane = Integer.numberOfTrailingZeros(rest);
            alike |= warp.r[sourceBytesPlace + lane] == count ? 1 << lane : 0;
        }
        if (count > 0) {
            alike = read(warp, alike, count, copy);
        }
        for (int rest = count < bytes ? alike : 0; rest != 0; rest &= rest - 1) {
            int slot = AsyncCopies.Copy.slot(Integer.numberOfTrailingZeros(rest));
            Arrays.fill(copy.data, slot + count, slot + bytes, (byte) 0);
        }
        return alike;
    }

    private int read(Warp warp, int mask, int count, AsyncCopies.Copy copy) {
        WarpMemory memory = warp.memory;
        int first = Integer.numberOfTrailingZeros(mask);
        Allocation owner = warp.block.global.find(memory.addresses[first]);
        byte[] data = owner == null ? null : owner.data;
        int lanes = data == null ? 0 : memory.locate(mask, owner.base, owner.size, count, bytes);
        if ((lanes & 1 << first) == 0) {
            throw GlobalSpace.fault(warp, first, count, bytes, "cp.async read");
        }
        GlobalSpace.checkRead(warp, owner, lanes, count);
        for (int rest = lanes; rest != 0; rest &= rest - 1) {
            int lane = Integer.numberOfTrailingZeros(rest);
            System.arraycopy(data, memory.offsets[lane], copy.data, AsyncCopies.Copy.slot(lane), count);
        }
        return lanes;
    }
}
