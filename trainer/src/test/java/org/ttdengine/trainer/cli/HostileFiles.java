package org.ttdengine.trainer.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Tensor files that a hostile or careless author could offer. */
final class HostileFiles {
    private HostileFiles() {}

    /** A safetensors file of a header as it is, whatever its truth, and some bytes of data. */
    static Path safetensors(Path file, String header, int dataBytes) throws IOException {
        return safetensors(file, header.getBytes(StandardCharsets.UTF_8).length, header, dataBytes);
    }

    /** The same, with a stated length of the header. */
    static Path safetensors(Path file, long headerLength, String header, int dataBytes) throws IOException {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes =
                ByteBuffer.allocate(Long.BYTES + text.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(headerLength).put(text);
        return Files.write(file, bytes.array());
    }

    /** A PyTorch archive whose pickle is the given program. */
    static Path torch(Path file, String pickle) throws IOException {
        byte[] program = pickle.getBytes(StandardCharsets.ISO_8859_1);
        CRC32 crc = new CRC32();
        crc.update(program);
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            ZipEntry entry = new ZipEntry("model/data.pkl");
            entry.setMethod(ZipEntry.STORED);
            entry.setSize(program.length);
            entry.setCrc(crc.getValue());
            zip.putNextEntry(entry);
            zip.write(program);
            zip.closeEntry();
        }
        return file;
    }
}
