/**
 * Memory of the emulated device: global memory with a private address range, shared memory, the checks on both (bounds,
 * alignment, use after free, initialisation, races), and the instructions that move data or multiply tiles.
 */
package org.ttdengine.emulator.memory;
