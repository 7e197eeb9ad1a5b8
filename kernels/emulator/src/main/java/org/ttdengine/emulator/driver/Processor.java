package org.ttdengine.emulator.driver;

import org.ttdengine.emulator.machine.Launch;
import org.ttdengine.emulator.machine.LaunchCounters;
import org.ttdengine.emulator.machine.LoadedModule;
import org.ttdengine.emulator.machine.MachineOptions;

/** What executes PTX for the driver. */
interface Processor {
    /** Parses, decodes and places a module; a {@link org.ttdengine.emulator.ptx.PtxException} names what it cannot take. */
    LoadedModule load(String ptx);

    /** Bytes of shared memory that a kernel declares with a size. */
    int staticShared(LoadedModule module, String kernel);

    /** Bytes of .local memory of one thread. */
    int localBytes(LoadedModule module, String kernel);

    /** Runs a launch to its end. */
    LaunchCounters run(Launch launch, MachineOptions options);
}
