package org.ttdengine.trainer.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.ttdengine.engine.Device;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says what the program finds on this machine. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Says what was found on this machine; exit code 1 if something is broken.")
final class DoctorCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private DeviceOptions device;

    @Option(
            names = "--selftest",
            description = "Also compare every operation on the device, forward and backward, with the"
                    + " double-precision reference, and on a real GPU time it.")
    private boolean selfTest;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        DoctorReport report = new DoctorReport(Surroundings.findings(), selfTest ? selfTest() : SelfCheck.none());
        PrintWriter out = spec.commandLine().getOut();
        out.println(json ? report.json() : report.table());
        out.flush();
        return report.isOk() ? 0 : 1;
    }

    private SelfCheck selfTest() {
        try (Device used = device.open()) {
            return SelfCheck.of(used, device.precision(), spec.commandLine().getErr());
        }
    }
}
