package org.ttdengine.trainer.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Pairs listed in a tab-separated UTF-8 file, {@code image file<TAB>caption} a line. A first line that names its columns
 * is a header and may give other columns and another order. Relative files lie beside the list. In memory there is one
 * offset a line; lines are read when they are asked for.
 */
public final class TsvPairs implements PairSource {
    private final IndexedFile file;
    private final Path folder;
    private final TsvColumns columns;
    private final LongList starts;

    private TsvPairs(Path file, TsvColumns columns, LongList starts) throws IOException {
        this.file = new IndexedFile(file, Files.size(file));
        this.folder = file.toAbsolutePath().getParent();
        this.columns = columns;
        this.starts = starts;
    }

    /**
     * Indexes a list.
     *
     * @throws IOException if it cannot be read, has a line without a tab, lists web addresses or lists nothing
     */
    public static TsvPairs open(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + ": no such file");
        }
        LongList starts = new LongList();
        TsvColumns columns = null;
        try (Utf8Lines lines = new Utf8Lines(file)) {
            for (String line = lines.next(); line != null; line = lines.next()) {
                if (line.isBlank()) {
                    continue;
                }
                if (columns == null) {
                    columns = TsvColumns.ofHeader(line);
                    if (columns != null) {
                        continue;
                    }
                    columns = TsvColumns.DEFAULT;
                }
                check(file, lines.number(), columns, line, starts.size() == 0);
                starts.add(lines.start());
            }
        }
        if (starts.size() == 0) {
            throw new IOException(file + ": lists no pair; each line is image file<TAB>caption");
        }
        return new TsvPairs(file, columns, starts);
    }

    private static void check(Path file, long number, TsvColumns columns, String line, boolean first)
            throws IOException {
        String[] fields = columns.split(line);
        if (fields == null) {
            throw new IOException(file + ":" + number
                    + (line.indexOf('\t') < 0
                            ? ": no tab; each line is image file<TAB>caption"
                            : ": fewer columns than the header"));
        }
        if (first && columns.holdsUrl(fields)) {
            throw new IOException(file + ":" + number + ": lists web addresses; download the images first, for example"
                    + " with img2dataset, and give the folder it wrote");
        }
    }

    @Override
    public long size() {
        return starts.size();
    }

    @Override
    public Pair get(long index) throws IOException {
        long start = starts.get(index);
        long end = index + 1 < starts.size() ? starts.get(index + 1) : file.size();
        int length = (int) Math.min(end - start, Utf8Lines.MAX_LINE + 2);
        String[] fields = columns.split(Utf8Lines.firstLine(file.read(start, length)));
        if (fields == null) {
            throw new IOException(file.path() + ": has changed since it was opened; start again");
        }
        String name = fields[columns.file()].strip();
        return new Pair(name, fields[columns.caption()].strip(), decoder -> decoder.decode(read(name), name));
    }

    private byte[] read(String name) throws IOException {
        try {
            return ImageFiles.read(folder.resolve(name));
        } catch (InvalidPathException e) {
            throw new IOException("not a file name: " + e.getReason(), e);
        }
    }

    @Override
    public String describe() {
        return file.path() + " (" + size() + " pairs)";
    }

    @Override
    public void close() {}
}
