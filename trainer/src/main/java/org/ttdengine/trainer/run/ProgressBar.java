package org.ttdengine.trainer.run;

import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Shows how far a run is: on a terminal one line that is drawn over, else plain lines now and then. No line is wider
 * than 79 columns, so that none wraps.
 */
public final class ProgressBar implements TrainingListener {
    private static final Duration REDRAW = Duration.ofMillis(100);
    private static final Duration PLAIN = Duration.ofSeconds(5);

    /** Weight of the newest step in the mean that the estimate of the remaining time uses. */
    private static final double SMOOTHING = 0.1;

    private final StatusLine line;
    private final boolean terminal;
    private final long totalSteps;
    private final LongSupplier nanoTime;
    private final long started;

    private long lastShown;
    private boolean shown;
    private double meanStepMs;

    /**
     * @param out where to draw, the standard error as a rule
     * @param terminal whether {@code out} leads to one
     * @param charset of {@code out}; the bar is drawn with blocks where it has them
     * @param totalSteps of the whole run, at least 1
     * @param nanoTime {@code System::nanoTime}
     */
    public ProgressBar(PrintWriter out, boolean terminal, Charset charset, long totalSteps, LongSupplier nanoTime) {
        if (totalSteps < 1) {
            throw new IllegalArgumentException("a run has at least one step, not " + totalSteps);
        }
        this.line = new StatusLine(out, charset);
        this.terminal = terminal;
        this.totalSteps = totalSteps;
        this.nanoTime = nanoTime;
        this.started = nanoTime.getAsLong();
    }

    @Override
    public void step(StepReport report) {
        meanStepMs = shown ? meanStepMs + SMOOTHING * (report.stepMs() - meanStepMs) : report.stepMs();
        long now = nanoTime.getAsLong();
        long interval = (terminal ? REDRAW : PLAIN).toNanos();
        if (shown && now - lastShown < interval && report.step() < totalSteps) {
            return;
        }
        shown = true;
        lastShown = now;
        if (terminal) {
            line.draw(bar(report));
        } else {
            line.message(plain(report));
        }
    }

    @Override
    public void skipped(String source, String reason) {
        line.message("skipped " + source + ": " + reason);
    }

    @Override
    public void checkpointSaved(long step, Path folder) {
        if (!terminal) {
            line.message("checkpoint " + folder);
        }
    }

    @Override
    public void finished() {
        line.end();
        line.message("done in " + clock((nanoTime.getAsLong() - started) / 1_000_000_000L));
    }

    @Override
    public void close() {
        line.end();
    }

    private String bar(StepReport report) {
        return line.bar(report.step(), totalSteps) + " " + figures(report);
    }

    private String plain(StepReport report) {
        return "step " + figures(report);
    }

    private String figures(StepReport report) {
        return String.format(
                Locale.ROOT,
                "%d/%d  loss %s  %s img/s  %s left",
                report.step(),
                totalSteps,
                number(report.loss()),
                number(report.imagesPerSecond()),
                clock((long) Math.ceil((totalSteps - report.step()) * meanStepMs / 1000)));
    }

    /** Five significant places at most, so that columns stay narrow. */
    private static String number(double value) {
        double size = Math.abs(value);
        if (size >= 1e5 || size < 1e-3 && size > 0) {
            return String.format(Locale.ROOT, "%.2e", value);
        }
        return String.format(Locale.ROOT, size >= 100 ? "%.1f" : "%.4f", value);
    }

    private static String clock(long seconds) {
        long hours = Math.max(0, seconds) / 3600;
        return String.format(
                Locale.ROOT,
                "%d:%02d:%02d",
                Math.min(hours, 9999),
                Math.max(0, seconds) / 60 % 60,
                Math.max(0, seconds) % 60);
    }
}
