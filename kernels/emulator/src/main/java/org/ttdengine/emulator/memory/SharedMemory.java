package org.ttdengine.emulator.memory;

/** Shared memory of one running block. */
public final class SharedMemory {
    private final byte[] bytes;

    /**
     * Shared memory.
     *
     * @param size static and dynamic bytes of the kernel
     */
    public SharedMemory(int size) {
        this.bytes = new byte[size];
    }

    public int size() {
        return bytes.length;
    }
}
