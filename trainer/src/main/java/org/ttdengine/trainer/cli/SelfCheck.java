package org.ttdengine.trainer.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.backend.cuda.CudaBackend;
import org.ttdengine.engine.ops.Conformance;
import org.ttdengine.engine.ops.OpSpec;
import org.ttdengine.engine.ops.Workload;

/**
 * What became of a device's operations.
 *
 * @param reports errors, by operation; empty if nothing was tested
 * @param rates of the primitives, on real GPUs only
 * @param ratesNote why there are no rates, or at what sizes they were taken
 */
record SelfCheck(List<Conformance.Report> reports, List<KernelRate> rates, String ratesNote) {
    private static final int IMAGES = 8;
    private static final int REPEATS = 20;

    SelfCheck {
        reports = List.copyOf(reports);
        rates = List.copyOf(rates);
    }

    /** Nothing tested. */
    static SelfCheck none() {
        return new SelfCheck(List.of(), List.of(), "");
    }

    /** Compares every operation with the double-precision reference, then times the primitives if that makes sense. */
    static SelfCheck of(Device device, DType precision, PrintWriter progress) {
        List<Conformance.Report> reports = new ArrayList<>();
        for (OpSpec operation : OpSpec.all()) {
            say(progress, "testing " + operation.name());
            reports.add(Conformance.check(device, operation));
        }
        if (KernelRate.isEmulated(device)) {
            return new SelfCheck(
                    reports, List.of(), "not measured: " + device.name() + " is emulated and has no speed");
        }
        if (!(device.backend() instanceof CudaBackend)) {
            return new SelfCheck(reports, List.of(), "measured on GPUs; for a processor's: bench kernels");
        }
        List<KernelRate> rates = new ArrayList<>();
        for (Workload workload : Workload.all(Workload.Sizes.vitB16(IMAGES))) {
            say(progress, "timing " + workload.name());
            rates.add(KernelRate.measure(device, precision, workload, REPEATS));
        }
        return new SelfCheck(reports, rates, "sizes of ViT-B/16 at 448 pixels, batch " + IMAGES);
    }

    private static void say(PrintWriter progress, String what) {
        progress.println(what);
        progress.flush();
    }

    boolean isOk() {
        return reports.stream().allMatch(Conformance.Report::isOk);
    }
}
