package org.ttdengine.engine.io;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads PyTorch's zip archives, from {@code torch.save} (1.6 and later) and {@code torch.jit.save}: below one top folder,
 * {@code data.pkl} describes the tensors and {@code data/<key>} are the raw bytes of the storages.
 */
final class TorchZipReader {
    private static final String PICKLE = "data.pkl";
    private static final int LONGEST_BYTE_ORDER = 16;

    private TorchZipReader() {}

    static TensorTable read(FileWindow file) throws IOException {
        ZipDirectory archive = ZipDirectory.read(file);
        String folder = topFolder(archive, file);
        checkByteOrder(archive, folder, file);
        PickleInput input = new PickleInput(archive.stored(folder + PICKLE));
        Object checkpoint = new PickleReader(input, new TorchUnpickler(file)).read();

        Map<String, FileWindow> storages = new HashMap<>();
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        for (Map.Entry<String, TorchTensor> entry :
                StateDict.of(file, checkpoint).entrySet()) {
            String key = entry.getValue().storage().key();
            if (!storages.containsKey(key)) {
                storages.put(key, archive.stored(folder + "data/" + key));
            }
            tensors.put(entry.getKey(), entry.getValue().locate(entry.getKey(), storages.get(key)));
        }
        return new TensorTable(tensors, Map.of());
    }

    private static String topFolder(ZipDirectory archive, FileWindow file) throws TensorFileException {
        return archive.names().stream()
                .filter(name -> name.endsWith("/" + PICKLE) && name.indexOf('/') == name.lastIndexOf('/'))
                .map(name -> name.substring(0, name.length() - PICKLE.length()))
                .findFirst()
                .orElseThrow(() -> file.refuse("is a zip archive without " + PICKLE + ", so no PyTorch checkpoint"));
    }

    private static void checkByteOrder(ZipDirectory archive, String folder, FileWindow file) throws IOException {
        String name = folder + "byteorder";
        if (!archive.names().contains(name)) {
            return;
        }
        FileWindow entry = archive.stored(name);
        byte[] text = entry.read(0, (int) Math.min(entry.length(), LONGEST_BYTE_ORDER))
                .array();
        if (!new String(text, StandardCharsets.US_ASCII).strip().equals("little")) {
            throw file.refuse("was saved on a big-endian machine; load and save it again on a little-endian one");
        }
    }
}
