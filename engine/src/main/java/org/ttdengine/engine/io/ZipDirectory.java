package org.ttdengine.engine.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The central directory of a zip archive (PKWARE APPNOTE 4.3.12 to 4.3.16, zip64 included). It finds the bytes of stored
 * entries in place, as PyTorch's readers do; compressed entries are listed but cannot be read.
 */
final class ZipDirectory {
    private static final int LOCAL_HEADER = 0x04034b50;
    private static final int CENTRAL_HEADER = 0x02014b50;
    private static final int END = 0x06054b50;
    private static final int ZIP64_END = 0x06064b50;
    private static final int ZIP64_LOCATOR = 0x07064b50;
    private static final int LOCAL_BYTES = 30;
    private static final int CENTRAL_BYTES = 46;
    private static final int END_BYTES = 22;
    private static final int ZIP64_END_BYTES = 56;
    private static final int ZIP64_LOCATOR_BYTES = 20;
    private static final int LONGEST_COMMENT = 0xffff;
    private static final int ZIP64_FIELD = 1;
    private static final long IN_ZIP64_FIELD = 0xffffffffL;
    private static final int ENCRYPTED = 1;
    private static final long LARGEST_DIRECTORY = 256L << 20;

    private final FileWindow file;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /** What the directory says about an entry. */
    private record Entry(int method, int flags, long compressed, long size, long localHeader) {}

    private record Location(long offset, long bytes) {}

    private ZipDirectory(FileWindow file) {
        this.file = file;
    }

    static ZipDirectory read(FileWindow file) throws IOException {
        ZipDirectory directory = new ZipDirectory(file);
        Location location = directory.locate();
        directory.parse(file.read(location.offset(), (int) location.bytes()));
        return directory;
    }

    /** Names of all entries, in the order of the directory. */
    Set<String> names() {
        return entries.keySet();
    }

    /** The bytes of a stored entry. */
    FileWindow stored(String name) throws IOException {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw file.refuse("the archive has no entry '" + name + "'");
        }
        if (entry.method() != 0 || entry.compressed() != entry.size() || (entry.flags() & ENCRYPTED) != 0) {
            throw file.refuse(
                    "the archive's entry '" + name
                            + "' is compressed or encrypted, which PyTorch's never are; it was repacked: unpack and save it again");
        }
        if (!contains(entry.localHeader(), LOCAL_BYTES)) {
            throw damaged("entry '" + name + "' starts beyond the end of the file");
        }
        ByteBuffer local = file.read(entry.localHeader(), LOCAL_BYTES);
        if (local.getInt(0) != LOCAL_HEADER) {
            throw damaged("entry '" + name + "' has no header where the directory says");
        }
        long start = entry.localHeader() + LOCAL_BYTES + u16(local, 26) + u16(local, 28);
        if (!contains(start, entry.size())) {
            throw damaged("entry '" + name + "' of " + entry.size() + " bytes reaches beyond the end of the file");
        }
        return file.slice(start, entry.size());
    }

    /** Finds the directory through the end record, which a comment may follow. */
    private Location locate() throws IOException {
        int tailBytes = (int) Math.min(file.length(), END_BYTES + LONGEST_COMMENT);
        long tailStart = file.length() - tailBytes;
        ByteBuffer tail = file.read(tailStart, tailBytes);
        int end = tailBytes - END_BYTES;
        while (end >= 0 && !(tail.getInt(end) == END && end + END_BYTES + u16(tail, end + 20) <= tailBytes)) {
            end--;
        }
        if (end < 0) {
            throw file.refuse("is a zip archive without its directory; the file is truncated");
        }
        Location location = new Location(u32(tail, end + 16), u32(tail, end + 12));
        int locator = end - ZIP64_LOCATOR_BYTES;
        if (locator >= 0 && tail.getInt(locator) == ZIP64_LOCATOR) {
            location = zip64Location(tail.getLong(locator + 8));
        }
        if (location.bytes() < 0
                || location.bytes() > LARGEST_DIRECTORY
                || !contains(location.offset(), location.bytes())) {
            throw damaged("the archive's directory does not lie inside the file");
        }
        return location;
    }

    private Location zip64Location(long record) throws IOException {
        if (!contains(record, ZIP64_END_BYTES)) {
            throw damaged("the archive's zip64 record does not lie inside the file");
        }
        ByteBuffer zip64 = file.read(record, ZIP64_END_BYTES);
        if (zip64.getInt(0) != ZIP64_END) {
            throw damaged("the archive's zip64 record is missing");
        }
        return new Location(zip64.getLong(48), zip64.getLong(40));
    }

    private void parse(ByteBuffer directory) throws TensorFileException {
        while (directory.remaining() >= CENTRAL_BYTES && directory.getInt(directory.position()) == CENTRAL_HEADER) {
            int at = directory.position();
            int nameLength = u16(directory, at + 28);
            int extraLength = u16(directory, at + 30);
            int next = at + CENTRAL_BYTES + nameLength + extraLength + u16(directory, at + 32);
            if (next > directory.limit()) {
                throw damaged("the archive's directory ends within an entry");
            }
            byte[] nameBytes = new byte[nameLength];
            directory.get(at + CENTRAL_BYTES, nameBytes);
            String name = new String(nameBytes, StandardCharsets.UTF_8);
            ByteBuffer extra = directory
                    .slice(at + CENTRAL_BYTES + nameLength, extraLength)
                    .order(directory.order());
            if (entries.put(name, entry(directory, at, extra)) != null) {
                throw damaged("the archive has two entries '" + name + "'");
            }
            directory.position(next);
        }
        if (directory.hasRemaining()) {
            throw damaged("the archive's directory holds something else than entries");
        }
    }

    private Entry entry(ByteBuffer directory, int at, ByteBuffer extra) throws TensorFileException {
        ByteBuffer zip64 = zip64Field(extra);
        // The zip64 field holds just those of the three that do not fit 32 bits, in this order.
        long size = zip64Value(u32(directory, at + 24), zip64);
        long compressed = zip64Value(u32(directory, at + 20), zip64);
        long localHeader = zip64Value(u32(directory, at + 42), zip64);
        return new Entry(u16(directory, at + 10), u16(directory, at + 8), compressed, size, localHeader);
    }

    private long zip64Value(long value, ByteBuffer zip64) throws TensorFileException {
        if (value != IN_ZIP64_FIELD) {
            return value;
        }
        if (zip64.remaining() < Long.BYTES) {
            throw damaged("an entry of the archive lacks its zip64 sizes");
        }
        return zip64.getLong();
    }

    /** The zip64 part of an entry's extra fields; empty if there is none. */
    private static ByteBuffer zip64Field(ByteBuffer extra) {
        while (extra.remaining() >= 4) {
            int id = Short.toUnsignedInt(extra.getShort());
            int length = Math.min(Short.toUnsignedInt(extra.getShort()), extra.remaining());
            if (id == ZIP64_FIELD) {
                return extra.limit(extra.position() + length);
            }
            extra.position(extra.position() + length);
        }
        return extra.position(extra.limit());
    }

    private boolean contains(long offset, long bytes) {
        return offset >= 0 && bytes >= 0 && offset <= file.length() && bytes <= file.length() - offset;
    }

    private TensorFileException damaged(String problem) {
        return file.refuse(problem + "; the file is damaged");
    }

    private static int u16(ByteBuffer bytes, int at) {
        return Short.toUnsignedInt(bytes.getShort(at));
    }

    private static long u32(ByteBuffer bytes, int at) {
        return Integer.toUnsignedLong(bytes.getInt(at));
    }
}
