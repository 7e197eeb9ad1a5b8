package org.ttdengine.lora;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.io.SafetensorsWriter;
import org.ttdengine.engine.io.TensorFile;
import org.ttdengine.engine.io.TensorFiles;
import org.ttdengine.vit.ClipConfig;
import org.ttdengine.vit.ClipModule;
import org.ttdengine.vit.ClipState;

/**
 * The weights of adapters on the host, and their PEFT directory: {@code adapter_config.json} and
 * {@code adapter_model.safetensors} with tensors {@code base_model.model.PATH.lora_A.weight}.
 *
 * @param config what they are
 * @param pairs one per adapted module
 */
public record LoraWeights(PeftConfig config, List<Pair> pairs) {
    private static final String PREFIX = "base_model.model.";

    /**
     * The two factors of one module.
     *
     * @param module what is adapted
     * @param rank rows of A
     * @param a {@code [rank, in]}
     * @param b {@code [out, rank]}
     */
    @SuppressWarnings("ArrayRecordComponent") // a carrier of numbers, never compared
    public record Pair(ClipModule module, int rank, float[] a, float[] b) {}

    /** Reads a PEFT directory for a model of the given sizes. */
    public static LoraWeights read(Path directory, ClipConfig model) throws IOException {
        PeftConfig config = PeftConfig.read(directory.resolve("adapter_config.json"));
        Path file = Files.exists(directory.resolve("adapter_model.safetensors"))
                ? directory.resolve("adapter_model.safetensors")
                : directory.resolve("adapter_model.bin");
        if (!Files.isRegularFile(file)) {
            throw new IOException(directory + ": no adapter here; looked for adapter_model.safetensors and .bin");
        }
        try (TensorFile tensors = TensorFiles.open(file)) {
            return new LoraWeights(config, pairs(file, tensors, config, model));
        }
    }

    private static List<Pair> pairs(Path file, TensorFile tensors, PeftConfig config, ClipConfig model)
            throws IOException {
        Map<String, String> stored = new TreeMap<>();
        for (String name : tensors.names()) {
            String other = stored.put(plain(name), name);
            if (other != null) {
                throw new IOException(file + ": more than one adapter: it holds both " + other + " and " + name);
            }
        }
        Set<String> left = new HashSet<>(stored.keySet());
        List<Pair> pairs = new ArrayList<>();
        for (ClipModule module : ClipModule.of(model)) {
            String a = stored.get(module.path() + ".lora_A.weight");
            String b = stored.get(module.path() + ".lora_B.weight");
            if (a == null && b == null) {
                continue;
            }
            if (a == null || b == null) {
                throw new IOException(file + ": module " + module.path() + " has only one of lora_A and lora_B");
            }
            int rank = config.rank(module.path());
            check(file, tensors, a, Shape.of(rank, module.in()));
            check(file, tensors, b, Shape.of(module.out(), rank));
            pairs.add(new Pair(module, rank, tensors.readFloats(a), tensors.readFloats(b)));
            left.remove(plain(a));
            left.remove(plain(b));
        }
        if (!left.isEmpty() || pairs.isEmpty()) {
            String example =
                    left.isEmpty() ? "nothing" : stored.get(left.iterator().next());
            throw new IOException(
                    file + ": an adapter for another model: it holds " + example + ", which this CLIP does not have");
        }
        return pairs;
    }

    private static void check(Path file, TensorFile tensors, String name, Shape expected) throws IOException {
        Shape found = tensors.info(name).shape();
        if (!found.equals(expected)) {
            throw new IOException(file + ": an adapter for another model, or not of the rank in adapter_config.json:"
                    + " tensor " + name + " has shape " + found + ", expected " + expected);
        }
    }

    /** A tensor's name without PEFT's prefix and the name of the adapter. */
    private static String plain(String name) {
        String path = name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
        return path.replaceFirst("\\.lora_(A|B)\\.[^.]+\\.weight$", ".lora_$1.weight");
    }

    /** Writes a PEFT directory; each of its two files is replaced at once or not at all. */
    public void write(Path directory) throws IOException {
        Files.createDirectories(directory);
        SafetensorsWriter writer = new SafetensorsWriter().metadata("format", "pt");
        for (Pair pair : pairs) {
            String name = PREFIX + pair.module.path();
            writer.floats(name + ".lora_A.weight", Shape.of(pair.rank, pair.module.in()), pair.a);
            writer.floats(name + ".lora_B.weight", Shape.of(pair.module.out(), pair.rank), pair.b);
        }
        writer.write(directory.resolve("adapter_model.safetensors"));
        config.write(directory.resolve("adapter_config.json"));
    }

    /** Adds {@code scale B A} to the weights of a model, in place. */
    public void mergeInto(ClipState model) {
        for (Pair pair : pairs) {
            ClipModule module = pair.module;
            float[] weight = model.tensor(module.tensor());
            double scale = config.scale(module.path(), pair.rank);
            for (int o = 0; o < module.out(); o++) {
                for (int i = 0; i < module.in(); i++) {
                    double sum = 0;
                    for (int r = 0; r < pair.rank; r++) {
                        sum += (double) pair.b[o * pair.rank + r] * pair.a[r * module.in() + i];
                    }
                    int at = (module.firstRow() + o) * module.in() + i;
                    weight[at] = (float) (weight[at] + scale * sum);
                }
            }
        }
    }
}
