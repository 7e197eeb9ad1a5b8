package org.ttdengine.engine.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;

/** Reference data beside the project, in a folder that a plain checkout does not have. */
public final class SharedFiles {
    public static final String BPE = "data/clip-bpe/bpe_simple_vocab_16e6.txt.gz";

    private SharedFiles() {}

    /** A path under the folder "shared" next to the project or one of its parents; skips the test, loudly, without it. */
    public static Path require(String path) {
        for (Path folder = Path.of(System.getProperty("user.dir")); folder != null; folder = folder.getParent()) {
            Path file = folder.resolve("shared").resolve(path);
            if (Files.exists(file)) {
                return file;
            }
        }
        System.err.println("SKIPPED " + caller() + ": there is no ../shared/" + path);
        return Assumptions.abort("there is no ../shared/" + path);
    }

    private static String caller() {
        return Arrays.stream(Thread.currentThread().getStackTrace())
                .filter(frame -> frame.getClassName().endsWith("Test"))
                .findFirst()
                .map(frame -> frame.getClassName() + "." + frame.getMethodName())
                .orElse("a test");
    }
}
