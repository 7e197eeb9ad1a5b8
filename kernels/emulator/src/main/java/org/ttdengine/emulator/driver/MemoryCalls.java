package org.ttdengine.emulator.driver;

import org.ttdengine.emulator.memory.LiveAllocation;

/** Allocation of device and page-locked memory. */
final class MemoryCalls {
    private final Driver driver;
    private final DeviceMemory memory;
    private final PinnedMemory pinned;

    MemoryCalls(Driver driver) {
        this.driver = driver;
        this.memory = driver.memory();
        this.pinned = driver.pinned();
    }

    void register(FunctionTable table) {
        table.context("cuMemAlloc_v2", (context, a) -> HostMemory.putLong(a[0], memory.allocate(context, a[1])))
                .context("cuMemFree_v2", (context, a) -> free(context, a[0]))
                .context("cuMemAllocAsync", (context, a) -> {
                    driver.stream(context, a[2]);
                    HostMemory.putLong(a[0], memory.allocate(context, a[1]));
                })
                .context("cuMemFreeAsync", (context, a) -> driver.timeline()
                        .submit(driver.stream(context, a[1]), "cuMemFreeAsync", memory.release(a[0])))
                .context("cuMemGetInfo_v2", (context, a) -> {
                    Device device = context.device();
                    HostMemory.putLong(a[0], device.memory() - memory.used(device));
                    HostMemory.putLong(a[1], device.memory());
                })
                .context("cuMemGetAddressRange_v2", (context, a) -> {
                    LiveAllocation allocation = memory.at(a[2]);
                    HostMemory.putLongIfWanted(a[0], allocation.address());
                    HostMemory.putLongIfWanted(a[1], allocation.bytes());
                })
                .context("cuMemAllocHost_v2", (context, a) -> HostMemory.putLong(a[0], pinned.allocate(a[1], 0)))
                .context("cuMemHostAlloc", (context, a) -> HostMemory.putLong(a[0], pinned.allocate(a[1], (int) a[2])))
                .context("cuMemFreeHost", (context, a) -> {
                    driver.synchronize(context);
                    pinned.free(a[0]);
                })
                .context("cuMemHostRegister_v2", (context, a) -> pinned.register(a[0], a[1], (int) a[2]))
                .context("cuMemHostUnregister", (context, a) -> {
                    driver.synchronize(context);
                    pinned.unregister(a[0]);
                })
                .context("cuMemHostGetFlags", (context, a) -> HostMemory.putInt(a[0], pinned.flags(a[1])));
    }

    /** As on hardware, the context's work ends before its memory goes; freeing 0 does nothing. */
    private void free(Context context, long address) {
        if (address != 0) {
            driver.synchronize(context);
            memory.release(address).run();
        }
    }
}
