package org.ttdengine.engine.io;

import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ttdengine.engine.DType;

/**
 * The JSON header of a safetensors file: an object of {@code name -> {"dtype", "shape", "data_offsets": [begin, end]}} with
 * an optional {@code "__metadata__"} of strings. Parsing checks each entry by itself.
 *
 * @param entries in file order
 * @param metadata free-form text
 */
record SafetensorsHeader(List<Entry> entries, Map<String, String> metadata) {
    static final String METADATA = "__metadata__";

    /** A tensor and the range of its bytes, counted from the end of the header; the range fits type and shape. */
    record Entry(TensorInfo info, long begin, long end) {}

    static SafetensorsHeader parse(FileWindow file, InputStream json) throws IOException {
        try (JsonText text = JsonText.of(file, "the header", json)) {
            return new HeaderParser(file, text).parse();
        }
    }

    private record HeaderParser(FileWindow file, JsonText text) {
        private SafetensorsHeader parse() throws IOException {
            Map<String, Entry> entries = new LinkedHashMap<>();
            Map<String, String> metadata = null;
            text.beginObject("the header");
            for (String name = text.nextName(); name != null; name = text.nextName()) {
                if (name.equals(METADATA)) {
                    text.require(metadata == null, "the header has two '" + METADATA + "' entries");
                    metadata = metadata();
                } else {
                    Entry previous = entries.put(name, entry(name));
                    text.require(previous == null, "two tensors are named '" + name + "'");
                }
            }
            text.require(text.next() == null, "the header goes on after its JSON object");
            return new SafetensorsHeader(List.copyOf(entries.values()), metadata == null ? Map.of() : metadata);
        }

        private Map<String, String> metadata() throws IOException {
            Map<String, String> metadata = new LinkedHashMap<>();
            text.beginObject("'" + METADATA + "'");
            for (String key = text.nextName(); key != null; key = text.nextName()) {
                String previous = metadata.put(key, text.string("metadata '" + key + "'"));
                text.require(previous == null, "the metadata has '" + key + "' twice");
            }
            return metadata;
        }

        private Entry entry(String name) throws IOException {
            String tensor = "tensor '" + name + "'";
            String dtype = null;
            long[] shape = null;
            long[] offsets = null;
            text.beginObject("the entry of " + tensor);
            for (String field = text.nextName(); field != null; field = text.nextName()) {
                String what = "'" + field + "' of " + tensor;
                switch (field) {
                    case "dtype" -> {
                        text.require(dtype == null, what + " is given twice");
                        dtype = text.string(what);
                    }
                    case "shape" -> {
                        text.require(shape == null, what + " is given twice");
                        shape = longs(what, TensorShapes.LARGEST_RANK);
                    }
                    case "data_offsets" -> {
                        text.require(offsets == null, what + " is given twice");
                        offsets = longs(what, 2);
                    }
                    default -> text.skipValue();
                }
            }
            text.require(dtype != null, tensor + " has no 'dtype'");
            text.require(shape != null, tensor + " has no 'shape'");
            text.require(offsets != null, tensor + " has no 'data_offsets'");
            text.require(offsets.length == 2, tensor + " has 'data_offsets' that are not [begin, end]");
            return checked(name, dtype, shape, offsets[0], offsets[1]);
        }

        private long[] longs(String what, int most) throws IOException {
            text.require(text.next() == JsonToken.START_ARRAY, what + " is not a list");
            List<Long> longs = new ArrayList<>();
            while (text.next() != JsonToken.END_ARRAY) {
                text.require(longs.size() < most, what + " has more than " + most + " numbers");
                longs.add(text.currentLong(what));
            }
            return longs.stream().mapToLong(Long::longValue).toArray();
        }

        private Entry checked(String name, String dtypeName, long[] sizes, long begin, long end) throws IOException {
            DType dtype = Arrays.stream(DType.values())
                    .filter(type -> type.name().equals(dtypeName))
                    .findFirst()
                    .orElseThrow(() -> file.refuse("tensor '" + name + "' has the unknown dtype '" + dtypeName + "'"));
            TensorInfo info = new TensorInfo(name, dtype, TensorShapes.checked(file.file(), name, sizes));
            text.require(
                    0 <= begin && begin <= end,
                    "tensor '" + name + "' has impossible data_offsets [" + begin + ", " + end + "]");
            text.require(
                    end - begin == info.bytes(),
                    "tensor '" + name + "' of type " + dtype + " and shape " + info.shape() + " takes " + info.bytes()
                            + " bytes, but its data_offsets span " + (end - begin));
            return new Entry(info, begin, end);
        }
    }
}
