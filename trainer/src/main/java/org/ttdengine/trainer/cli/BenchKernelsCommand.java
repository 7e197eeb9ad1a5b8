package org.ttdengine.trainer.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.ops.Workload;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Times every primitive operation at the sizes of ViT-B/16 at 448 pixels. */
@Command(
        name = "kernels",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Times every primitive operation at the sizes of ViT-B/16 at 448 pixels, beside the GPU's peak; an"
                        + " emulated GPU runs small sizes and has no rates.")
final class BenchKernelsCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Spec
    private CommandSpec spec;

    @Mixin
    private DeviceOptions options;

    @Option(names = "--batch", defaultValue = "8", description = "Pictures of a step (default: 8).")
    private int batch;

    @Option(names = "--repeats", defaultValue = "20", description = "Calls that are timed together (default: 20).")
    private int repeats;

    @Option(names = "--json", description = "Print a line of JSON per operation.")
    private boolean json;

    @Override
    public Integer call() {
        if (batch < 1 || repeats < 1) {
            throw new IllegalArgumentException("--batch and --repeats must be at least 1");
        }
        PrintWriter out = spec.commandLine().getOut();
        try (Device device = options.open()) {
            boolean emulated = KernelRate.isEmulated(device);
            Workload.Sizes sizes = emulated ? Workload.Sizes.small() : Workload.Sizes.vitB16(batch);
            for (Workload workload : Workload.all(sizes)) {
                out.println(emulated ? run(device, workload) : time(device, workload));
                out.flush();
            }
        }
        return 0;
    }

    /** An emulated device has no speed: the call is made, and that is all. */
    private String run(Device device, Workload workload) {
        try (Scope scope = device.scope(workload.name())) {
            workload.preparation().on(device, scope).run();
            device.backend().synchronize();
        }
        if (!json) {
            return KernelRate.head(workload.name(), workload.shape()) + " runs (emulated: no rates)";
        }
        ObjectNode figures =
                JSON.createObjectNode().put("operation", workload.name()).put("shape", workload.shape());
        return with(device, figures).put("emulated", true).toString();
    }

    private String time(Device device, Workload workload) {
        KernelRate rate = KernelRate.measure(device, options.precision(), workload, repeats);
        return json ? with(device, rate.json()).toString() : rate.line();
    }

    private ObjectNode with(Device device, ObjectNode figures) {
        return figures.put("precision", options.precision().name().toLowerCase(Locale.ROOT))
                .put("device", device.name());
    }
}
