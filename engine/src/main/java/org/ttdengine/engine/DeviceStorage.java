package org.ttdengine.engine;

/** Memory of an accelerator: single elements are slow to reach, whole arrays are copied. */
public non-sealed interface DeviceStorage extends Storage {
    /** Where it lies in the device's address space. */
    long address();
}
