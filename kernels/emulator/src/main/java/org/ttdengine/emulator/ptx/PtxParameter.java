package org.ttdengine.emulator.ptx;

/**
 * A kernel parameter.
 *
 * @param name as declared
 * @param type element type
 * @param size bytes
 * @param alignment bytes
 * @param offset bytes from the start of the parameter block
 */
public record PtxParameter(String name, PtxType type, int size, int alignment, int offset) {}
