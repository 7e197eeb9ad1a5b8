package org.ttdengine.emulator.machine;

import java.util.Map;
import org.ttdengine.emulator.ptx.PtxModule;

/** A module on a machine: its variables have addresses and all its kernels are decoded. */
public final class LoadedModule {
    private final PtxModule source;
    private final Map<String, Program> programs;
    private final Map<String, Long> globals;
    private final byte[] constants;

    LoadedModule(PtxModule source, Map<String, Program> programs, Map<String, Long> globals, byte[] constants) {
        this.source = source;
        this.programs = Map.copyOf(programs);
        this.globals = Map.copyOf(globals);
        this.constants = constants;
    }

    public PtxModule source() {
        return source;
    }

    /** Device addresses of the .global variables by name. */
    public Map<String, Long> globals() {
        return globals;
    }

    /** Bytes of shared memory that a kernel declares with a size. */
    public int staticShared(String kernel) {
        return program(kernel).shared.staticBytes();
    }

    /** Bytes of .local memory of one thread. */
    public int localBytes(String kernel) {
        return program(kernel).localBytes;
    }

    /** Bytes of the .const state space. */
    byte[] constants() {
        return constants;
    }

    Program program(String kernel) {
        Program program = programs.get(kernel);
        if (program == null) {
            throw new DeviceFault(
                    DeviceFault.Kind.LAUNCH_CONFIGURATION, "no kernel " + kernel + " among " + programs.keySet());
        }
        return program;
    }
}
