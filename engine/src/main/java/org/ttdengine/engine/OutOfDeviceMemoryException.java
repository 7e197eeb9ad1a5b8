package org.ttdengine.engine;

import java.util.List;

/** An accelerator has no memory left for a tensor. */
public final class OutOfDeviceMemoryException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final double MEGABYTE = 1 << 20;

    /** With the bytes asked for, those free and those the device has. */
    public OutOfDeviceMemoryException(long requested, long free, long total) {
        super(String.format(
                "out of device memory: %.1f MB asked for, %.1f MB of %.1f MB free; use a smaller --batch or --image-size, or"
                        + " --accumulate",
                requested / MEGABYTE, free / MEGABYTE, total / MEGABYTE));
    }

    private OutOfDeviceMemoryException(String message, OutOfDeviceMemoryException cause) {
        super(message, cause);
    }

    /** The same, naming the tensor that did not fit and the largest ones alive. */
    OutOfDeviceMemoryException during(String tensor, List<String> holders) {
        return new OutOfDeviceMemoryException(
                getMessage() + " (for '" + tensor + "'; largest tensors: " + String.join(", ", holders) + ")", this);
    }
}
