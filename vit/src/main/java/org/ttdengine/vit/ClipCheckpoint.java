package org.ttdengine.vit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.backend.Activation;
import org.ttdengine.engine.io.SafetensorsWriter;
import org.ttdengine.engine.io.TensorFile;
import org.ttdengine.engine.io.TensorFiles;

/**
 * Reads and writes CLIP checkpoints: Hugging Face directories; safetensors, {@code .bin} and {@code .pt} files with
 * Hugging Face, OpenAI or open_clip names, in any precision.
 */
public final class ClipCheckpoint {
    private static final List<String> CONFIGS = List.of("config.json", "open_clip_config.json");
    private static final List<String> WEIGHTS = List.of(
            "model.safetensors",
            "open_clip_model.safetensors",
            "model.safetensors.index.json",
            "pytorch_model.bin",
            "open_clip_pytorch_model.bin",
            "pytorch_model.bin.index.json");

    private ClipCheckpoint() {}

    /**
     * Reads a checkpoint. Sizes come from the configuration beside the weights, or from the weights themselves.
     *
     * @param model a directory or a file
     * @throws IOException with one line that names the file and the tensor that does not fit
     */
    public static ClipState read(Path model) throws IOException {
        if (!Files.exists(model)) {
            throw new IOException(
                    model + ": no such file or directory; --model takes a checkpoint, demo or random:vit-b-16");
        }
        Path weights = Files.isDirectory(model) ? weightsIn(model) : model;
        Optional<ClipConfig> config = configBeside(weights);
        try (TensorFile file = TensorFiles.open(weights)) {
            return read(weights, file, config);
        }
    }

    /** Reads a checkpoint of which the configuration is known. */
    public static ClipState read(Path weights, ClipConfig config) throws IOException {
        try (TensorFile file = TensorFiles.open(weights)) {
            return read(weights, file, Optional.of(config));
        }
    }

    private static Path weightsIn(Path directory) throws IOException {
        for (String name : WEIGHTS) {
            if (Files.isRegularFile(directory.resolve(name))) {
                return directory.resolve(name);
            }
        }
        throw new IOException(directory + ": no CLIP weights here; looked for " + String.join(", ", WEIGHTS));
    }

    private static Optional<ClipConfig> configBeside(Path weights) throws IOException {
        for (String name : CONFIGS) {
            Path file = weights.resolveSibling(name);
            if (Files.isRegularFile(file)) {
                return Optional.of(ClipConfigJson.read(file));
            }
        }
        return Optional.empty();
    }

    private static ClipState read(Path path, TensorFile file, Optional<ClipConfig> given) throws IOException {
        Source source = Source.of(path, file);
        ClipConfig config = given.isPresent() ? given.get() : source.inferConfig();
        Map<String, float[]> tensors = new LinkedHashMap<>();
        for (Map.Entry<String, Shape> tensor : tensorsOf(path, config).entrySet()) {
            tensors.put(tensor.getKey(), source.read(tensor.getKey(), tensor.getValue()));
        }
        return new ClipState(config, tensors);
    }

    private static Map<String, Shape> tensorsOf(Path path, ClipConfig config) throws IOException {
        try {
            return ClipTensors.of(config);
        } catch (IllegalArgumentException e) {
            throw new IOException(path + ": its configuration cannot be right: " + e.getMessage(), e);
        }
    }

    /** Writes a checkpoint with Hugging Face's names in single precision; see {@link ClipConfigJson#write} for the rest. */
    public static void write(ClipState state, Path file) throws IOException {
        write(state, file, DType.F32);
    }

    /**
     * Writes a checkpoint with Hugging Face's names.
     *
     * @param stored F32, or F16: rounded to nearest even
     */
    public static void write(ClipState state, Path file, DType stored) throws IOException {
        if (stored != DType.F32 && stored != DType.F16) {
            throw new IllegalArgumentException("checkpoints are written in F32 or F16, not " + stored);
        }
        SafetensorsWriter writer = new SafetensorsWriter().metadata("format", "pt");
        ClipTensors.of(state.config()).forEach((name, shape) -> {
            float[] data = state.tensor(name);
            int offset = 0;
            for (ClipNaming.Part part : ClipNaming.HUGGING_FACE.parts(name, shape)) {
                int size = part.shape().size();
                float[] piece = Arrays.copyOfRange(data, offset, offset + size);
                float[] values = part.transposed() ? transpose(piece, shape.size(0), shape.size(1)) : piece;
                if (stored == DType.F16) {
                    writer.halves(part.name(), part.shape(), values);
                } else {
                    writer.floats(part.name(), part.shape(), values);
                }
                offset += size;
            }
        });
        writer.write(file);
    }

