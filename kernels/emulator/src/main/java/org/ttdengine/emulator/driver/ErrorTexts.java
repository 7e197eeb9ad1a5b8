package org.ttdengine.emulator.driver;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Names and descriptions of errors as C strings, which live as long as the process. */
final class ErrorTexts {
    private final Map<String, Long> addresses = new HashMap<>();

    /** Address of the name, e.g. CUDA_ERROR_INVALID_VALUE. */
    long name(int code) {
        return address(status(code).cudaName());
    }

    /** Address of the description, e.g. invalid argument. */
    long description(int code) {
        return address(status(code).description());
    }

    private static CudaStatus status(int code) {
        return CudaStatus.of(code)
                .orElseThrow(() -> new CudaException(CudaStatus.INVALID_VALUE, "no error has code " + code));
    }

    private long address(String text) {
        return addresses.computeIfAbsent(text, key -> {
            byte[] bytes = key.getBytes(StandardCharsets.US_ASCII);
            long address = NativeShim.allocate(bytes.length + 1L);
            HostMemory.view(address, bytes.length).put(bytes);
            return address;
        });
    }
}
