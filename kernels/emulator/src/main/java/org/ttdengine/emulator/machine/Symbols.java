package org.ttdengine.emulator.machine;

import org.ttdengine.emulator.ptx.Operand;
import org.ttdengine.emulator.ptx.PtxType;

/**
 * Places of a kernel's operands. Immediates, special registers and addresses of variables live in constant registers that are
 * filled when a block starts, so that an instruction sees registers only.
 *
 * <p>All register places returned here are already multiplied by the 32 lanes: lane {@code l} of a place {@code s} is
 * {@code warp.r[s + l]} or {@code warp.d[s + l]}.
 */
public interface Symbols {

    /**
     * Place of a source operand in {@code warp.r} (types up to 32 bits) or {@code warp.d} (64 bits).
     *
     * @param operand register, immediate, special register or symbol (its address in its own state space)
     * @param type the type in which the instruction reads it; immediates are converted to it
     */
    int source(Operand operand, PtxType type);

    /** Place of a destination register; a sink gets a place of its own. */
    int destination(Operand operand, PtxType type);

    /** Index in {@code warp.p} of a predicate register; of a spare one for a sink. */
    int predicate(Operand operand);

    /** Index in {@code warp.p} of a source predicate with its sign; {@code true}/{@code false} literals are 1 and 0. */
    SignedPredicate signedPredicate(Operand operand);

    /** Base register (or constant register with a symbol's address) and byte offset of a memory operand. */
    AddressOperand address(Operand operand);

    /**
     * Address of a variable or parameter in its own state space, known when the module is loaded: parameters count from the start
     * of the parameter block, shared variables from the start of shared memory.
     */
    long addressOf(String variable);

    /** Index of the instruction after a label. */
    int label(Operand operand);

    /** A predicate {@code p[index] ^ flip}, flip being 0 or -1. */
    record SignedPredicate(int index, int flip) {
        /** Lanes for which the predicate holds. */
        public int of(int[] p) {
            return p[index] ^ flip;
        }
    }

    /**
     * A memory operand.
     *
     * @param wide whether the base is in {@code warp.d} (else in {@code warp.r}, to be zero-extended)
     * @param base place of the base
     * @param offset bytes to add to the base
     */
    record AddressOperand(boolean wide, int base, long offset) {}
}
