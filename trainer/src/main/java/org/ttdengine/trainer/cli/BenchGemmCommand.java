package org.ttdengine.trainer.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.backend.MatMul;
import org.ttdengine.engine.backend.MatrixView;
import org.ttdengine.vit.ClipConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Times the matrix products of a model one by one. */
@Command(
        name = "gemm",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        defaultValueProvider = BenchOptions.Defaults.class,
        description = "Times the matrix products of a training step one by one, with frozen weights packed beforehand.")
final class BenchGemmCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Small products are repeated within a timing until they do this much work, or are this many. */
    private static final double FLOPS_OF_A_TIMING = 4e9;

    private static final int MOST_REPEATS = 1000;

    /** C = A W' of {@code m x k} activations and {@code n x k} weights. */
    record Product(String layer, int m, int n, int k) {
        private String size() {
            return m + "x" + n + "x" + k;
        }
    }

    @Spec
    private CommandSpec spec;

    @Mixin
    private BenchOptions options;

    @Override
    public Integer call() throws IOException {
        ClipConfig config = options.read().config();
        RandomBatch batch = options.batch(config);
        PrintWriter out = spec.commandLine().getOut();
        try (Device device = options.open()) {
            if (!options.json()) {
                out.println(String.format("%-28s %6s %6s %6s %12s %10s", "layer", "m", "n", "k", "GFLOP/s", "ms"));
            }
            for (Product product : products(config, batch, options.imageSize())) {
                report(product, time(device, product), out);
            }
        }
        return 0;
    }

    /** Every size of matrix product that a step meets with frozen weights, forward and backward. */
    static List<Product> products(ClipConfig config, RandomBatch batch, int imageSize) {
        ClipConfig.Vision vision = config.vision();
        ClipConfig.Text text = config.text();
        int cells = (imageSize / vision.patch()) * (imageSize / vision.patch());
        int images = batch.entries().size();
        List<Product> all = new ArrayList<>();
        all.add(new Product("patches", cells, vision.width(), 3 * vision.patch() * vision.patch()));
        addTower(all, "vision", images * (cells + 1), vision.width(), vision.mlp());
        addLayer(all, "vision projection", images * cells, config.embedding(), vision.width());
        addTower(all, "text", batch.tokens(), text.width(), text.mlp());
        addLayer(all, "text projection", batch.texts().size(), config.embedding(), text.width());
        Map<String, Product> distinct = new LinkedHashMap<>();
        all.forEach(product -> distinct.putIfAbsent(product.size(), product));
        return List.copyOf(distinct.values());
    }

    private static void addTower(List<Product> all, String tower, int tokens, int width, int mlp) {
        addLayer(all, tower + " qkv", tokens, 3 * width, width);
        addLayer(all, tower + " out", tokens, width, width);
        addLayer(all, tower + " fc1", tokens, mlp, width);
        addLayer(all, tower + " fc2", tokens, width, mlp);
    }

    private static void addLayer(List<Product> all, String layer, int tokens, int out, int in) {
        all.add(new Product(layer, tokens, out, in));
        all.add(new Product(layer + " backward", tokens, in, out));
    }

    private Timing time(Device device, Product product) {
        try (Scope scope = device.scope("gemm")) {
            SplittableRandom random = new SplittableRandom(options.seed());
            MatrixView a = MatrixView.of(random(scope, random, product.m, product.k));
            MatrixView weight = MatrixView.of(random(scope, random, product.n, product.k));
            MatrixView c = MatrixView.of(scope.empty("c", Shape.of(product.m, product.n)));
            MatMul matmul =
                    MatMul.of(a, false, weight, true, c).packed(device.backend().pack(weight, true));
            int times = (int) Math.min(MOST_REPEATS, Math.ceil(FLOPS_OF_A_TIMING / matmul.flops()));
            Runnable work = () -> {
                for (int i = 0; i < times; i++) {
                    device.backend().matmul(matmul);
                }
            };
            PrintWriter progress = spec.commandLine().getErr();
            progress.println(product.layer + " " + product.size() + ", " + times + " times a step");
            Timing timing = options.time(device, work, progress);
            return new Timing(timing.medianMs() / times, matmul.flops(), timing.peakHeapBytes());
        }
    }

    private static Tensor random(Scope scope, SplittableRandom random, int rows, int columns) {
        float[] values = new float[rows * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return scope.empty("random", Shape.of(rows, columns)).set(values);
    }

    private void report(Product product, Timing timing, PrintWriter out) {
        if (options.json()) {
            out.println(JSON.createObjectNode()
                    .put("layer", product.layer)
                    .put("m", product.m)
                    .put("n", product.n)
                    .put("k", product.k)
                    .put("gflops_per_s", BenchFigures.rounded(timing.gflopsPerSecond(), 3))
                    .put("ms_median", BenchFigures.rounded(timing.medianMs(), 6)));
        } else {
            out.println(String.format(
                    Locale.ROOT,
                    "%-28s %6d %6d %6d %12.1f %10.3f",
                    product.layer,
                    product.m,
                    product.n,
                    product.k,
                    timing.gflopsPerSecond(),
                    timing.medianMs()));
        }
        out.flush();
    }
}
