package org.ttdengine.emulator.machine;

import java.util.List;
import org.ttdengine.emulator.ptx.PtxInstruction;
import org.ttdengine.emulator.ptx.PtxKernel;

/** A kernel ready to run: parallel arrays over its instructions, and what a warp's registers hold at the start. */
final class Program {
    /** Value of {@link #guards} for an instruction without guard. */
    static final int UNGUARDED = -1;

    final PtxKernel kernel;
    final Instruction[] code;
    /** Predicate index of the guard; {@link #UNGUARDED} when there is none. */
    final int[] guards;
    /** -1 where the guard is negated, else 0. */
    final int[] guardFlips;
    /** Index of the first control-flow or warp-synchronous instruction at or after each index. */
    final int[] straightEnds;

    final Constants constants;
    final SharedLayout shared;
    final int localBytes;

    Program(
            PtxKernel kernel,
            Instruction[] code,
            List<Symbols.SignedPredicate> guards,
            Constants constants,
            SharedLayout shared,
            int localBytes) {
        this.kernel = kernel;
        this.code = code;
        this.guards = new int[code.length];
        this.guardFlips = new int[code.length];
        this.straightEnds = new int[code.length];
        this.constants = constants;
        this.shared = shared;
        this.localBytes = localBytes;
        int end = code.length;
        for (int i = code.length - 1; i >= 0; i--) {
            Symbols.SignedPredicate guard = guards.get(i);
            this.guards[i] = guard == null ? UNGUARDED : guard.index();
            this.guardFlips[i] = guard == null ? 0 : guard.flip();
            end = code[i] instanceof ControlFlow || code[i] instanceof WarpSync ? i : end;
            straightEnds[i] = end;
        }
    }

    PtxInstruction statement(int index) {
        return kernel.code().get(index);
    }

    /** Lanes of a mask for which the guard of an instruction holds. */
    int guarded(int index, int mask, int[] p) {
        int guard = guards[index];
        return guard == UNGUARDED ? mask : mask & (p[guard] ^ guardFlips[index]);
    }

    /** Bytes of a block's shared memory. */
    record SharedLayout(int staticBytes, int dynamicOffset) {
        int bytes(int dynamicBytes) {
            return dynamicBytes == 0 ? staticBytes : dynamicOffset + dynamicBytes;
        }
    }
}
