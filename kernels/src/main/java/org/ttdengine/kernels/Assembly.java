package org.ttdengine.kernels;

/**
 * What the assembler says about one kernel on one architecture.
 *
 * @param registers registers per thread
 * @param stackBytes local memory per thread, in bytes: arrays indexed at run time, and spilled registers
 * @param spillStoreBytes bytes of registers written to local memory for want of registers
 * @param spillLoadBytes bytes read back
 * @param sharedBytes static shared memory per block
 */
public record Assembly(int registers, int stackBytes, int spillStoreBytes, int spillLoadBytes, int sharedBytes) {
    /** Whether every value of a thread is kept in registers. */
    public boolean staysInRegisters() {
        return stackBytes == 0 && spillStoreBytes == 0 && spillLoadBytes == 0;
    }
}
