package org.ttdengine.trainer.cli;

import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.ttdengine.trainer.eval.EvalListener;
import org.ttdengine.trainer.run.StatusLine;

/** Shows how far an evaluation is: on a terminal one line that is drawn over, else plain lines now and then. */
final class EvalProgress implements EvalListener {
    private static final Duration REDRAW = Duration.ofMillis(100);
    private static final Duration PLAIN = Duration.ofSeconds(5);

    private final PrintWriter out;
    private final StatusLine line;
    private final boolean terminal;
    private final LongSupplier nanoTime;
    private String title = "";
    private long lastShown;

    EvalProgress(PrintWriter out, boolean terminal, Charset charset, LongSupplier nanoTime) {
        this.out = out;
        this.line = new StatusLine(out, charset);
        this.terminal = terminal;
        this.nanoTime = nanoTime;
    }

    /** Starts a pass over some data. */
    void start(String pass) {
        line.clear();
        title = pass;
        lastShown = nanoTime.getAsLong();
    }

    @Override
    public void progress(int done, int total) {
        long now = nanoTime.getAsLong();
        if (now - lastShown < (terminal ? REDRAW : PLAIN).toNanos()) {
            return;
        }
        lastShown = now;
        String text = title + ": " + done + "/" + total + " samples";
        if (terminal) {
            line.draw(line.bar(done, total) + " " + text);
        } else {
            line.message(text);
        }
    }

    @Override
    public void skipped(String reason) {
        line.message("skipped " + reason);
    }

    /** Takes the line away: what comes next is a result. */
    void finish() {
        line.clear();
        out.flush();
    }
}
