package org.ttdengine.emulator.driver;

import org.ttdengine.emulator.machine.Launch;
import org.ttdengine.emulator.machine.LaunchCounters;
import org.ttdengine.emulator.machine.LoadedModule;
import org.ttdengine.emulator.machine.MachineOptions;
import org.ttdengine.emulator.memory.GlobalMemory;
import org.ttdengine.emulator.ptx.PtxException;

/** Runs PTX on the {@link org.ttdengine.emulator.machine machine}. */
final class MachineProcessor implements Processor {
    private final GlobalMemory memory;

    MachineProcessor(GlobalMemory memory) {
        this.memory = memory;
    }

    @Override
    public LoadedModule load(String ptx) {
        throw new PtxException(1, "the machine is not here yet");
    }

    @Override
    public int staticShared(LoadedModule module, String kernel) {
        throw new UnsupportedOperationException(kernel);
    }

    @Override
    public int localBytes(LoadedModule module, String kernel) {
        throw new UnsupportedOperationException(kernel);
    }

    @Override
    public LaunchCounters run(Launch launch, MachineOptions options) {
        throw new UnsupportedOperationException(launch.kernel());
    }
}
