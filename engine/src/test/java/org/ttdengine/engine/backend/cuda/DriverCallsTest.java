package org.ttdengine.engine.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No status of the driver or of cuBLAS is ever thrown away. */
class DriverCallsTest {
    private static final Path SOURCES = Path.of("src/main/java");
    private static final Pattern CALL = Pattern.compile("(JCudaDriver\\.cu|JCublas2?\\.cublas)\\w+");
    private static final Pattern CHECKED =
            Pattern.compile("check(Allocation)?\\(\\s*(JCudaDriver\\.cu|JCublas2?\\.cublas)\\w+");

    /** The two calls that describe a status: without an answer the status itself is shown. */
    private static final Pattern DESCRIBING = Pattern.compile("JCudaDriver\\.cuGetError(Name|String)");

    @Test
    void everyCallIsChecked() throws IOException {
        List<Path> callers = new ArrayList<>();
        for (Path file : sources()) {
            String text = Files.readString(file);
            int calls = count(CALL, text);
            assertThat(calls)
                    .as("calls in %s", file.getFileName())
                    .isEqualTo(count(CHECKED, text) + count(DESCRIBING, text));
            if (calls > 0) {
                callers.add(file);
            }
        }
        assertThat(callers).hasSizeGreaterThan(5);
    }

    @Test
    void onlyThisPackageCallsTheDriver() throws IOException {
        for (Path file : sources()) {
            if (!file.getParent().endsWith("cuda")) {
                assertThat(Files.readString(file)).as(file.toString()).doesNotContain("import jcuda");
            }
        }
    }

    private static int count(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        int count = 0;
        while (matcher.find()) {
            count++;
        }
        return count;
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }
}
