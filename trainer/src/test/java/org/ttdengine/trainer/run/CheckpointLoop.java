package org.ttdengine.trainer.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;

/** Takes up a run and saves checkpoints until it is killed; prints {@code saved N} after each. For the tests that kill. */
final class CheckpointLoop {
    /** Far beyond what a test needs; a test that fails leaves no process for ever. */
    private static final Duration LIFETIME = Duration.ofSeconds(30);

    private CheckpointLoop() {}

    public static void main(String[] args) throws IOException {
        try (RunFolder run = RunFolder.open(Path.of(args[0]))) {
            Checkpoints checkpoints = Checkpoints.open(run, 2, CheckpointLoop::fail);
            long step = checkpoints.latest().map(Checkpoint::step).orElse(0L);
            long end = System.nanoTime() + LIFETIME.toNanos();
            while (System.nanoTime() < end) {
                long next = ++step;
                checkpoints.save(next, folder -> write(folder, next));
                System.out.println("saved " + next);
                System.out.flush();
            }
        }
    }

    static void write(Path folder, long step) throws IOException {
        Files.write(folder.resolve("adapter.bin"), bytes(step, 50_000));
        Files.createDirectory(folder.resolve("optimiser"));
        Files.write(folder.resolve("optimiser/moments.bin"), bytes(step + 1, 100_000));
    }

    static boolean isWhole(Path folder, long step) throws IOException {
        return Arrays.equals(Files.readAllBytes(folder.resolve("adapter.bin")), bytes(step, 50_000))
                && Arrays.equals(Files.readAllBytes(folder.resolve("optimiser/moments.bin")), bytes(step + 1, 100_000));
    }

    private static byte[] bytes(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static void fail(String warning) {
        throw new AssertionError(warning);
    }
}
