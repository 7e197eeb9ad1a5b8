package org.ttdengine.emulator.driver;

import java.util.function.Function;

/** Initialisation, errors and devices. */
final class DeviceCalls {
    private final Driver driver;
    private final ErrorTexts texts = new ErrorTexts();

    DeviceCalls(Driver driver) {
        this.driver = driver;
    }

    void register(FunctionTable table) {
        table.always("cuInit", a -> initialize((int) a[0]))
                .always(
                        "cuDriverGetVersion",
                        a -> HostMemory.putInt(a[0], driver.options().driverVersion()))
                .always("cuGetErrorName", a -> text(a, CudaStatus::cudaName))
                .always("cuGetErrorString", a -> text(a, CudaStatus::description))
                .initialized("cuDeviceGetCount", a -> HostMemory.putInt(a[0], driver.deviceCount()))
                .initialized(
                        "cuDeviceGet",
                        a -> HostMemory.putInt(a[0], driver.device(a[1]).ordinal()))
                .initialized(
                        "cuDeviceGetName",
                        a -> HostMemory.putString(
                                a[0], (int) a[1], driver.device(a[2]).name()))
                .initialized("cuDeviceGetUuid", a -> HostMemory.view(a[0], 16)
                        .put(driver.device(a[1]).uuid()))
                .initialized(
                        "cuDeviceGetAttribute",
                        a -> HostMemory.putInt(a[0], driver.device(a[2]).attribute((int) a[1])))
                .initialized(
                        "cuDeviceTotalMem_v2",
                        a -> HostMemory.putLong(a[0], driver.device(a[1]).memory()))
                .initialized("cuDeviceComputeCapability", a -> {
                    int capability = driver.device(a[2]).capability();
                    HostMemory.putInt(a[0], capability / 10);
                    HostMemory.putInt(a[1], capability % 10);
                })
                .initialized(
                        "cuDeviceGetPCIBusId",
                        a -> HostMemory.putString(
                                a[0], (int) a[1], driver.device(a[2]).pciBusId()))
                .initialized("cuDeviceGetByPCIBusId", a -> HostMemory.putInt(a[0], byBusId(HostMemory.string(a[1]))))
                .initialized("cuDeviceCanAccessPeer", a -> {
                    driver.device(a[1]);
                    driver.device(a[2]);
                    HostMemory.putInt(a[0], 0);
                })
                .initialized("cuProfilerStart", a -> driver.current())
                .initialized("cuProfilerStop", a -> driver.current());
    }

    private void initialize(int flags) {
        if (flags != 0) {
            throw new CudaException(CudaStatus.INVALID_VALUE, "cuInit takes no flags");
        }
        driver.initialize();
    }

    /** Stores the address of an error's text; the null address when there is no such error, as is documented. */
    private void text(long[] arguments, Function<CudaStatus, String> kind) {
        HostMemory.putLong(arguments[1], 0);
        CudaStatus status = CudaStatus.of((int) arguments[0])
                .orElseThrow(() -> new CudaException(CudaStatus.INVALID_VALUE, "no error has code " + arguments[0]));
        HostMemory.putLong(arguments[1], texts.address(kind.apply(status)));
    }

    private int byBusId(String id) {
        for (int ordinal = 0; ordinal < driver.deviceCount(); ordinal++) {
            if (driver.device(ordinal).pciBusId().equalsIgnoreCase(id)) {
                return ordinal;
            }
        }
        throw new CudaException(CudaStatus.INVALID_DEVICE, "no device at " + id);
    }
}
