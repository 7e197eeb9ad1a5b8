/** The executing half of the emulated device: warps, blocks, scheduling and all instructions that touch no memory. */
package org.ttdengine.emulator.machine;
