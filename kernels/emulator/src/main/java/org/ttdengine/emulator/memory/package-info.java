/**
 * Memory of the emulated device: global memory with a private address range, shared memory, the checks on both (bounds,
 * alignment, use after free, initialisation, races), and the instructions that move data or multiply tiles.
 *
 * <p>What the machine has to do for it: ask {@link org.ttdengine.emulator.memory.MemoryDecoders#all} first about every
 * statement; give each block a {@link org.ttdengine.emulator.memory.SharedMemory} with its two checks and
 * {@code reset()} it per block; {@code reset()} the {@link org.ttdengine.emulator.memory.WarpMemory} of each warp that
 * starts a block; call {@code WarpMemory.synchronise(mask)} for {@code bar.warp.sync}; increment {@code Block.barrierEpoch} when a
 * barrier of all threads opens; around a launch whose traffic is counted, call {@code GlobalMemory.startCountingSectors()} and
 * {@code finishCountingSectors(counters.memory)}.
 */
package org.ttdengine.emulator.memory;
