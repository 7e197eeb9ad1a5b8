package org.ttdengine.emulator.memory;

/** The device has no room for an allocation: CUDA's {@code CUDA_ERROR_OUT_OF_MEMORY}. */
public final class OutOfDeviceMemory extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OutOfDeviceMemory(String message) {
        super(message);
    }
}
