package org.ttdengine.engine.backend.cuda;

/** Who carries out matrix products on a GPU. */
public enum MatMulProvider {
    /** cuBLAS where libcublas.so.12 can be loaded, our own kernels otherwise. */
    AUTO,
    /** Our own kernels, which need nothing but the driver. */
    OWN,
    /** cuBLAS. */
    CUBLAS
}
