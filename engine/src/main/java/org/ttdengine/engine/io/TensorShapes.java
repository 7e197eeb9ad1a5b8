package org.ttdengine.engine.io;

import java.nio.file.Path;
import java.util.Arrays;
import org.ttdengine.engine.Shape;

/** Sizes as files state them, 64-bit and unchecked, turned into shapes. */
final class TensorShapes {
    /** More axes than any framework allows. */
    static final int LARGEST_RANK = 64;

    private TensorShapes() {}

    /** The shape of tensor {@code name}, refused if it has a negative size or more elements than an array can hold. */
    static Shape checked(Path file, String name, long[] sizes) throws TensorFileException {
        if (sizes.length > LARGEST_RANK) {
            throw new TensorFileException(
                    file, "tensor '" + name + "' has " + sizes.length + " axes, more than " + LARGEST_RANK);
        }
        for (long size : sizes) {
            if (size < 0) {
                throw new TensorFileException(
                        file, "tensor '" + name + "' has a negative size in shape " + Arrays.toString(sizes));
            }
        }
        try {
            return Shape.of(Arrays.stream(sizes).mapToInt(Math::toIntExact).toArray());
        } catch (ArithmeticException | IllegalArgumentException tooLarge) {
            throw new TensorFileException(
                    file,
                    "tensor '" + name + "' of shape " + Arrays.toString(sizes) + " has more elements than fit an array",
                    tooLarge);
        }
    }
}
