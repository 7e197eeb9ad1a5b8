package org.ttdengine.trainer.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the pairs of webdataset tars lie. Consecutive members with the same key are one sample: its image is the first
 * member with an image's extension, its caption {@code txt} or {@code text}, or else {@code json}. Members whose name
 * starts with {@code __} are the format's own.
 */
final class TarIndex {
    private final List<IndexedFile> tars = new ArrayList<>();
    private final LongList firstPairs = new LongList();
    private final NameList names = new NameList();
    private final LongList imageOffsets = new LongList();
    private final LongList captionOffsets = new LongList();
    private final LongList sizes = new LongList();
    private final List<String> warnings = new ArrayList<>();
    private long incomplete;

    /** Adds the pairs of a tar; of a broken one those before the damage. */
    void add(Path file) throws IOException {
        try (TarReader reader = new TarReader(file)) {
            firstPairs.add(names.size());
            tars.add(new IndexedFile(file, reader.size()));
            try {
                addMembers(reader);
            } catch (IOException e) {
                long whole = names.size() - firstPairs.get(firstPairs.size() - 1);
                warnings.add(file + ": " + e.getMessage() + "; used are the " + whole + " pairs before");
            }
        }
    }

    private void addMembers(TarReader reader) throws IOException {
        Sample sample = new Sample("");
        try {
            for (TarMember member = reader.next(); member != null; member = reader.next()) {
                if (isOwn(member.name()) || member.name().length() > NameList.MAX_BYTES / 3) {
                    continue;
                }
                if (!member.key().equals(sample.key)) {
                    finish(sample);
                    sample = new Sample(member.key());
                }
                sample.add(member);
            }
        } finally {
            finish(sample);
        }
    }

    private static boolean isOwn(String name) {
        return name.startsWith("__") || name.startsWith("__", name.lastIndexOf('/') + 1);
    }

    private void finish(Sample sample) {
        if (sample.image != null && sample.caption() != null) {
            TarMember caption = sample.caption();
            names.add(sample.image.name());
            imageOffsets.add(sample.image.offset());
            captionOffsets.add(sample.text != null ? caption.offset() : ~caption.offset());
            sizes.add(bounded(sample.image.size()) << 32 | bounded(caption.size()));
        } else if (sample.image != null || sample.text != null) {
            incomplete++;
        }
    }

    /** Sizes beyond an int are refused when they are read. */
    private static long bounded(long size) {
        return Math.min(size, Integer.MAX_VALUE);
    }

    long size() {
        return names.size();
    }

    /** Number of tars. */
    int tars() {
        return tars.size();
    }

    List<String> warnings() {
        List<String> all = new ArrayList<>(warnings);
        if (incomplete > 0) {
            all.add(incomplete + " samples lack an image or a caption and are left out");
        }
        return List.copyOf(all);
    }

    /** The pair of an index; its caption is read now. */
    Pair pair(long index) throws IOException {
        IndexedFile tar = tars.get(tarOf(index));
        String name = tar.path().getFileName() + "/" + names.get(index);
        long imageOffset = imageOffsets.get(index);
        long imageSize = sizes.get(index) >>> 32;
        return new Pair(
                name,
                caption(tar, index),
                decoder -> decoder.decode(tar.read(imageOffset, ImageFiles.checkSize(imageSize)), name));
    }

    private String caption(IndexedFile tar, long index) throws IOException {
        long offset = captionOffsets.get(index);
        int size = Captions.checkSize(sizes.get(index) & 0xffffffffL);
        return offset >= 0 ? Captions.ofText(tar.read(offset, size)) : Captions.ofJson(tar.read(~offset, size));
    }

    /** The last tar whose first pair is not beyond the index. */
    private int tarOf(long index) {
        int low = 0;
        int high = tars.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (firstPairs.get(middle) <= index) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /** The members of one key as they come. */
    private static final class Sample {
        private final String key;
        private TarMember image;
        private TarMember text;
        private TarMember json;

        Sample(String key) {
            this.key = key;
        }

        void add(TarMember member) {
            String extension = member.extension();
            if (ImageFiles.isImage(extension)) {
                image = image == null ? member : image;
            } else if (extension.equals("txt") || extension.equals("text")) {
                text = text == null ? member : text;
            } else if (extension.equals("json")) {
                json = json == null ? member : json;
            }
        }

        TarMember caption() {
            return text != null ? text : json;
        }
    }
}
