package org.ttdengine.trainer.run;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The output folder of a training run, held by one writer at a time.
 *
 * <p>The lock is the operating system's lock on {@code DIR/.lock}. It dies with the process that holds it, so the file
 * stays in the folder and its presence means nothing.
 */
public final class RunFolder implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long POLL_MILLIS = 50;

    /**
     * Folders held by this process. A POSIX lock belongs to the process and is lost as soon as any descriptor of the
     * file is closed, so a second holder in the same process must be turned away before it opens the lock file.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final Path key;
    private final FileChannel lock;

    private RunFolder(Path path, Path key, FileChannel lock) {
        this.path = path;
        this.key = key;
        this.lock = lock;
    }

    /**
     * Creates the folder where absent and locks it. Waits some seconds for a predecessor that is about to die.
     *
     * @throws IOException one line naming the folder: a file is in its place, it cannot be written, or another run has
     *     it
     */
    public static RunFolder open(Path path) throws IOException {
        return open(path, PATIENCE);
    }

    /**
     * Locks the folder of an earlier run, to go on with it.
     *
     * @throws IOException one line, as for {@link #open}, or because there is no such folder
     */
    public static RunFolder resume(Path path) throws IOException {
        if (!Files.exists(path)) {
            throw new IOException("--resume " + path + ": there is no such folder");
        }
        return open(path);
    }

    static RunFolder open(Path path, Duration patience) throws IOException {
        create(path);
        Path key = path.toRealPath();
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            if (HELD.add(key)) {
                FileChannel lock = null;
                try {
                    lock = tryLock(path);
                } finally {
                    if (lock == null) {
                        HELD.remove(key);
                    }
                }
                if (lock != null) {
                    return new RunFolder(path, key, lock);
                }
            }
            if (System.nanoTime() - deadline >= 0) {
                throw new IOException("another run is writing to " + path + "; wait for it or choose another --out");
            }
            pause(path);
        }
    }

    /** The folder, as it was given. */
    public Path path() {
        return path;
    }

    /** {@code DIR/log.jsonl}, a line per step. */
    public Path log() {
        return path.resolve("log.jsonl");
    }

    /** {@code DIR/tensorboard}, for {@link TensorBoardWriter}. */
    public Path tensorBoard() {
        return path.resolve("tensorboard");
    }

    /** {@code DIR/checkpoints}, kept by {@link Checkpoints}. */
    public Path checkpoints() {
        return path.resolve("checkpoints");
    }

    /**
     * Replaces a small text file of the folder, whole or not at all.
     *
     * @throws IOException one line that says what could not be written and what to do
     */
    public void write(String name, String text) throws IOException {
        Path file = path.resolve(name);
        Path temporary = path.resolve("." + name + ".tmp");
        try {
            Files.writeString(temporary, text);
            Disk.syncFile(temporary);
            Disk.rename(temporary, file);
        } catch (IOException e) {
            IOException failure = Disk.writeFailed(file, path, e);
            try {
                Files.deleteIfExists(temporary);
            } catch (IOException second) {
                failure.addSuppressed(second);
            }
            throw failure;
        }
    }

    /** Lets the next writer in. */
    @Override
    public void close() throws IOException {
        try {
            lock.close();
        } finally {
            HELD.remove(key);
        }
    }

    private static void create(Path path) throws IOException {
        try {
            Files.createDirectories(path);
        } catch (FileAlreadyExistsException e) {
            throw new IOException(path + " is a file, not a folder; choose another --out", e);
        } catch (IOException e) {
            throw new IOException(
                    "cannot create the folder " + path + ": " + Disk.reason(e) + "; choose another --out", e);
        }
    }

    /** The open, locked lock file, or null where another process has it. */
    private static FileChannel tryLock(Path path) throws IOException {
        FileChannel channel = null;
        boolean locked = false;
        try {
            channel = FileChannel.open(path.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            locked = channel.tryLock() != null;
        } catch (IOException e) {
            throw new IOException(
                    "cannot write to the folder " + path + ": " + Disk.reason(e) + "; choose another --out", e);
        } finally {
            if (channel != null && !locked) {
                channel.close();
            }
        }
        return locked ? channel : null;
    }

    private static void pause(Path path) throws IOException {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while waiting for " + path).initCause(e);
        }
    }
}