    /** Swaps the axes of a {@code [rows, columns]} matrix. */
    static float[] transpose(float[] matrix, int rows, int columns) {
        float[] transposed = new float[matrix.length];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                transposed[c * rows + r] = matrix[r * columns + c];
            }
        }
        return transposed;
    }

    /** An open checkpoint together with the naming it follows. */
    private record Source(Path path, TensorFile file, ClipNaming naming, String prefix) {
        static Source of(Path path, TensorFile file) throws IOException {
            for (String prefix : List.of("", "module.", "model.", "clip.", "state_dict.")) {
                if (file.names().contains(prefix + "vision_model.embeddings.class_embedding")) {
                    return new Source(path, file, ClipNaming.HUGGING_FACE, prefix);
                }
                if (file.names().contains(prefix + "visual.class_embedding")) {
                    boolean custom = file.names().contains(prefix + "text.token_embedding.weight");
                    return new Source(path, file, custom ? ClipNaming.OPENAI_TEXT_PREFIX : ClipNaming.OPENAI, prefix);
                }
            }
            throw new IOException(path + ": no CLIP checkpoint: it holds neither visual.class_embedding nor"
                    + " vision_model.embeddings.class_embedding");
        }

        /** The elements of one of our tensors; every part is checked before memory is taken for the whole. */
        float[] read(String name, Shape shape) throws IOException {
            if (name.equals("logit_scale") && !file.names().contains(prefix + name)) {
                return new float[] {(float) Math.log(100)};
            }
            List<ClipNaming.Part> parts = naming.parts(name, shape);
            for (ClipNaming.Part part : parts) {
                check(part);
            }
            float[] data = new float[shape.size()];
            int offset = 0;
            for (ClipNaming.Part part : parts) {
                float[] piece = file.readFloats(prefix + part.name());
                float[] values = part.transposed() ? transpose(piece, shape.size(1), shape.size(0)) : piece;
                System.arraycopy(values, 0, data, offset, values.length);
                offset += values.length;
            }
            return data;
        }

        private void check(ClipNaming.Part part) throws IOException {
            String name = prefix + part.name();
            if (!file.names().contains(name)) {
                throw new IOException(path + ": tensor " + name + " " + part.shape() + " is missing");
            }
            Shape found = file.info(name).shape();
            if (!found.equals(part.shape())
                    && (found.size() != 1 || part.shape().size() != 1)) {
                throw new IOException(path + ": tensor " + name + " has shape " + found + ", expected " + part.shape());
            }
        }

        /** Sizes told from the shapes of tensors; heads are 64 wide and QuickGELU is taken, as in OpenAI's models. */
        ClipConfig inferConfig() throws IOException {
            try {
                return sizes();
            } catch (IllegalArgumentException e) {
                throw new IOException(path + ": sizes cannot be told from the weights: " + e.getMessage(), e);
            }
        }

        private ClipConfig sizes() throws IOException {
            Shape patches = shapeOf("visual.conv1.weight", 4);
            Shape positions = shapeOf("visual.positional_embedding", 2);
            Shape tokens = shapeOf("token_embedding.weight", 2);
            int visionWidth = patches.size(0);
            int grid = (int) Math.round(Math.sqrt(positions.size(0) - 1.0));
            ClipConfig.Vision vision = new ClipConfig.Vision(
                    visionWidth,
                    layers(ClipTensors.VISION_BLOCKS),
                    Math.max(1, visionWidth / 64),
                    shapeOf(ClipTensors.VISION_BLOCKS + "0.mlp.c_fc.weight", 2).size(0),
                    patches.size(3),
                    grid * patches.size(3));
            ClipConfig.Text text = new ClipConfig.Text(
                    tokens.size(1),
                    layers(ClipTensors.TEXT_BLOCKS),
                    Math.max(1, tokens.size(1) / 64),
                    shapeOf(ClipTensors.TEXT_BLOCKS + "0.mlp.c_fc.weight", 2).size(0),
                    shapeOf("positional_embedding", 2).size(0),
                    tokens.size(0));
            boolean linear = naming == ClipNaming.HUGGING_FACE;
            int embedding = shapeOf("text_projection", 2).size(linear ? 0 : 1);
            return new ClipConfig(vision, text, embedding, Activation.QUICK_GELU, 1e-5);
        }

        private Shape shapeOf(String ours, int rank) throws IOException {
            Shape any = rank == 4 ? Shape.of(0, 0, 0, 0) : Shape.of(0, 0);
            String name = prefix + naming.parts(ours, any).get(0).name();
            if (!file.names().contains(name)) {
                throw new IOException(path + ": tensor " + name + " is missing");
            }
            Shape shape = file.info(name).shape();
            if (shape.rank() != rank) {
                throw new IOException(
                        path + ": tensor " + name + " has shape " + shape + ", expected " + rank + " axes");
            }
            return shape;
        }

        private int layers(String blocks) {
            int count = 0;
            while (file.names()
                    .contains(prefix
                            + naming.parts(blocks + count + ".ln_1.weight", Shape.of(0))
                                    .get(0)
                                    .name())) {
                count++;
            }
            return count;
        }
    }
}
