package org.ttdengine.engine.backend.cuda;

import jcuda.driver.CUdeviceptr;

/** Device addresses as numbers: JCuda keeps them inside pointer objects. */
final class Address {
    private Address() {}

    /** An address as JCuda takes it. */
    static CUdeviceptr of(long address) {
        return new CUdeviceptr().withByteOffset(address);
    }

    /** Receives an address from the driver. */
    static final class Receiver extends CUdeviceptr {
        long address() {
            return getNativePointer() + getByteOffset();
        }
    }
}
