package org.ttdengine.trainer.cli.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JvmOptionsTest {
    @Test
    void withoutWordFromTheUserTheHeapMayTakeThreeQuartersOfTheMemory() {
        assertThat(JvmOptions.relaunched(List.of()))
                .contains("--add-modules=jdk.incubator.vector", "-XX:MaxRAMPercentage=75", "-XX:+UseParallelGC");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-Xmx2g", "-XX:MaxHeapSize=1g", "-XX:MaxRAMPercentage=10", "-XX:MaxRAMFraction=2"})
    void theHeapOfTheUserStays(String heap) {
        assertThat(JvmOptions.relaunched(List.of(heap))).contains(heap).doesNotContain("-XX:MaxRAMPercentage=75");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-XX:+UseG1GC", "-XX:+UseZGC", "-XX:+UseSerialGC"})
    void theCollectorOfTheUserStays(String collector) {
        assertThat(JvmOptions.relaunched(List.of(collector)))
                .contains(collector)
                .doesNotContain("-XX:+UseParallelGC");
    }

    @Test
    void aDebuggerPortIsLeftToTheFirstJvm() {
        assertThat(JvmOptions.relaunched(List.of("-agentlib:jdwp=transport=dt_socket,server=y,address=5005", "-Da=b")))
                .contains("-Da=b")
                .noneMatch(option -> option.contains("jdwp"));
    }
}
