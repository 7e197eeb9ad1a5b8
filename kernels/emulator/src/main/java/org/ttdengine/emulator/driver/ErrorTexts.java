package org.ttdengine.emulator.driver;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Names and descriptions of errors as C strings, which live as long as the process. */
final class ErrorTexts {
    private final Map<String, Long> addresses = new HashMap<>();

    /** Address of the text as a C string, the same at each call. */
    long address(String text) {
        return addresses.computeIfAbsent(text, key -> {
            byte[] bytes = key.getBytes(StandardCharsets.US_ASCII);
            long address = NativeShim.allocate(bytes.length + 1L);
            HostMemory.view(address, bytes.length).put(bytes);
            return address;
        });
    }
}
