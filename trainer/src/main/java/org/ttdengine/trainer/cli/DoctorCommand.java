package org.ttdengine.trainer.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.ops.Conformance;
import org.ttdengine.engine.ops.OpSpec;
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
                    + " double-precision reference.")
    private boolean selfTest;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        DoctorReport report = new DoctorReport(Surroundings.findings(), selfTest ? selfTest() : List.of());
        PrintWriter out = spec.commandLine().getOut();
        out.println(json ? report.json() : report.table());
        out.flush();
        return report.isOk() ? 0 : 1;
    }

    private List<Conformance.Report> selfTest() throws IOException {
        List<Conformance.Report> reports = new ArrayList<>();
        PrintWriter progress = spec.commandLine().getErr();
        try (Device used = device.open()) {
            for (OpSpec operation : OpSpec.all()) {
                progress.println("testing " + operation.name());
                progress.flush();
                reports.add(Conformance.check(used, operation));
            }
        }
        return reports;
    }
}
