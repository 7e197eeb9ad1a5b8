package org.ttdengine.trainer.data;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which columns of a tab-separated file hold the image file and the caption.
 *
 * @param file index of the image column, or of the column of addresses
 * @param caption index of the caption column
 * @param count number of columns; the last takes the rest of the line, tabs included
 * @param urls whether the image column holds addresses on the web
 */
record TsvColumns(int file, int caption, int count, boolean urls) {
    /** The columns of a file without a header. */
    static final TsvColumns DEFAULT = new TsvColumns(0, 1, 2, false);

    private static final Set<String> FILE =
            Set.of("file", "filename", "file_name", "filepath", "file_path", "path", "image", "image_path", "img");
    private static final Set<String> CAPTION = Set.of("caption", "text", "title", "txt", "description", "sentence");
    private static final Set<String> URL = Set.of("url", "image_url");

    /** The columns a header names, or null if the line is no header. */
    static TsvColumns ofHeader(String line) {
        List<String> names = Arrays.asList(line.strip().toLowerCase(Locale.ROOT).split("\t", -1));
        int caption = firstOf(CAPTION, names);
        int file = firstOf(FILE, names);
        int url = firstOf(URL, names);
        if (caption < 0 || file < 0 && url < 0) {
            return null;
        }
        return new TsvColumns(file < 0 ? url : file, caption, names.size(), file < 0);
    }

    /** The fields of a line, or null if it has too few. */
    String[] split(String line) {
        String[] fields = line.split("\t", count);
        return fields.length > Math.max(file, caption) ? fields : null;
    }

    /** Whether a line gives an address instead of a file, as CC3M (caption first) and CC12M (address first) do. */
    boolean holdsUrl(String[] fields) {
        return urls || isUrl(fields[file]) || isUrl(fields[caption]);
    }

    private static boolean isUrl(String field) {
        String text = field.strip();
        return (text.startsWith("http://") || text.startsWith("https://")) && text.indexOf(' ') < 0;
    }

    private static int firstOf(Set<String> wanted, List<String> names) {
        for (int i = 0; i < names.size(); i++) {
            if (wanted.contains(names.get(i))) {
                return i;
            }
        }
        return -1;
    }
}
