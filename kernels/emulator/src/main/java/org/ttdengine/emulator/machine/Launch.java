package org.ttdengine.emulator.machine;

/**
 * A kernel launch.
 *
 * @param module loaded by the machine that runs it
 * @param kernel name of the entry point
 * @param grid blocks
 * @param block threads of a block
 * @param dynamicShared bytes of dynamic shared memory
 * @param parameters laid out as in .param space
 */
public record Launch(LoadedModule module, String kernel, Dim3 grid, Dim3 block, int dynamicShared, byte[] parameters) {}
