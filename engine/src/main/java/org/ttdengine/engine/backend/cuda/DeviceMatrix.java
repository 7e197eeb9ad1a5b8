package org.ttdengine.engine.backend.cuda;

import org.ttdengine.engine.DType;
import org.ttdengine.engine.DeviceStorage;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.backend.MatrixView;

/**
 * A matrix in device memory, as kernels take it.
 *
 * @param address of the element at row 0, column 0; 0 for a matrix that is absent
 * @param dtype F32 or BF16
 * @param rows number of rows
 * @param columns number of columns
 * @param stride elements from one row to the next
 */
record DeviceMatrix(long address, DType dtype, int rows, int columns, int stride) {
    /**
     * A view of a tensor.
     *
     * @throws IllegalArgumentException if the tensor is not on a CUDA device
     */
    static DeviceMatrix of(MatrixView view) {
        Tensor tensor = view.tensor();
        return new DeviceMatrix(
                address(tensor, view.offset()), tensor.dtype(), view.rows(), view.columns(), view.stride());
    }

    /** A view of a tensor that may be null, which is the absent matrix. */
    static DeviceMatrix ofNullable(MatrixView view, DType absent) {
        return view == null ? new DeviceMatrix(0, absent, 0, 0, 0) : of(view);
    }

    boolean isAbsent() {
        return address == 0;
    }

    /**
     * Address of an element of a tensor.
     *
     * @throws IllegalArgumentException if the tensor is not on a CUDA device
     */
    static long address(Tensor tensor, int element) {
        if (tensor.storage() instanceof DeviceStorage storage) {
            return storage.address() + (long) element * tensor.dtype().bytes();
        }
        throw new IllegalArgumentException(tensor + " is not on a CUDA device");
    }
}
