package org.ttdengine.engine.io;

import java.io.IOException;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the format of {@code torch.save} before 1.6: five pickles in a row (magic number, protocol, system, object, list of
 * storage keys), then for each key the number of elements (64 bits) and the elements.
 */
final class TorchLegacyReader {
    private static final BigInteger MAGIC = new BigInteger("119547037146038801333356");
    private static final long PROTOCOL = 1001;

    private TorchLegacyReader() {}

    static TensorTable read(FileWindow file) throws IOException {
        PickleInput input = new PickleInput(file);
        TorchUnpickler torch = new TorchUnpickler(file);
        if (!MAGIC.equals(new PickleReader(input, torch).read())) {
            throw file.refuse("is a pickle, but no PyTorch checkpoint");
        }
        if (!Long.valueOf(PROTOCOL).equals(new PickleReader(input, torch).read())) {
            throw file.refuse("is a PyTorch checkpoint of an unknown protocol");
        }
        if (new PickleReader(input, torch).read() instanceof Map<?, ?> system
                && Boolean.FALSE.equals(system.get("little_endian"))) {
            throw file.refuse("was saved on a big-endian machine; load and save it again on a little-endian one");
        }
        Object checkpoint = new PickleReader(input, torch).read();
        if (!(new PickleReader(input, torch).read() instanceof List<?> keys)) {
            throw file.refuse("lacks the list of its storages");
        }
        Map<String, FileWindow> storages = storages(file, input.position(), keys, torch.storages());

        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        for (Map.Entry<String, TorchTensor> entry :
                StateDict.of(file, checkpoint).entrySet()) {
            String key = entry.getValue().storage().key();
            FileWindow bytes = storages.get(key);
            if (bytes == null) {
                throw file.refuse("storage '" + key + "' of tensor '" + entry.getKey() + "' is missing");
            }
            tensors.put(entry.getKey(), entry.getValue().locate(entry.getKey(), bytes));
        }
        return new TensorTable(tensors, Map.of());
    }

    private static Map<String, FileWindow> storages(
            FileWindow file, long start, List<?> keys, Map<String, TorchStorage> known) throws IOException {
        Map<String, FileWindow> storages = new HashMap<>();
        long position = start;
        for (Object key : keys) {
            TorchStorage storage = known.get(key);
            if (storage == null) {
                throw file.refuse("lists a storage that no tensor uses; the file is damaged");
            }
            if (file.length() - position < Long.BYTES) {
                throw file.refuse("ends before its storage '" + key + "'; the file is truncated");
            }
            long count = file.read(position, Long.BYTES).getLong();
            position += Long.BYTES;
            long width = storage.dtype().bytes();
            if (count != storage.count() || count > (file.length() - position) / width) {
                throw file.refuse("states " + count + " elements for storage '" + key + "' of " + storage.count()
                        + ", or more than follow; the file is truncated or damaged");
            }
            storages.put(storage.key(), file.slice(position, count * width));
            position += count * width;
        }
        return storages;
    }
}
