package org.ttdengine.trainer.cli;

import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.ttdengine.trainer.eval.EvalListener;
import org.ttdengine.trainer.run.StatusLine;
import org.ttdengine.trainer.run.StepReport;
import org.ttdengine.trainer.run.TrainingListener;

/** Shows how far a series of runs is, and how long it will take: on a terminal one line, else lines now and then. */
final class AblationProgress implements TrainingListener, EvalListener {
    private static final Duration REDRAW = Duration.ofMillis(100);
    private static final Duration PLAIN = Duration.ofSeconds(10);
    private static final double MILLIARD = 1e9;

    private final StatusLine line;
    private final boolean terminal;
    private final int runs;
    private final long steps;
    private final LongSupplier nanoTime;
    private final long started;
    private int done;
    private String title = "";
    private long lastShown;

    /**
     * @param runs that are still to do
     * @param steps of each
     */
    AblationProgress(PrintWriter out, boolean terminal, Charset charset, int runs, long steps, LongSupplier nanoTime) {
        this.line = new StatusLine(out, charset);
        this.terminal = terminal;
        this.runs = runs;
        this.steps = steps;
        this.nanoTime = nanoTime;
        this.started = nanoTime.getAsLong();
        this.lastShown = started;
    }

    /** A run begins. */
    void start(String name) {
        title = name;
        show("", 0);
    }

    /** A run is done. */
    void finishedRun() {
        done++;
    }

    @Override
    public void step(StepReport report) {
        show(String.format(Locale.ROOT, " step %d/%d", report.step(), steps), (double) report.step() / steps);
    }

    @Override
    public void progress(int samples, int total) {
        show(String.format(Locale.ROOT, " evaluated %d/%d", samples, total), 1);
    }

    @Override
    public void skipped(String reason) {
        line.message("skipped " + reason);
    }

    private void show(String what, double share) {
        long now = nanoTime.getAsLong();
        if (now - lastShown < (terminal ? REDRAW : PLAIN).toNanos()) {
            return;
        }
        lastShown = now;
        double work = done + share;
        double seconds = (now - started) / MILLIARD;
        String left = work > 0 ? clock((long) (seconds * (runs - work) / work)) + " left" : "";
        String text = String.format(Locale.ROOT, "run %d/%d %s%s  %s", done + 1, runs, title, what, left);
        if (terminal) {
            line.draw(text);
        } else {
            line.message(text);
        }
    }

    private static String clock(long seconds) {
        return String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }

    /** Takes the line away: what comes next is a result. */
    void clear() {
        line.clear();
    }
}
