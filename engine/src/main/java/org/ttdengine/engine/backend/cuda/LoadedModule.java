package org.ttdengine.engine.backend.cuda;

import static org.ttdengine.engine.backend.cuda.Driver.check;

import java.util.HashMap;
import java.util.Map;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;
import jcuda.driver.JCudaDriver;
import org.ttdengine.kernels.KernelSpec;
import org.ttdengine.kernels.PtxModule;
import org.ttdengine.kernels.PtxModules;

/** A PTX module on the device; the driver has translated it for the GPU at hand. */
final class LoadedModule implements AutoCloseable {
    private final CudaContext context;
    private final PtxModule ptx;
    private final CUmodule module = new CUmodule();
    private final Map<String, Kernel> kernels = new HashMap<>();

    LoadedModule(CudaContext context, String name) {
        this.context = context;
        this.ptx = PtxModules.load(name);
        check(JCudaDriver.cuModuleLoadData(module, ptx.text()), "cuModuleLoadData of " + name);
    }

    Kernel kernel(KernelSpec spec) {
        return kernels.computeIfAbsent(spec.name(), n -> load(spec));
    }

    private Kernel load(KernelSpec spec) {
        CUfunction function = new CUfunction();
        check(JCudaDriver.cuModuleGetFunction(function, module, spec.name()), "cuModuleGetFunction of " + spec.name());
        return new Kernel(context, spec, ptx.entry(spec.name()), function);
    }

    @Override
    public void close() {
        check(JCudaDriver.cuModuleUnload(module), "cuModuleUnload");
    }
}
