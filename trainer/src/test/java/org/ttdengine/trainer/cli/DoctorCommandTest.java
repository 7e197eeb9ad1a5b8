package org.ttdengine.trainer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ttdengine.engine.ops.Conformance;
import org.ttdengine.engine.ops.OpSpec;

class DoctorCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void theSelfTestComparesEveryOperationAndFindsNothingWrong() throws IOException {
        CommandRun cli = CommandRun.of("doctor", "--selftest", "--json", "--device", "cpu", "--threads", "2")
                .succeeded();
        JsonNode report = JSON.readTree(cli.out());
        assertThat(report.get("ok").asBoolean()).isTrue();
        assertThat(report.get("selftest")).hasSameSizeAs(OpSpec.all());
        assertThat(report.get("selftest")).allSatisfy(operation -> {
            assertThat(operation.get("ok").asBoolean()).isTrue();
            assertThat(operation.get("cases").asInt()).isGreaterThan(20);
            assertThat(operation.get("worst_error_over_tolerance").asDouble()).isBetween(0.0, 1.0);
        });
    }

    @Test
    void theTableNamesJavaVectorsMemoryFormatsAndFolders() {
        CommandRun cli = CommandRun.of("doctor").succeeded();
        assertThat(cli.out())
                .contains("ttd-engine", Runtime.version().toString(), " bits (jdk.incubator.vector)", "max heap")
                .contains("JPEG, CMYK        ok", "WebP              ok", "temporary folder  ok", "CUDA")
                .doesNotContain("BROKEN");
        assertThat(cli.err()).isEmpty();
    }

    @Test
    void aWrongOperationIsMarkedAndMakesTheReportBroken() {
        Conformance.Report wrong =
                new Conformance.Report("linear", 35, new Conformance.Deviation("gradient of x", 41.5), "one row");
        DoctorReport report = new DoctorReport(List.of(), List.of(wrong));
        assertThat(report.isOk()).isFalse();
        assertThat(report.table()).contains("linear            FAILED    35  41.500 (gradient of x of \"one row\")");
    }

    @Test
    void aBrokenFindingGivesExitCodeOne(@TempDir Path folder) throws Exception {
        // JCuda, once it is loaded, makes the folder.
        Path missing = folder.resolve("missing");
        Child child = child("--add-modules", "jdk.incubator.vector", "-Djava.io.tmpdir=" + missing);
        assertThat(child.out)
                .contains("temporary folder  BROKEN " + missing + " is not writable: no such file or folder");
        assertThat(child.code).isEqualTo(1);
    }

    @Test
    void withoutTheVectorModuleItSaysWhichFlagIsMissing() throws Exception {
        Child child = child("-Dttd.launcher.parent=" + ProcessHandle.current().pid());
        assertThat(child.out).contains("vectors           note   none", "--add-modules jdk.incubator.vector");
        assertThat(child.code).isZero();
    }

    private record Child(int code, String out) {}

    /** Runs doctor in a JVM with options of its own. */
    private static Child child(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:TieredStopAtLevel=1");
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName(), "doctor"));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Child(process.waitFor(), out);
    }
}
