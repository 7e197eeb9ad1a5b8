package org.ttdengine.emulator.driver;

/** Contexts: created, primary, current, synchronised. */
final class ContextCalls {
    /** What cuCtxGetApiVersion tells about contexts made by cuCtxCreate_v2. */
    private static final int API_VERSION = 3020;

    private final Driver driver;

    ContextCalls(Driver driver) {
        this.driver = driver;
    }

    void register(FunctionTable table) {
        table.initialized("cuCtxCreate_v2", a -> {
                    Context context = driver.create(driver.device(a[2]), (int) a[1]);
                    HostMemory.putLong(a[0], context.handle());
                    driver.stack().push(context);
                })
                .initialized("cuCtxDestroy_v2", a -> driver.destroy(created(a[0])))
                .initialized("cuCtxPushCurrent_v2", a -> driver.stack().push(context(a[0])))
                .initialized("cuCtxPopCurrent_v2", a -> HostMemory.putLongIfWanted(a[0], pop()))
                .initialized("cuCtxSetCurrent", a -> setCurrent(a[0]))
                .initialized("cuCtxGetCurrent", a -> {
                    Context context = driver.stack().peek();
                    HostMemory.putLong(a[0], context == null ? 0 : context.handle());
                })
                .context(
                        "cuCtxGetDevice",
                        (context, a) -> HostMemory.putInt(a[0], context.device().ordinal()))
                .context("cuCtxGetFlags", (context, a) -> HostMemory.putInt(a[0], context.flags()))
                .initialized(
                        "cuCtxGetId",
                        a -> HostMemory.putLong(a[1], orCurrent(a[0]).handle()))
                .initialized("cuCtxGetApiVersion", a -> {
                    orCurrent(a[0]);
                    HostMemory.putInt(a[1], API_VERSION);
                })
                .context("cuCtxSynchronize", (context, a) -> driver.synchronize(context))
                .context("cuCtxGetStreamPriorityRange", (context, a) -> {
                    if (a[0] != 0) {
                        HostMemory.putInt(a[0], StreamCalls.LEAST_PRIORITY);
                    }
                    if (a[1] != 0) {
                        HostMemory.putInt(a[1], StreamCalls.GREATEST_PRIORITY);
                    }
                })
                .initialized(
                        "cuDevicePrimaryCtxRetain",
                        a -> HostMemory.putLong(
                                a[0], retain(driver.device(a[1])).handle()))
                .initialized("cuDevicePrimaryCtxRelease_v2", a -> release(driver.device(a[0])))
                .initialized("cuDevicePrimaryCtxReset_v2", a -> reset(driver.device(a[0])))
                .initialized("cuDevicePrimaryCtxSetFlags_v2", a -> driver.device(a[0])
                        .primaryFlags((int) a[1]))
                .initialized("cuDevicePrimaryCtxGetState", a -> {
                    Device device = driver.device(a[0]);
                    HostMemory.putInt(a[1], device.primaryFlags());
                    HostMemory.putInt(a[2], device.primary() == null ? 0 : 1);
                });
    }

    private Context context(long handle) {
        return driver.handles().get(handle, Context.class);
    }

    private Context orCurrent(long handle) {
        return handle == 0 ? driver.current() : context(handle);
    }

    /** A context that cuCtxCreate made; primary ones are released instead. */
    private Context created(long handle) {
        Context context = context(handle);
        if (context.device().primary() == context) {
            throw new CudaException(CudaStatus.INVALID_CONTEXT, "a primary context is released, not destroyed");
        }
        return context;
    }

    private long pop() {
        if (driver.stack().isEmpty()) {
            throw new CudaException(CudaStatus.INVALID_CONTEXT, "no context to pop");
        }
        return driver.stack().pop().handle();
    }

    /** Replaces the top of the stack; 0 takes it away. */
    private void setCurrent(long handle) {
        Context context = handle == 0 ? null : context(handle);
        driver.stack().poll();
        if (context != null) {
            driver.stack().push(context);
        }
    }

    private Context retain(Device device) {
        if (device.usePrimary(1) == 1) {
            device.primary(driver.create(device, device.primaryFlags()));
        }
        return device.primary();
    }

    private void release(Device device) {
        if (device.usePrimary(-1) == 0) {
            reset(device);
        }
    }

    private void reset(Device device) {
        Context context = device.primary();
        device.forgetPrimaryUses();
        device.primary(null);
        if (context != null) {
            driver.destroy(context);
        }
    }
}
