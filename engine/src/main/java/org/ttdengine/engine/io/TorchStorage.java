package org.ttdengine.engine.io;

import java.util.Map;
import org.ttdengine.engine.DType;

/**
 * A run of elements that tensors of a PyTorch checkpoint point into; its bytes lie outside the pickle.
 *
 * @param key names the bytes
 * @param dtype element type; U8 for an untyped storage
 * @param count elements
 * @param viewStart first element that belongs to this storage, where it is a view of the one with the key
 * @param viewCount elements from there on
 */
record TorchStorage(String key, DType dtype, long count, long viewStart, long viewCount) {
    private static final Map<String, DType> STORAGE_CLASSES = Map.ofEntries(
            Map.entry("DoubleStorage", DType.F64),
            Map.entry("FloatStorage", DType.F32),
            Map.entry("HalfStorage", DType.F16),
            Map.entry("BFloat16Storage", DType.BF16),
            Map.entry("LongStorage", DType.I64),
            Map.entry("IntStorage", DType.I32),
            Map.entry("ShortStorage", DType.I16),
            Map.entry("CharStorage", DType.I8),
            Map.entry("ByteStorage", DType.U8),
            Map.entry("BoolStorage", DType.BOOL),
            Map.entry("UntypedStorage", DType.U8));

    private static final Map<String, DType> DTYPES = Map.ofEntries(
            Map.entry("float64", DType.F64),
            Map.entry("float32", DType.F32),
            Map.entry("float16", DType.F16),
            Map.entry("bfloat16", DType.BF16),
            Map.entry("float8_e4m3fn", DType.F8_E4M3),
            Map.entry("float8_e5m2", DType.F8_E5M2),
            Map.entry("int64", DType.I64),
            Map.entry("int32", DType.I32),
            Map.entry("int16", DType.I16),
            Map.entry("int8", DType.I8),
            Map.entry("uint64", DType.U64),
            Map.entry("uint32", DType.U32),
            Map.entry("uint16", DType.U16),
            Map.entry("uint8", DType.U8),
            Map.entry("bool", DType.BOOL));

    /** Element type of a class such as {@code torch.HalfStorage}, or null if it is none we know. */
    static DType storageType(PickleGlobal type) {
        return inTorch(type) ? STORAGE_CLASSES.get(type.name()) : null;
    }

    /** Element type of an object such as {@code torch.float16}, or null if it is none we know. */
    static DType dtype(PickleGlobal type) {
        return inTorch(type) ? DTYPES.get(type.name()) : null;
    }

    private static boolean inTorch(PickleGlobal type) {
        return type.module().equals("torch") || type.module().startsWith("torch.");
    }
}
