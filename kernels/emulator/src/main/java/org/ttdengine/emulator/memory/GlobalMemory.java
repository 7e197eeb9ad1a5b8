package org.ttdengine.emulator.memory;

/** The device's global memory. */
public final class GlobalMemory {}
