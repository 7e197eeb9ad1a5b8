package org.ttdengine.emulator.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ttdengine.emulator.machine.LoadedModule;
import org.ttdengine.emulator.ptx.PtxException;

/** Modules, their functions and variables. Images are PTX text; options of the JIT compiler do not matter here. */
final class ModuleCalls {
    /** CU_MODULE_EAGER_LOADING. */
    private static final int EAGER = 1;
    /** First bytes of images that hold machine code: ELF and fat binaries. */
    private static final int ELF = 0x464c_457f;

    private static final int FAT_BINARY = 0xba55_ed50;

    private final Driver driver;
    private final Handles handles;

    ModuleCalls(Driver driver) {
        this.driver = driver;
        this.handles = driver.handles();
    }

    void register(FunctionTable table) {
        table.context(
                        "cuModuleLoad",
                        (context, a) -> HostMemory.putLong(a[0], load(context, file(HostMemory.string(a[1])))))
                .context("cuModuleLoadData", (context, a) -> HostMemory.putLong(a[0], load(context, image(a[1]))))
                .context("cuModuleLoadDataEx", (context, a) -> HostMemory.putLong(a[0], load(context, image(a[1]))))
                .context("cuModuleUnload", (context, a) -> unload(a[0]))
                .context(
                        "cuModuleGetFunction",
                        (context, a) ->
                                HostMemory.putLong(a[0], module(a[1]).function(HostMemory.string(a[2]), a[1], handles)))
                .context(
                        "cuModuleGetGlobal_v2",
                        (context, a) -> global(module(a[2]), HostMemory.string(a[3]), a[0], a[1]))
                .initialized("cuModuleGetLoadingMode", a -> HostMemory.putInt(a[0], EAGER))
                .context(
                        "cuFuncGetAttribute",
                        (context, a) -> HostMemory.putInt(a[0], function(a[2]).attribute((int) a[1])))
                .context("cuFuncSetAttribute", (context, a) -> function(a[0]).attribute((int) a[1], (int) a[2]))
                .context("cuFuncSetCacheConfig", (context, a) -> function(a[0]))
                .context("cuFuncSetSharedMemConfig", (context, a) -> function(a[0]))
                .context(
                        "cuFuncGetModule",
                        (context, a) -> HostMemory.putLong(a[0], function(a[1]).moduleHandle()))
                .context(
                        "cuOccupancyMaxActiveBlocksPerMultiprocessor",
                        (context, a) ->
                                HostMemory.putInt(a[0], function(a[1]).blocksPerMultiprocessor((int) a[2], a[3])))
                .context(
                        "cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags",
                        (context, a) ->
                                HostMemory.putInt(a[0], function(a[1]).blocksPerMultiprocessor((int) a[2], a[3])))
                .context(
                        "cuOccupancyAvailableDynamicSMemPerBlock",
                        (context, a) -> HostMemory.putLong(a[0], availableShared(function(a[1]), (int) a[2])));
    }

    private Module module(long handle) {
        return handles.get(handle, Module.class);
    }

    private Function function(long handle) {
        return handles.get(handle, Function.class);
    }

    private static String file(String name) {
        try {
            return Files.readString(Path.of(name));
        } catch (IOException e) {
            throw new CudaException(CudaStatus.FILE_NOT_FOUND, e.toString());
        }
    }

    private static String image(long address) {
        int start = HostMemory.getInt(address);
        if (start == ELF || start == FAT_BINARY) {
            throw new CudaException(CudaStatus.NO_BINARY_FOR_GPU, "the emulated device runs PTX text only");
        }
        return HostMemory.string(address);
    }

    private long load(Context context, String ptx) {
        PtxHeader header = PtxHeader.of(ptx);
        header.requireDriver(driver.options().driverVersion());
        header.requireDevice(context.device().capability());
        try {
            LoadedModule code = driver.processor().load(ptx);
            return handles.add(new Module(context, code));
        } catch (PtxException e) {
            throw new CudaException(CudaStatus.INVALID_PTX, e.getMessage());
        }
    }

    private void unload(long handle) {
        Module module = module(handle);
        driver.synchronize(module.context());
        handles.remove(handle, Module.class);
        handles.removeFunctionsOf(module);
        driver.freeVariables(module);
    }

    private void global(Module module, String name, long address, long bytes) {
        Long found = module.code().globals().get(name);
        if (found == null) {
            throw new CudaException(CudaStatus.NOT_FOUND, "no variable " + name);
        }
        HostMemory.putLongIfWanted(address, found);
        HostMemory.putLongIfWanted(bytes, driver.memory().at(found).bytes());
    }

    /** Dynamic shared memory a block may have so that so many blocks share a multiprocessor. */
    private static long availableShared(Function function, int blocks) {
        if (blocks < 1) {
            throw new CudaException(CudaStatus.INVALID_VALUE, blocks + " blocks");
        }
        Device device = function.context().device();
        long share = device.attribute(DeviceAttributes.MAX_SHARED_PER_MULTIPROCESSOR) / blocks
                - device.attribute(DeviceAttributes.RESERVED_SHARED_PER_BLOCK)
                - function.staticShared();
        return Math.max(0, Math.min(share, function.maxDynamicShared()));
    }
}
