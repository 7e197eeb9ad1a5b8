package org.ttdengine.emulator.ptx;

/**
 * A variable of a state space.
 *
 * @param space const, global, shared, local or param
 * @param name unique in the module
 * @param alignment bytes
 * @param size bytes; 0 for an array declared without size (dynamic shared memory)
 * @param initial initial bytes, {@code size} of them; null when not initialised
 */
public record PtxVariable(String space, String name, int alignment, int size, byte[] initial) {}
