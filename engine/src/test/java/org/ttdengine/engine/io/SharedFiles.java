package org.ttdengine.engine.io;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Finds the folder of reference files that may lie beside the project. */
final class SharedFiles {
    private SharedFiles() {}

    /** The file, or a loudly skipped test. */
    static Path require(String relative) {
        for (Path folder = Path.of(System.getProperty("user.dir")).toAbsolutePath();
                folder != null;
                folder = folder.getParent()) {
            Path file = folder.resolveSibling("shared").resolve(relative);
            if (Files.exists(file)) {
                return file;
            }
        }
        String message = "SKIPPED: there is no shared/" + relative + " beside the project";
        System.err.println(message);
        return Assumptions.abort(message);
    }
}
