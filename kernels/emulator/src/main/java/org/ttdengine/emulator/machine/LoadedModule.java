package org.ttdengine.emulator.machine;

import java.util.Map;
import org.ttdengine.emulator.ptx.PtxModule;

/** A module on a machine: its variables have addresses and all its kernels are decoded. */
public final class LoadedModule {
    private final PtxModule source;
    private final Map<String, Long> globals;

    LoadedModule(PtxModule source, Map<String, Long> globals) {
        this.source = source;
        this.globals = Map.copyOf(globals);
    }

    public PtxModule source() {
        return source;
    }

    /** Device addresses of the .global variables by name. */
    public Map<String, Long> globals() {
        return globals;
    }
}
