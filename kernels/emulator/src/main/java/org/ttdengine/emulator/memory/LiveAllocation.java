package org.ttdengine.emulator.memory;

/** An allocation that has not been freed: what a leak report lists. {@code serial} counts allocations from 1. */
public record LiveAllocation(long address, long bytes, String label, long serial) {}
