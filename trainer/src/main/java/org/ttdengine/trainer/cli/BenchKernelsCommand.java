package org.ttdengine.trainer.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.backend.counting.Work;
import org.ttdengine.engine.backend.cuda.CudaBackend;
import org.ttdengine.engine.backend.cuda.GpuPeak;
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
    private static final int ROUNDS = 5;

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
            boolean emulated =
                    device.backend() instanceof CudaBackend cuda && cuda.gpu().isEmulated();
            Workload.Sizes sizes = emulated ? Workload.Sizes.small() : Workload.Sizes.vitB16(batch);
            for (Workload workload : Workload.all(sizes)) {
                ObjectNode figures = emulated ? run(device, workload) : time(device, workload);
                out.println(json ? figures.toString() : line(figures));
                out.flush();
            }
        }
        return 0;
    }

    /** An emulated device has no speed: the call is made, and that is all. */
    private ObjectNode run(Device device, Workload workload) {
        try (Scope scope = device.scope(workload.name())) {
            workload.preparation().on(device, scope).run();
            device.backend().synchronize();
        }
        return figures(device, workload).put("emulated", true);
    }

    private ObjectNode time(Device device, Workload workload) {
        double[] seconds = new double[ROUNDS];
        try (Scope scope = device.scope(workload.name())) {
            Runnable call = workload.preparation().on(device, scope);
            call.run();
            device.backend().synchronize();
            for (int round = 0; round < ROUNDS; round++) {
                long start = System.nanoTime();
                for (int i = 0; i < repeats; i++) {
                    call.run();
                }
                device.backend().synchronize();
                seconds[round] = (System.nanoTime() - start) / 1e9 / repeats;
            }
        }
        Arrays.sort(seconds);
        return rates(device, workload, seconds[ROUNDS / 2]);
    }

    private ObjectNode rates(Device device, Workload workload, double seconds) {
        Work work = workload.work(options.precision());
        ObjectNode figures = figures(device, workload)
                .put("us", BenchFigures.rounded(seconds * 1e6, 2))
                .put("tflops_per_s", BenchFigures.rounded(work.flops() / seconds / 1e12, 4))
                .put("gb_per_s", BenchFigures.rounded(work.bytes() / seconds / 1e9, 2));
        if (device.backend() instanceof CudaBackend cuda) {
            GpuPeak peak = GpuPeak.of(cuda.gpu());
            boolean tensor = work.tensorCores() && options.precision().bytes() == 2;
            double flops = tensor ? peak.tensorFlopsPerSecond() : peak.flopsPerSecond();
            double least = Math.max(work.flops() / flops, work.bytes() / peak.bytesPerSecond());
            figures.put("share_of_peak", BenchFigures.rounded(least / seconds, 4));
        }
        return figures;
    }

    private ObjectNode figures(Device device, Workload workload) {
        return JSON.createObjectNode()
                .put("operation", workload.name())
                .put("shape", workload.shape())
                .put("precision", options.precision().name().toLowerCase(Locale.ROOT))
                .put("device", device.name());
    }

    private static String line(ObjectNode figures) {
        String head = String.format(
                Locale.ROOT,
                "%-28s %-40s",
                figures.get("operation").asText(),
                figures.get("shape").asText());
        if (!figures.has("us")) {
            return head + " runs (emulated: no rates)";
        }
        String share = figures.has("share_of_peak")
                ? String.format(
                        Locale.ROOT,
                        " %5.1f%% of peak",
                        100 * figures.get("share_of_peak").asDouble())
                : "";
        return head
                + String.format(
                        Locale.ROOT,
                        " %10.1f us %9.3f TFLOP/s %8.1f GB/s%s",
                        figures.get("us").asDouble(),
                        figures.get("tflops_per_s").asDouble(),
                        figures.get("gb_per_s").asDouble(),
                        share);
    }
}
