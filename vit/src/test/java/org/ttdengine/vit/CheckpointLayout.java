package org.ttdengine.vit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.io.SafetensorsWriter;

/** The tensors of a state as another program would store them; the names are spelt out here once more. */
final class CheckpointLayout {
    @SuppressWarnings("ArrayRecordComponent") // a carrier of numbers, never compared
    private record Entry(Shape shape, float[] values) {}

    private final Map<String, Entry> entries = new TreeMap<>();
    private boolean half;
    private boolean indexBuffers;

    private CheckpointLayout() {}

    static CheckpointLayout openAi(ClipState state) {
        CheckpointLayout layout = new CheckpointLayout();
        ClipTensors.of(state.config())
                .forEach((name, shape) -> layout.entries.put(name, new Entry(shape, state.tensor(name))));
        return layout;
    }

    static CheckpointLayout huggingFace(ClipState state) {
        CheckpointLayout layout = new CheckpointLayout();
        ClipTensors.of(state.config()).forEach((name, shape) -> layout.convert(name, shape, state.tensor(name)));
        return layout;
    }

    private void convert(String name, Shape shape, float[] values) {
        String tower = name.startsWith("visual.") ? "vision_model." : "text_model.";
        String renamed = tower
                + name.replaceFirst("^visual\\.", "")
                        .replaceFirst("^transformer\\.resblocks\\.", "encoder.layers.")
                        .replaceFirst("^class_embedding", "embeddings.class_embedding")
                        .replaceFirst("^positional_embedding", "embeddings.position_embedding.weight")
                        .replaceFirst("^token_embedding", "embeddings.token_embedding")
                        .replaceFirst("^conv1", "embeddings.patch_embedding")
                        .replaceFirst("^ln_pre", "pre_layrnorm")
                        .replaceFirst("^ln_post", "post_layernorm")
                        .replaceFirst("^ln_final", "final_layer_norm")
                        .replace(".ln_", ".layer_norm")
                        .replace(".attn.out_proj.", ".self_attn.out_proj.")
                        .replace(".c_fc.", ".fc1.")
                        .replace(".c_proj.", ".fc2.");
        if (name.equals("logit_scale")) {
            entries.put(name, new Entry(shape, values));
        } else if (name.equals("visual.proj") || name.equals("text_projection")) {
            String projection = (name.startsWith("visual") ? "visual" : "text") + "_projection.weight";
            entries.put(projection, transposed(shape, values));
        } else if (name.contains("in_proj")) {
            for (int part = 0; part < 3; part++) {
                String one = renamed.replace(".attn.in_proj_", ".self_attn." + "qkv".charAt(part) + "_proj.");
                entries.put(one, third(shape, values, part));
            }
        } else {
            entries.put(renamed, new Entry(shape, values));
        }
    }

    private static Entry transposed(Shape shape, float[] values) {
        float[] turned = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            turned[i % shape.size(1) * shape.size(0) + i / shape.size(1)] = values[i];
        }
        return new Entry(Shape.of(shape.size(1), shape.size(0)), turned);
    }

    private static Entry third(Shape shape, float[] values, int part) {
        float[] piece = new float[values.length / 3];
        System.arraycopy(values, part * piece.length, piece, 0, piece.length);
        int rows = shape.size(0) / 3;
        return new Entry(shape.rank() == 1 ? Shape.of(rows) : Shape.of(rows, shape.size(1)), piece);
    }

    CheckpointLayout half(boolean on) {
        half = on;
        return this;
    }

    CheckpointLayout indexBuffers() {
        indexBuffers = true;
        return this;
    }

    CheckpointLayout renamed(UnaryOperator<String> rename) {
        CheckpointLayout layout = new CheckpointLayout();
        entries.forEach((name, entry) -> layout.entries.put(rename.apply(name), entry));
        return layout;
    }

    CheckpointLayout only(Predicate<String> wanted) {
        CheckpointLayout layout = new CheckpointLayout().half(half);
        entries.forEach((name, entry) -> {
            if (wanted.test(name)) {
                layout.entries.put(name, entry);
            }
        });
        return layout;
    }

    CheckpointLayout reshaped(String name, Shape shape) {
        float[] values = new float[shape.size()];
        System.arraycopy(
                entries.get(name).values, 0, values, 0, Math.min(values.length, entries.get(name).values.length));
        entries.put(name, new Entry(shape, values));
        return this;
    }

    Iterable<String> names() {
        return entries.keySet();
    }

    void write(Path file) throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter().metadata("format", "pt");
        entries.forEach((name, entry) -> {
            if (half) {
                writer.halves(name, entry.shape, entry.values);
            } else {
                writer.floats(name, entry.shape, entry.values);
            }
        });
        if (indexBuffers) {
            writer.longs("vision_model.embeddings.position_ids", Shape.of(1, 3), new long[] {0, 1, 2});
            writer.longs("text_model.embeddings.position_ids", Shape.of(1, 2), new long[] {0, 1});
        }
        writer.write(file);
    }
}
