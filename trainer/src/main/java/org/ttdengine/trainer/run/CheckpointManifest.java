package org.ttdengine.trainer.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * {@code checkpoint.json}: the name, size and CRC32C of every file of a checkpoint. It is written last, so a folder
 * without it is unfinished.
 *
 * @param step training steps done
 * @param files sorted by name
 */
record CheckpointManifest(long step, List<Entry> files) {
    static final String FILE = "checkpoint.json";
    private static final int VERSION = 1;

    /**
     * @param name path below the checkpoint folder, with slashes
     * @param bytes size
     * @param crc32c eight hexadecimal digits
     */
    record Entry(String name, long bytes, String crc32c) {}

    CheckpointManifest {
        files = List.copyOf(files);
    }

    /** Describes the files that lie in {@code folder} now. */
    static CheckpointManifest of(long step, Path folder) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(folder)) {
            paths = walk.filter(Files::isRegularFile).sorted().toList();
        }
        List<Entry> files = new ArrayList<>();
        for (Path path : paths) {
            String name = folder.relativize(path).toString().replace('\\', '/');
            files.add(new Entry(name, Files.size(path), crc32c(path)));
        }
        return new CheckpointManifest(step, files);
    }

    void write(Path folder) throws IOException {
        ObjectNode root = Json.MAPPER.createObjectNode();
        root.put("version", VERSION).put("step", step);
        ArrayNode list = root.putArray("files");
        for (Entry entry : files) {
            list.addObject()
                    .put("name", entry.name())
                    .put("bytes", entry.bytes())
                    .put("crc32c", entry.crc32c());
        }
        Json.write(folder.resolve(FILE), root);
    }

    /**
     * Reads the manifest of {@code folder} and compares every file with it.
     *
     * @throws IOException a phrase that says which file is missing or damaged
     */
    static CheckpointManifest verify(Path folder) throws IOException {
        CheckpointManifest manifest = read(folder);
        for (Entry entry : manifest.files()) {
            Path file = folder.resolve(entry.name()).normalize();
            if (!file.startsWith(folder.normalize())) {
                throw new IOException(FILE + " names a file outside the checkpoint: " + entry.name());
            }
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new IOException(entry.name() + " is missing");
            }
            if (Files.size(file) != entry.bytes()) {
                throw new IOException(entry.name() + " has " + Files.size(file) + " bytes instead of " + entry.bytes());
            }
            if (!crc32c(file).equals(entry.crc32c())) {
                throw new IOException(entry.name() + " is damaged (its checksum differs)");
            }
        }
        return manifest;
    }

    private static CheckpointManifest read(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            throw new IOException(FILE + " is missing");
        }
        try {
            JsonNode root = Json.readObject(file);
            long version = Json.requiredLong(root, "version");
            if (version != VERSION) {
                throw new IOException("is of version " + version + ", this program reads version " + VERSION);
            }
            List<Entry> entries = new ArrayList<>();
            for (JsonNode entry : root.path("files")) {
                entries.add(new Entry(
                        Json.requiredText(entry, "name"),
                        Json.requiredLong(entry, "bytes"),
                        Json.requiredText(entry, "crc32c")));
            }
            return new CheckpointManifest(Json.requiredLong(root, "step"), entries);
        } catch (IOException e) {
            throw new IOException(FILE + " " + Disk.reason(e), e);
        }
    }

    private static String crc32c(Path file) throws IOException {
        CRC32C crc = new CRC32C();
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                crc.update(buffer, 0, n);
            }
        }
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }
}
