package org.ttdengine.emulator.driver;

import java.util.LinkedHashMap;
import java.util.Map;
import org.ttdengine.emulator.machine.Launch;
import org.ttdengine.emulator.machine.LaunchCounters;
import org.ttdengine.emulator.machine.LoadedModule;
import org.ttdengine.emulator.machine.Machine;
import org.ttdengine.emulator.machine.MachineOptions;
import org.ttdengine.emulator.memory.GlobalMemory;
import org.ttdengine.emulator.ptx.PtxParser;

/** What executes PTX for the driver: a {@link Machine} under the options of the moment, and the modules it has seen. */
final class Processor {
    /** Modules remembered by their text, so that loading one again is no work. */
    private static final int REMEMBERED = 64;

    private final GlobalMemory memory;
    private final Map<String, LoadedModule> seen = new LinkedHashMap<>();
    private Machine machine;

    Processor(GlobalMemory memory, MachineOptions options) {
        this.memory = memory;
        configure(options);
    }

    /** Takes the options for launches from now on. */
    void configure(MachineOptions options) {
        machine = new Machine(memory, options);
    }

    MachineOptions options() {
        return machine.options();
    }

    /**
     * Parses, decodes and places a module. One with variables in global memory gets new ones each time.
     *
     * @throws org.ttdengine.emulator.ptx.PtxException naming the line it cannot take
     */
    LoadedModule load(String ptx) {
        LoadedModule module = seen.get(ptx);
        if (module == null) {
            module = machine.load(PtxParser.parse(ptx));
            if (module.globals().isEmpty()) {
                remember(ptx, module);
            }
        }
        return module;
    }

    private void remember(String ptx, LoadedModule module) {
        if (seen.size() == REMEMBERED) {
            seen.remove(seen.keySet().iterator().next());
        }
        seen.put(ptx, module);
    }

    /** Runs a launch to its end. */
    LaunchCounters run(Launch launch) {
        return machine.run(launch);
    }
}
