package org.ttdengine.trainer.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The checkpoints of a run folder. A checkpoint is either whole or not there: it is filled under a temporary name,
 * synced, and renamed in one step; earlier ones are removed only after that. Killing the process at any moment, or a
 * full disk, costs at most the checkpoint being written.
 *
 * <pre>
 * DIR/checkpoints/step-0000123/           the writer's files and checkpoint.json
 * DIR/checkpoints/.tmp-step-0000124/      being written or being removed
 * DIR/checkpoints/.old-step-0000123/      being replaced by a checkpoint of the same step
 * </pre>
 */
public final class Checkpoints {
    private static final Pattern NAME = Pattern.compile("step-(\\d{7,18})");
    private static final String TEMPORARY = ".tmp-";
    private static final String REPLACED = ".old-";

    private final Path run;
    private final Path folder;
    private final int keep;
    private final Consumer<String> warnings;

    private Checkpoints(RunFolder run, int keep, Consumer<String> warnings) {
        this.run = run.path();
        this.folder = run.checkpoints();
        this.keep = keep;
        this.warnings = warnings;
    }

    /**
     * Opens the checkpoints of a run, which the caller holds, and clears away what an interrupted run left half done.
     *
     * @param keep how many checkpoints to keep, at least 1
     * @param warnings receives one-line messages about damaged checkpoints
     */
    public static Checkpoints open(RunFolder run, int keep, Consumer<String> warnings) throws IOException {
        if (keep < 1) {
            throw new IllegalArgumentException("at least one checkpoint must be kept, not " + keep);
        }
        Checkpoints checkpoints = new Checkpoints(run, keep, warnings);
        try {
            Files.createDirectories(checkpoints.folder);
            checkpoints.recover();
        } catch (IOException e) {
            throw Disk.writeFailed(checkpoints.folder, checkpoints.run, e);
        }
        return checkpoints;
    }

    /**
     * Takes the checkpoint of {@code step}. Afterwards {@link #latest} is this one: checkpoints of later steps, left by
     * a run that was taken up from an earlier point, go too.
     *
     * @param step training steps done, not negative
     * @throws IOException one line; the earlier checkpoints are untouched
     */
    public Checkpoint save(long step, CheckpointWriter writer) throws IOException {
        Path complete = folder.resolve(name(step));
        Path temporary = folder.resolve(TEMPORARY + name(step));
        try {
            Disk.deleteTree(temporary);
            Files.createDirectory(temporary);
            writer.write(temporary);
            CheckpointManifest.of(step, temporary).write(temporary);
            Disk.syncTree(temporary);
            publish(temporary, complete);
        } catch (IOException | UncheckedIOException e) {
            IOException failure = Disk.writeFailed(complete, run, e);
            discard(temporary, failure);
            throw failure;
        } catch (RuntimeException | Error e) {
            discard(temporary, e);
            throw e;
        }
        prune(step);
        return new Checkpoint(step, complete);
    }

    /** The newest complete checkpoint. Damaged ones are passed over, each with a warning. */
    public Optional<Checkpoint> latest() throws IOException {
        for (long step : steps()) {
            Path candidate = folder.resolve(name(step));
            try {
                CheckpointManifest manifest = CheckpointManifest.verify(candidate);
                if (manifest.step() != step) {
                    throw new IOException(CheckpointManifest.FILE + " is of step " + manifest.step());
                }
                return Optional.of(new Checkpoint(step, candidate));
            } catch (IOException e) {
                warnings.accept("checkpoint " + candidate + " cannot be used: " + Disk.reason(e)
                        + "; looking for the one before");
            }
        }
        return Optional.empty();
    }

    /** The error for a failed write of what goes with a checkpoint: one line that says how to go on. */
    public IOException writeFailed(Path target, IOException cause) {
        return Disk.writeFailed(target, run, cause);
    }

    /** Two renames when a checkpoint of this step exists; {@link #recover} finishes or undoes the first. */
    private void publish(Path temporary, Path complete) throws IOException {
        Path replaced = folder.resolve(REPLACED + complete.getFileName());
        boolean exists = Files.exists(complete);
        if (exists) {
            Disk.rename(complete, replaced);
        }
        Disk.rename(temporary, complete);
        if (exists) {
            Disk.deleteTree(replaced);
        }
    }

    private void recover() throws IOException {
        for (Path path : entries()) {
            String name = path.getFileName().toString();
            if (name.startsWith(TEMPORARY)) {
                Disk.deleteTree(path);
            } else if (name.startsWith(REPLACED)) {
                Path original = folder.resolve(name.substring(REPLACED.length()));
                if (Files.exists(original)) {
                    Disk.deleteTree(path);
                } else {
                    Disk.rename(path, original);
                }
            }
        }
    }

    /** A removed checkpoint first loses its name, so that a half-removed one is never looked at. */
    private void prune(long newest) {
        try {
            int kept = 0;
            for (long step : steps()) {
                if (step > newest || kept++ >= keep) {
                    Path doomed = folder.resolve(TEMPORARY + name(step));
                    Disk.rename(folder.resolve(name(step)), doomed);
                    Disk.deleteTree(doomed);
                }
            }
        } catch (IOException e) {
            warnings.accept("cannot remove old checkpoints from " + folder + ": " + Disk.reason(e));
        }
    }

    private void discard(Path temporary, Throwable failure) {
        try {
            Disk.deleteTree(temporary);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private List<Path> entries() throws IOException {
        try (Stream<Path> list = Files.list(folder)) {
            return list.toList();
        }
    }

    /** Steps that have a checkpoint, newest first. */
    private List<Long> steps() throws IOException {
        return entries().stream()
                .map(path -> NAME.matcher(path.getFileName().toString()))
                .filter(Matcher::matches)
                .map(matcher -> Long.parseLong(matcher.group(1)))
                .sorted(Comparator.reverseOrder())
                .toList();
    }

    private static String name(long step) {
        if (step < 0) {
            throw new IllegalArgumentException("a checkpoint's step is not negative: " + step);
        }
        return String.format(Locale.ROOT, "step-%07d", step);
    }
}
