package org.ttdengine.emulator;

import org.ttdengine.emulator.machine.Dim3;
import org.ttdengine.emulator.machine.LaunchCounters;

/**
 * A launch that ran to its end.
 *
 * @param kernel name of the entry point
 * @param grid blocks
 * @param block threads of a block
 * @param dynamicShared bytes
 * @param counters what it did
 */
public record LaunchReport(String kernel, Dim3 grid, Dim3 block, int dynamicShared, LaunchCounters counters) {}
