package org.ttdengine.emulator.driver;

import java.util.HashMap;
import java.util.Map;
import org.ttdengine.emulator.machine.LoadedModule;
import org.ttdengine.emulator.ptx.PtxKernel;

/** A module in a context, with the handles given out for its functions. */
final class Module implements Owned {
    private final Context context;
    private final LoadedModule code;
    private final Map<String, Long> functions = new HashMap<>();

    Module(Context context, LoadedModule code) {
        this.context = context;
        this.code = code;
    }

    @Override
    public Context context() {
        return context;
    }

    LoadedModule code() {
        return code;
    }

    /** Handle of a kernel, the same at each call. */
    long function(String name, long moduleHandle, Handles handles) {
        PtxKernel kernel = code.source().kernels().get(name);
        if (kernel == null) {
            throw new CudaException(
                    CudaStatus.NOT_FOUND,
                    "no kernel " + name + " among " + code.source().kernels().keySet());
        }
        return functions.computeIfAbsent(
                name,
                key -> handles.add(
                        new Function(this, moduleHandle, kernel, code.staticShared(name), code.localBytes(name))));
    }
}
