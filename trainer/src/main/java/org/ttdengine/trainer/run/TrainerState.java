package org.ttdengine.trainer.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where a training run stands, apart from its tensors: {@code trainer_state.json} of a checkpoint. What is read back
 * equals what was written, to the last digit.
 *
 * @param step steps done
 * @param epoch epochs done
 * @param cursor position in the endless order of the data, where the next batch begins
 * @param seed of every random number of the run
 * @param config the options of the run, as JSON
 * @param extra further values by name, for the trainer's own use
 */
public record TrainerState(long step, long epoch, long cursor, long seed, JsonNode config, Map<String, String> extra) {
    public static final String FILE = "trainer_state.json";
    private static final int VERSION = 1;

    /** Copies {@code config} into the form it has when read back (floats become doubles, NaN a string). */
    public TrainerState {
        config = normalised(config);
        extra = Map.copyOf(extra);
    }

    /** A copy: JSON trees can be changed. */
    @Override
    public JsonNode config() {
        return config.deepCopy();
    }

    /** Writes {@code trainer_state.json} into a checkpoint's folder. */
    public void write(Path folder) throws IOException {
        ObjectNode root = Json.MAPPER.createObjectNode();
        root.put("version", VERSION)
                .put("step", step)
                .put("epoch", epoch)
                .put("cursor", cursor)
                .put("seed", seed);
        root.set("config", config);
        ObjectNode values = root.putObject("extra");
        new TreeMap<>(extra).forEach(values::put);
        Json.write(folder.resolve(FILE), root);
    }

    /**
     * Reads {@code trainer_state.json} of a checkpoint's folder.
     *
     * @throws IOException one line that names the file and what is wrong with it
     */
    public static TrainerState read(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        try {
            JsonNode root = Json.readObject(file);
            long version = Json.requiredLong(root, "version");
            if (version != VERSION) {
                throw new IOException("is of version " + version + ", this program reads version " + VERSION);
            }
            if (!root.has("config")) {
                throw new IOException("has no \"config\"");
            }
            JsonNode values = root.path("extra");
            Map<String, String> extra = new LinkedHashMap<>();
            for (var names = values.fieldNames(); names.hasNext(); ) {
                String name = names.next();
                extra.put(name, Json.requiredText(values, name));
            }
            return new TrainerState(
                    Json.requiredLong(root, "step"),
                    Json.requiredLong(root, "epoch"),
                    Json.requiredLong(root, "cursor"),
                    Json.requiredLong(root, "seed"),
                    root.get("config"),
                    extra);
        } catch (IOException e) {
            throw new IOException(file + " " + Disk.reason(e), e);
        }
    }

    private static JsonNode normalised(JsonNode node) {
        try {
            return Json.MAPPER.readTree(Json.MAPPER.writeValueAsBytes(node));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
