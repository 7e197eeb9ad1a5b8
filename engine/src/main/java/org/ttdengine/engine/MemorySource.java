package org.ttdengine.engine;

/** Where a device's memory comes from. */
public interface MemorySource {
    /**
     * Fresh memory with undefined contents.
     *
     * @throws OutOfDeviceMemoryException if there is not as much left
     */
    Storage allocate(DType dtype, int capacity);

    /** Takes memory back for good. */
    void free(Storage storage);

    /** Fills memory with NaN, so that reading what was never written shows. */
    void poison(Storage storage);
}
