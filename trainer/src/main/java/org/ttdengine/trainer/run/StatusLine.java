package org.ttdengine.trainer.run;

import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Locale;

/** The last line of a terminal, which is drawn over, with plain lines above it. It is at most 79 columns wide. */
public final class StatusLine {
    private static final int COLUMNS = 79;
    private static final int BAR = 16;

    private final PrintWriter out;
    private final boolean unicode;
    private int drawn;

    /**
     * A line that is not drawn yet.
     *
     * @param charset of {@code out}; bars are drawn with blocks where it has them
     */
    public StatusLine(PrintWriter out, Charset charset) {
        this.out = out;
        this.unicode = charset.newEncoder().canEncode("█░");
    }

    /** A bar of a share, with the share in percent before it. */
    public String bar(long done, long total) {
        int percent = (int) (100 * done / total);
        int filled = (int) (BAR * Math.min(done, total) / total);
        String blocks = (unicode ? "█" : "#").repeat(filled) + (unicode ? "░" : ".").repeat(BAR - filled);
        return String.format(Locale.ROOT, "%3d%% %s", percent, blocks);
    }

    /** Draws over the line before and blanks what it leaves. */
    public void draw(String line) {
        String cut = line.length() > COLUMNS ? line.substring(0, COLUMNS) : line;
        out.print("\r" + cut + " ".repeat(Math.max(0, drawn - cut.length())));
        out.flush();
        drawn = cut.length();
    }

    /** A line of its own; the status has to be drawn again after it. */
    public void message(String line) {
        clear();
        out.println(line);
        out.flush();
    }

    /** Blanks the line. */
    public void clear() {
        if (drawn > 0) {
            draw("");
            out.print("\r");
            out.flush();
            drawn = 0;
        }
    }

    /** Leaves the line as it is and goes to the next. */
    public void end() {
        if (drawn > 0) {
            out.println();
            out.flush();
            drawn = 0;
        }
    }
}
