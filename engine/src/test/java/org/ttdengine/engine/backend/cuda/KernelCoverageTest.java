package org.ttdengine.engine.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.ttdengine.kernels.ElementKernels;
import org.ttdengine.kernels.KernelCatalogue;

/** No kernel is shipped that the tests do not run: every module of the catalogue has a test class that runs all of it. */
class KernelCoverageTest {
    private static final Path TESTS = Path.of("src/test/java/org/ttdengine/engine/backend/cuda");
    private static final Pattern DECLARATION = Pattern.compile("RunsEvery\\.ofModules\\(([^)]*)\\)");
    private static final Pattern NAME = Pattern.compile("\"(\\w+)\"");

    @Test
    void everyModuleIsRunCompletely() throws IOException {
        TreeSet<String> covered = new TreeSet<>();
        try (Stream<Path> files = Files.list(TESTS)) {
            for (Path file : files.toList()) {
                groups(DECLARATION, Files.readString(file)).forEach(names -> covered.addAll(groups(NAME, names)));
            }
        }
        assertThat(covered).containsExactlyElementsOf(KernelCatalogue.modules());
    }

    private static List<String> groups(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(match -> match.group(1)).toList();
    }

    @Test
    void aKernelThatDidNotRunAgainIsNamed() {
        var family = List.of(ElementKernels.FILL_F32, ElementKernels.FILL_BF16);
        assertThatThrownBy(() -> RunsEvery.assertRun(
                        family, Map.of("fill_f32", 1L, "fill_bf16", 2L), Map.of("fill_f32", 4L, "fill_bf16", 2L)))
                .hasMessageContaining("fill_bf16");
        RunsEvery.assertRun(family, Map.of("fill_f32", 1L), Map.of("fill_f32", 2L, "fill_bf16", 1L));
    }
}
