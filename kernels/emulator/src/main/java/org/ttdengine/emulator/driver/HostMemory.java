package org.ttdengine.emulator.driver;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Host memory by address: what the pointers in a caller's arguments point to. */
final class HostMemory {
    private HostMemory() {}

    /** Host bytes in place, in native order. The address must not be null, as the driver refuses null pointers. */
    static ByteBuffer view(long address, long bytes) {
        if (address == 0) {
            throw new CudaException(CudaStatus.INVALID_VALUE, "null pointer");
        }
        return NativeShim.view(address, bytes).order(ByteOrder.nativeOrder());
    }

    static void putInt(long address, int value) {
        view(address, Integer.BYTES).putInt(0, value);
    }

    static void putLong(long address, long value) {
        view(address, Long.BYTES).putLong(0, value);
    }

    static void putFloat(long address, float value) {
        view(address, Float.BYTES).putFloat(0, value);
    }

    static long getLong(long address) {
        return view(address, Long.BYTES).getLong(0);
    }

    static float getFloat(long address) {
        return view(address, Float.BYTES).getFloat(0);
    }

    static int getInt(long address) {
        return view(address, Integer.BYTES).getInt(0);
    }

    /** Stores a result that the caller may not want: a null address is fine. */
    static void putLongIfWanted(long address, long value) {
        if (address != 0) {
            putLong(address, value);
        }
    }

    /** A copy of host memory. */
    static byte[] bytes(long address, int count) {
        byte[] result = new byte[count];
        view(address, count).get(result);
        return result;
    }

    /** The C string at an address. */
    static String string(long address) {
        if (address == 0) {
            throw new CudaException(CudaStatus.INVALID_VALUE, "null string");
        }
        return new String(bytes(address, Math.toIntExact(NativeShim.length(address))), StandardCharsets.UTF_8);
    }

    /** Stores a C string, cut so that it fits {@code capacity} bytes with its terminating zero. */
    static void putString(long address, int capacity, String text) {
        if (capacity <= 0) {
            throw new CudaException(CudaStatus.INVALID_VALUE, "no room for a string");
        }
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(encoded.length, capacity - 1);
        view(address, capacity).put(encoded, 0, length).put((byte) 0);
    }
}
