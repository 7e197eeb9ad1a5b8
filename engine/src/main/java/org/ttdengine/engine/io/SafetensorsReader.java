package org.ttdengine.engine.io;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the table of contents of a safetensors file: header length N (unsigned 64 bits, little endian), N bytes of JSON,
 * then the tensors back to back with neither gap nor overlap up to the end of the file.
 */
final class SafetensorsReader {
    static final long LARGEST_HEADER = 100_000_000;
    private static final int LENGTH_BYTES = Long.BYTES;

    private SafetensorsReader() {}

    static TensorTable read(FileWindow file) throws IOException {
        if (file.length() < LENGTH_BYTES) {
            throw file.refuse("has " + file.length() + " bytes, too few for a safetensors file");
        }
        long headerLength = file.read(0, LENGTH_BYTES).getLong();
        if (headerLength < 0 || headerLength > LARGEST_HEADER) {
            throw file.refuse("states a header of " + Long.toUnsignedString(headerLength)
                    + " bytes, above the limit of " + LARGEST_HEADER + "; it is not a safetensors file or is damaged");
        }
        if (headerLength > file.length() - LENGTH_BYTES) {
            throw file.refuse("states a header of " + headerLength + " bytes, but only "
                    + (file.length() - LENGTH_BYTES) + " follow; the file is truncated");
        }
        byte[] json = file.read(LENGTH_BYTES, (int) headerLength).array();
        if (json.length == 0 || json[0] != '{') {
            throw file.refuse("has a header that does not start with '{'");
        }
        SafetensorsHeader header = SafetensorsHeader.parse(file, new ByteArrayInputStream(json));
        long dataStart = LENGTH_BYTES + headerLength;
        FileWindow data = file.slice(dataStart, file.length() - dataStart);
        checkLayout(header.entries(), data);

        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        for (SafetensorsHeader.Entry entry : header.entries()) {
            FileWindow bytes = data.slice(entry.begin(), entry.end() - entry.begin());
            tensors.put(entry.info().name(), StoredTensor.rowMajor(entry.info(), bytes));
        }
        return new TensorTable(tensors, header.metadata());
    }

    private static void checkLayout(List<SafetensorsHeader.Entry> entries, FileWindow data) throws TensorFileException {
        long position = 0;
        String previous = "the header";
        for (SafetensorsHeader.Entry entry : entries.stream()
                .sorted(Comparator.comparingLong(SafetensorsHeader.Entry::begin)
                        .thenComparingLong(SafetensorsHeader.Entry::end))
                .toList()) {
            String name = "tensor '" + entry.info().name() + "'";
            if (entry.end() > data.length()) {
                throw data.refuse(name + " needs data up to byte " + entry.end() + ", but there are only "
                        + data.length() + "; the file is truncated");
            }
            if (entry.begin() < position) {
                throw data.refuse(name + " overlaps " + previous);
            }
            if (entry.begin() > position) {
                throw data.refuse("has a hole of " + (entry.begin() - position) + " bytes before " + name);
            }
            position = entry.end();
            previous = name;
        }
        if (position < data.length()) {
            throw data.refuse("has " + (data.length() - position) + " bytes after its last tensor");
        }
    }
}
