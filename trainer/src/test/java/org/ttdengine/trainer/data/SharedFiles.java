package org.ttdengine.trainer.data;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Reference files that lie in a folder {@code shared} beside the repository. */
final class SharedFiles {
    private SharedFiles() {}

    /** A file of the folder; the test is skipped, audibly, where it is absent. */
    static Path require(String name) {
        Path folder = Path.of(System.getProperty("user.dir")).toAbsolutePath();
        while (folder != null) {
            Path file = folder.resolve("shared").resolve(name);
            if (Files.exists(file)) {
                return file;
            }
            folder = folder.getParent();
        }
        System.err.println("SKIPPED: no shared/" + name + " above the working folder");
        assumeTrue(false, "no shared/" + name + " above the working folder");
        throw new AssertionError("not reached");
    }
}
