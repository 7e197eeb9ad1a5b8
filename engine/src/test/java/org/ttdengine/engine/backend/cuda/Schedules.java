package org.ttdengine.engine.backend.cuda;

import java.util.List;
import org.ttdengine.emulator.Emulator;
import org.ttdengine.emulator.machine.MachineOptions;
import org.ttdengine.emulator.machine.MachineOptions.Schedule;

/** Runs work on the emulated GPU under every check, in every order of blocks, warps and lanes. */
final class Schedules {
    private Schedules() {}

    /** Work that launches kernels. */
    @FunctionalInterface
    interface Work {
        void run();
    }

    /** Forward, backward and at random; the order of before holds again afterwards. */
    static void each(Emulator emulator, Work work) {
        MachineOptions before = emulator.machine();
        MachineOptions checked = MachineOptions.checked();
        try {
            for (MachineOptions options : List.of(
                    checked, checked.withSchedule(Schedule.REVERSE, 0), checked.withSchedule(Schedule.RANDOM, 5))) {
                emulator.machine(options);
                work.run();
            }
        } finally {
            emulator.machine(before);
        }
    }
}
