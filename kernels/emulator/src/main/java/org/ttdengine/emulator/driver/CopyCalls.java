package org.ttdengine.emulator.driver;

/**
 * Copies and fills, as late as "API synchronization behavior" of the CUDA Driver API allows: from pageable memory the source
 * is staged at once and arrives on the device when the stream gets there; to pageable memory a copy is waited for; from and
 * to page-locked memory an asynchronous copy touches host memory only when the stream gets there; copies inside the device
 * and fills never wait, not even the synchronous ones.
 */
final class CopyCalls {
    /** Staged bytes that may wait; a copy beyond that runs at once. */
    private static final long STAGING_LIMIT = 64L << 20;

    private final Driver driver;
    private final DeviceMemory memory;
    private long staged;

    CopyCalls(Driver driver) {
        this.driver = driver;
        this.memory = driver.memory();
    }

    void register(FunctionTable table) {
        table.context("cuMemcpyHtoD_v2", (context, a) -> toDevice(context.legacyDefault(), a[0], a[1], a[2], true))
                .context(
                        "cuMemcpyHtoDAsync_v2",
                        (context, a) -> toDevice(driver.stream(context, a[3]), a[0], a[1], a[2], false))
                .context("cuMemcpyDtoH_v2", (context, a) -> toHost(context.legacyDefault(), a[0], a[1], a[2], true))
                .context(
                        "cuMemcpyDtoHAsync_v2",
                        (context, a) -> toHost(driver.stream(context, a[3]), a[0], a[1], a[2], false))
                .context("cuMemcpyDtoD_v2", (context, a) -> inside(context.legacyDefault(), a[0], a[1], a[2]))
                .context("cuMemcpyDtoDAsync_v2", (context, a) -> inside(driver.stream(context, a[3]), a[0], a[1], a[2]))
                .context("cuMemcpy", (context, a) -> unified(context.legacyDefault(), a[0], a[1], a[2], true))
                .context(
                        "cuMemcpyAsync", (context, a) -> unified(driver.stream(context, a[3]), a[0], a[1], a[2], false))
                .context("cuMemsetD8_v2", (context, a) -> fill(context.legacyDefault(), a[0], a[1], 1, a[2]))
                .context("cuMemsetD16_v2", (context, a) -> fill(context.legacyDefault(), a[0], a[1], 2, a[2]))
                .context("cuMemsetD32_v2", (context, a) -> fill(context.legacyDefault(), a[0], a[1], 4, a[2]))
                .context("cuMemsetD8Async", (context, a) -> fill(driver.stream(context, a[3]), a[0], a[1], 1, a[2]))
                .context("cuMemsetD16Async", (context, a) -> fill(driver.stream(context, a[3]), a[0], a[1], 2, a[2]))
                .context("cuMemsetD32Async", (context, a) -> fill(driver.stream(context, a[3]), a[0], a[1], 4, a[2]));
    }

    private void toDevice(Stream stream, long device, long host, long bytes, boolean synchronous) {
        if (bytes == 0) {
            return;
        }
        memory.requireRange(device, bytes);
        if (driver.pinned().contains(host, bytes)) {
            Operation copy = driver.timeline().submit(stream, "copy to device", () -> memory.memory()
                    .write(device, HostMemory.view(host, bytes)));
            if (synchronous) {
                await(copy);
            }
            return;
        }
        if (synchronous) {
            await(driver.timeline().submit(stream, "wait before copy", () -> {}));
        }
        byte[] staging = HostMemory.bytes(host, Math.toIntExact(bytes));
        staged += bytes;
        Operation copy = driver.timeline().submit(stream, "copy to device", () -> {
            staged -= bytes;
            memory.memory().write(device, staging, 0, staging.length);
        });
        if (staged > STAGING_LIMIT) {
            await(copy);
        }
    }

    private void toHost(Stream stream, long host, long device, long bytes, boolean synchronous) {
        if (bytes == 0) {
            return;
        }
        memory.requireRange(device, bytes);
        HostMemory.view(host, bytes);
        Operation copy = driver.timeline()
                .submit(stream, "copy to host", () -> memory.memory().read(device, HostMemory.view(host, bytes)));
        if (synchronous || !driver.pinned().contains(host, bytes)) {
            await(copy);
        }
    }

    private void inside(Stream stream, long target, long source, long bytes) {
        if (bytes == 0) {
            return;
        }
        memory.requireRange(target, bytes);
        memory.requireRange(source, bytes);
        driver.timeline()
                .submit(stream, "copy inside device", () -> memory.memory().copy(target, source, bytes));
    }

    /** A copy whose direction follows from the addresses. */
    private void unified(Stream stream, long target, long source, long bytes, boolean synchronous) {
        boolean toDevice = memory.isDevice(target);
        boolean fromDevice = memory.isDevice(source);
        if (toDevice && fromDevice) {
            inside(stream, target, source, bytes);
        } else if (toDevice) {
            toDevice(stream, target, source, bytes, synchronous);
        } else if (fromDevice) {
            toHost(stream, target, source, bytes, synchronous);
        } else {
            throw new CudaException(CudaStatus.INVALID_VALUE, "neither address is in live device memory");
        }
    }

    private void fill(Stream stream, long device, long value, int width, long count) {
        if (device % width != 0) {
            throw new CudaException(
                    CudaStatus.INVALID_VALUE, String.format("0x%x is not a multiple of %d", device, width));
        }
        if (count == 0) {
            return;
        }
        memory.requireRange(device, Math.multiplyExact(count, (long) width));
        driver.timeline().submit(stream, "fill", () -> memory.memory().fill(device, (int) value, width, count));
    }

    private void await(Operation operation) {
        driver.timeline().complete(operation);
        operation.stream().context().requireHealthy();
    }
}
