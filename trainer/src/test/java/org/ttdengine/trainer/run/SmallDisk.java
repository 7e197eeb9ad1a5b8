package org.ttdengine.trainer.run;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A mounted memory file system, for tests of full and of read-only disks. The test is skipped where nothing may be mounted. */
public record SmallDisk(Path path) implements AutoCloseable {
    /** @param options of the tmpfs, such as {@code size=64k} */
    public static SmallDisk mount(String options) throws IOException {
        Path path = Files.createTempDirectory("small-disk");
        boolean mounted = false;
        try {
            mounted = Files.isExecutable(Path.of("/bin/mount"))
                    && run("/bin/mount", "-t", "tmpfs", "-o", options, "tmpfs", path.toString());
        } finally {
            if (!mounted) {
                Files.delete(path);
            }
        }
        String skipped = "skipped: no permission to mount a small disk, so it is not tested here";
        if (!mounted) {
            System.err.println(skipped);
        }
        assumeTrue(mounted, skipped);
        return new SmallDisk(path);
    }

    @Override
    public void close() throws IOException {
        if (!run("/bin/umount", path.toString())) {
            throw new IOException("cannot unmount " + path);
        }
        Files.delete(path);
    }

    private static boolean run(String... command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            return process.waitFor() == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted during " + String.join(" ", command), e);
        }
    }
}
