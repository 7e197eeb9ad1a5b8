package org.ttdengine.trainer.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.backend.counting.Work;
import org.ttdengine.engine.backend.cuda.GpuPeak;
import org.ttdengine.engine.ops.Conformance;
import org.ttdengine.engine.ops.OpSpec;
import org.ttdengine.engine.ops.Workload;
import org.ttdengine.engine.testing.EmulatedGpu;

class DoctorCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Conformance.Report RIGHT =
            new Conformance.Report("linear", 35, new Conformance.Deviation("gradient of x", 0.5), "one row");

    /** Before anything asks for a driver: what a JVM has not found once it does not look for again. */
    @BeforeAll
    static void install() {
        EmulatedGpu.install();
    }

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
    void onAnEmulatedGpuTheSelfTestSaysThatRatesAreNotMeasuredThere() {
        CommandRun cli = CommandRun.of("doctor", "--selftest", "--device", "cuda", "--gemm", "own")
                .succeeded();
        assertThat(cli.out())
                .contains("linear            ok ", "TTD loss", "rates             not measured: ", "is emulated")
                .doesNotContain("GB/s", "TFLOP/s", "of peak");
    }

    @Test
    void aRealGpusRatesAreInTheReportWithTheirShareOfThePeak() throws IOException {
        Work work = new Work("matmul", 3_000_000_000L, 60_000_000, true);
        GpuPeak peak = new GpuPeak(1e13, 1e14, 1e12);
        assertThat(KernelRate.share(peak, DType.BF16, work, 1e-4)).isCloseTo(0.6, within(1e-12));
        assertThat(KernelRate.share(peak, DType.F32, work, 6e-4)).isCloseTo(0.5, within(1e-12));
        KernelRate rate = new KernelRate("matmul", "10x10", 1e-4, work, OptionalDouble.of(0.6));
        DoctorReport report = new DoctorReport(List.of(), new SelfCheck(List.of(RIGHT), List.of(rate), "sizes"));
        assertThat(report.table()).contains("100.0 us    30.000 TFLOP/s    600.0 GB/s  60.0% of peak");
        JsonNode json = JSON.readTree(report.json()).get("rates").get(0);
        assertThat(json.get("tflops_per_s").asDouble()).isEqualTo(30);
        assertThat(json.get("gb_per_s").asDouble()).isEqualTo(600);
        assertThat(json.get("share_of_peak").asDouble()).isEqualTo(0.6);
    }

    @Test
    void aMeasuredRateIsThatOfTheWorkOnThisMachine() {
        Workload workload = Workload.products(Workload.Sizes.small()).get(0);
        try (Device cpu = Device.cpu(1)) {
            KernelRate rate = KernelRate.measure(cpu, DType.F32, workload, 1);
            assertThat(rate.seconds()).isPositive().isLessThan(10);
            assertThat(rate.work().flops()).isEqualTo(2L * 256 * 128 * 384);
            assertThat(rate.shareOfPeak()).isEmpty();
        }
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
        DoctorReport report = new DoctorReport(List.of(), new SelfCheck(List.of(wrong), List.of(), ""));
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
