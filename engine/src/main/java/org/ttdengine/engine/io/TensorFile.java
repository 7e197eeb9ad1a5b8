package org.ttdengine.engine.io;

import java.io.IOException;
import java.util.Map;
import java.util.Set;

/**
 * An open file (or set of shards) of named tensors. The file was checked as a whole when it was opened; elements are read
 * when asked for. Reads may come from several threads.
 */
public interface TensorFile extends AutoCloseable {
    /** Names of all tensors, in the order of the file; unmodifiable. */
    Set<String> names();

    /**
     * Element type and shape of a tensor.
     *
     * @throws TensorFileException if the file has no such tensor
     */
    TensorInfo info(String name) throws TensorFileException;

    /**
     * The elements in row-major order as fp32: floating-point types are widened exactly (F64 rounds to nearest), integers
     * round to nearest, BOOL becomes 0 or 1.
     *
     * @throws IOException if the file has no such tensor or cannot be read
     */
    float[] readFloats(String name) throws IOException;

    /**
     * The elements in row-major order as they are in the file, little endian.
     *
     * @throws IOException if the file has no such tensor, cannot be read, or the tensor exceeds an array's 2 GiB
     */
    byte[] readBytes(String name) throws IOException;

    /** Free-form text stored beside the tensors; unmodifiable, empty where the format has none. */
    Map<String, String> metadata();

    @Override
    void close() throws IOException;
}
