package org.ttdengine.engine.io;

import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A checkpoint in several files, tied together by a Hugging Face index:
 * {@code {"metadata": {...}, "weight_map": {tensor: file}}}, the files lying beside the index.
 */
final class ShardedTensorFile implements TensorFile {
    private static final long LARGEST_INDEX = 100_000_000;
    private static final int MOST_SHARDS = 1024;

    private final Path index;
    private final Map<String, TensorFile> shards = new LinkedHashMap<>();
    private final Map<String, TensorFile> shardOfTensor = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();

    private ShardedTensorFile(Path index) {
        this.index = index;
    }

    /** Opens one shard. */
    @FunctionalInterface
    interface Opener {
        TensorFile open(Path shard) throws IOException;
    }

    static ShardedTensorFile open(Path index, Opener opener) throws IOException {
        ShardedTensorFile file = new ShardedTensorFile(index);
        try {
            for (Map.Entry<String, String> entry : file.readIndex().entrySet()) {
                file.assign(entry.getKey(), entry.getValue(), opener);
            }
            for (TensorFile shard : file.shards.values()) {
                file.metadata.putAll(shard.metadata());
            }
            return file;
        } catch (IOException | RuntimeException | Error e) {
            file.close();
            throw e;
        }
    }

    private void assign(String tensor, String shardName, Opener opener) throws IOException {
        TensorFile shard = shards.get(shardName);
        if (shard == null) {
            if (shards.size() >= MOST_SHARDS) {
                throw new TensorFileException(index, "names more than " + MOST_SHARDS + " files");
            }
            shard = opener.open(sibling(shardName));
            shards.put(shardName, shard);
        }
        if (!shard.names().contains(tensor)) {
            throw new TensorFileException(index, "tensor '" + tensor + "' is not in " + shardName);
        }
        shardOfTensor.put(tensor, shard);
    }

    private Path sibling(String name) throws TensorFileException {
        if (!name.matches("[\\w.-]+") || name.matches("\\.+")) {
            throw new TensorFileException(index, "names '" + name + "', which is no file beside the index");
        }
        return index.resolveSibling(name);
    }

    private Map<String, String> readIndex() throws IOException {
        try (FileChannel channel = FileChannel.open(index, StandardOpenOption.READ)) {
            FileWindow file = FileWindow.of(index, channel);
            if (file.length() > LARGEST_INDEX) {
                throw file.refuse("is no index of a checkpoint: it has " + file.length() + " bytes");
            }
            byte[] json = file.read(0, (int) file.length()).array();
            try (JsonText text = JsonText.of(file, "the index", new ByteArrayInputStream(json))) {
                return parse(text);
            }
        }
    }

    private Map<String, String> parse(JsonText text) throws IOException {
        Map<String, String> weightMap = null;
        text.beginObject("the index");
        for (String name = text.nextName(); name != null; name = text.nextName()) {
            if (name.equals("weight_map")) {
                text.require(weightMap == null, "the index has two weight maps");
                weightMap = weightMap(text);
            } else if (name.equals("metadata")) {
                readMetadata(text);
            } else {
                text.skipValue();
            }
        }
        text.require(text.next() == null, "the index goes on after its JSON object");
        text.require(weightMap != null, "is JSON, but no index of a checkpoint: it has no 'weight_map'");
        return weightMap;
    }

    private static Map<String, String> weightMap(JsonText text) throws IOException {
        Map<String, String> weightMap = new LinkedHashMap<>();
        text.beginObject("'weight_map'");
        for (String tensor = text.nextName(); tensor != null; tensor = text.nextName()) {
            String previous = weightMap.put(tensor, text.string("the file of tensor '" + tensor + "'"));
            text.require(previous == null, "two tensors are named '" + tensor + "'");
        }
        return weightMap;
    }

    /** Keeps scalars, such as {@code total_size}. */
    private void readMetadata(JsonText text) throws IOException {
        text.beginObject("'metadata'");
        for (String key = text.nextName(); key != null; key = text.nextName()) {
            JsonToken token = text.next();
            text.require(token.isScalarValue(), "metadata '" + key + "' is no scalar");
            metadata.put(key, text.currentText());
        }
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(shardOfTensor.keySet());
    }

    @Override
    public TensorInfo info(String name) throws TensorFileException {
        return shard(name).info(name);
    }

    @Override
    public float[] readFloats(String name) throws IOException {
        return shard(name).readFloats(name);
    }

    @Override
    public byte[] readBytes(String name) throws IOException {
        return shard(name).readBytes(name);
    }

    @Override
    public Map<String, String> metadata() {
        return Collections.unmodifiableMap(metadata);
    }

    private TensorFile shard(String name) throws TensorFileException {
        TensorFile shard = shardOfTensor.get(name);
        if (shard == null) {
            throw new TensorFileException(index, "has no tensor '" + name + "'");
        }
        return shard;
    }

    @Override
    public void close() throws IOException {
        IOException failure = null;
        for (TensorFile shard : shards.values()) {
            try {
                shard.close();
            } catch (IOException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
