package org.ttdengine.emulator.driver;

import static jcuda.driver.JCudaDriver.cuLaunchKernel;
import static jcuda.driver.JCudaDriver.cuMemcpyDtoH;
import static jcuda.driver.JCudaDriver.cuMemsetD32;
import static jcuda.driver.JCudaDriver.cuModuleGetFunction;
import static jcuda.driver.JCudaDriver.cuModuleGetGlobal;
import static jcuda.driver.JCudaDriver.cuModuleLoad;
import static jcuda.driver.JCudaDriver.cuModuleLoadData;
import static jcuda.driver.JCudaDriver.cuModuleLoadDataEx;
import static jcuda.driver.JCudaDriver.cuModuleUnload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.ttdengine.emulator.driver.Cuda.expect;
import static org.ttdengine.emulator.driver.Cuda.ok;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;
import jcuda.driver.CUresult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ModuleTest {
    private Cuda cuda;

    @BeforeEach
    void createContext() {
        cuda = new Cuda();
    }

    @AfterEach
    void destroyContext() {
        cuda.close();
    }

    private static int load(String ptx) {
        return cuModuleLoadData(new CUmodule(), Cuda.image(ptx));
    }

    @Test
    void kernelsAreFoundByNameAndNothingElseIs() {
        CUmodule module = cuda.module();
        CUfunction first = new CUfunction();
        CUfunction again = new CUfunction();
        ok(cuModuleGetFunction(first, module, "vector_add"));
        ok(cuModuleGetFunction(again, module, "vector_add"));
        assertThat(again).isEqualTo(first);
        expect(CUresult.CUDA_ERROR_NOT_FOUND, cuModuleGetFunction(first, module, "vector_sub"));
    }

    @Test
    void anUnloadedModuleAndItsFunctionsAreGone() {
        CUmodule module = cuda.module();
        CUfunction function = new CUfunction();
        ok(cuModuleGetFunction(function, module, "stop"));
        ok(cuModuleUnload(module));
        expect(CUresult.CUDA_ERROR_INVALID_HANDLE, cuModuleGetFunction(function, module, "stop"));
        expect(CUresult.CUDA_ERROR_INVALID_HANDLE, cuLaunchKernel(function, 1, 1, 1, 1, 1, 1, 0, null, null, null));
        expect(CUresult.CUDA_ERROR_INVALID_HANDLE, cuModuleUnload(module));
    }

    @Test
    void variablesKeepTheirValueBetweenLaunchesAndAreEachModulesOwn() {
        CUmodule module = cuda.module();
        CUdeviceptr calls = new CUdeviceptr();
        long[] bytes = new long[1];
        ok(cuModuleGetGlobal(calls, bytes, module, "calls"));
        assertThat(bytes[0]).isEqualTo(4);
        assertThat(count(module)).isEqualTo(6);
        assertThat(count(module)).isEqualTo(7);
        ok(cuMemsetD32(calls, 100, 1));
        assertThat(count(module)).isEqualTo(101);
        assertThat(count(cuda.module())).isEqualTo(6);
        expect(CUresult.CUDA_ERROR_NOT_FOUND, cuModuleGetGlobal(calls, bytes, module, "tallies"));
    }

    private int count(CUmodule module) {
        CUfunction function = new CUfunction();
        CUdeviceptr out = cuda.allocate(4);
        int[] result = new int[1];
        ok(cuModuleGetFunction(function, module, "count_calls"));
        ok(cuLaunchKernel(function, 1, 1, 1, 1, 1, 1, 0, null, Cuda.parameters(out), null));
        ok(cuMemcpyDtoH(Pointer.to(result), out, 4));
        return result[0];
    }

    @Test
    void modulesComeFromFilesAndWithJitOptionsToo(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("driver.ptx"), Cuda.ptx());
        ok(cuModuleLoad(new CUmodule(), file.toString()));
        ok(cuModuleLoadDataEx(
                new CUmodule(), Pointer.to(Cuda.image(Cuda.ptx())), 0, new int[0], Pointer.to(new int[0])));
        expect(
                CUresult.CUDA_ERROR_FILE_NOT_FOUND,
                cuModuleLoad(new CUmodule(), directory.resolve("no.ptx").toString()));
    }

    @Test
    void textTheDriverOrTheDeviceIsTooOldForIsRefused() {
        String ptx = Cuda.ptx();
        expect(CUresult.CUDA_ERROR_UNSUPPORTED_PTX_VERSION, load(ptx.replace(".version 8.0", ".version 8.1")));
        expect(CUresult.CUDA_ERROR_NO_BINARY_FOR_GPU, load(ptx.replace(".target sm_80", ".target sm_86")));
        expect(CUresult.CUDA_ERROR_NO_BINARY_FOR_GPU, load(ptx.replace(".target sm_80", ".target sm_90a")));
    }

    @Test
    void brokenTextAndMachineCodeAreRefused() {
        expect(CUresult.CUDA_ERROR_INVALID_PTX, load("this is no PTX"));
        expect(CUresult.CUDA_ERROR_INVALID_PTX, load(Cuda.ptx().replace("add.f32", "conjure.f32")));
        expect(
                CUresult.CUDA_ERROR_NO_BINARY_FOR_GPU,
                load(new String(new byte[] {0x7f, 'E', 'L', 'F'}, StandardCharsets.US_ASCII)));
    }
}
