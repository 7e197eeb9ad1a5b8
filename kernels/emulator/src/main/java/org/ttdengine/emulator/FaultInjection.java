package org.ttdengine.emulator;

import java.util.Locale;

/**
 * Faults that the driver makes up, counted from 1 and from the moment the injection is set; 0 means never.
 *
 * @param allocation the allocation of device memory that is out of memory
 * @param launch the kernel launch that fails with CUDA_ERROR_LAUNCH_FAILED when it runs; its context is lost
 * @param lost the driver call from which on the device is gone: it and all later calls return CUDA_ERROR_UNKNOWN
 */
public record FaultInjection(long allocation, long launch, long lost) {

    /** No fault. */
    public static FaultInjection none() {
        return new FaultInjection(0, 0, 0);
    }

    /** Out of memory at the n-th allocation from now. */
    public static FaultInjection outOfMemoryAt(long allocation) {
        return new FaultInjection(allocation, 0, 0);
    }

    /** A failed launch at the n-th launch from now. */
    public static FaultInjection launchFailureAt(long launch) {
        return new FaultInjection(0, launch, 0);
    }

    /** The device is lost at the n-th driver call from now. */
    public static FaultInjection lostAt(long call) {
        return new FaultInjection(0, 0, call);
    }

    /** {@code allocation:N}, {@code launch:N} and {@code lost:N}, separated by commas; empty for none. */
    static FaultInjection parse(String text) {
        FaultInjection result = none();
        for (String part : text.isBlank() ? new String[0] : text.split(",")) {
            String[] pair = part.trim().split(":");
            long n = pair.length == 2 ? Long.parseLong(pair[1]) : 0;
            if (n < 1) {
                throw new IllegalArgumentException("emulator option fail: KIND:N with N from 1, not " + part);
            }
            result = switch (pair[0].toLowerCase(Locale.ROOT)) {
                case "allocation" -> new FaultInjection(n, result.launch, result.lost);
                case "launch" -> new FaultInjection(result.allocation, n, result.lost);
                case "lost" -> new FaultInjection(result.allocation, result.launch, n);
                default ->
                    throw new IllegalArgumentException("emulator option fail: allocation, launch or lost, not " + part);
            };
        }
        return result;
    }
}
