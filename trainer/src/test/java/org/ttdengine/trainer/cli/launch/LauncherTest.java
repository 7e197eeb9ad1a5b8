package org.ttdengine.trainer.cli.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every test starts a JVM without the vector module, which starts another one with it. */
@Timeout(60)
class LauncherTest {
    private static final String[] AWKWARD = {
        "arguments",
        "two words",
        "",
        "\"quoted\"",
        "it's",
        "back\\slash",
        "$HOME",
        "*",
        "@file",
        "-Dx=y",
        "--",
        "été 船 🚤",
        " "
    };

    @TempDir
    private Path folder;

    @Test
    void theProgramRunsWithTheVectorModule() throws Exception {
        assertThat(output(start("module"))).isEqualTo("true\n");
    }

    @Test
    void argumentsArriveIntact() throws Exception {
        assumeUnicodeArguments();
        assertThat(decode(output(start(AWKWARD)))).containsExactly(AWKWARD);
    }

    @Test
    void argumentsAndFileNamesArriveIntactWithoutALocale() throws Exception {
        assumeUnicodeArguments();
        assumeTrue(Files.exists(Path.of("/proc/self/cmdline")), "skipped: only Linux shows raw arguments");
        assertThat(decode(output(startIn(Map.of("LC_ALL", "C"), List.of(), AWKWARD))))
                .containsExactly(AWKWARD);

        Path file = Files.writeString(folder.resolve("bateau à voile.txt"), "afloat");
        assertThat(output(startIn(Map.of("LC_ALL", "C"), List.of(), "open", file.toString())))
                .isEqualTo("afloat\n");
    }

    @Test
    void aPseudoTerminalIsATerminalAndAPipeIsNot() throws Exception {
        assertThat(output(start("terminal"))).isEqualTo("false\n");

        assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "skipped: no script(1) to open a pseudo-terminal");
        List<String> command = command(List.of(), "terminal");
        Process script = new ProcessBuilder("/usr/bin/script", "-qec", String.join(" ", command), "/dev/null").start();
        assertThat(output(script)).contains("true");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 137})
    void theExitCodePassesThrough(int code) throws Exception {
        assertThat(start("exit", Integer.toString(code)).waitFor()).isEqualTo(code);
    }

    @Test
    void theStandardInputPassesThrough() throws Exception {
        Process process = start("copy");
        try (var in = process.outputWriter(StandardCharsets.UTF_8)) {
            in.write("from the pipe");
        }
        assertThat(output(process)).isEqualTo("from the pipe");
    }

    @Test
    void theOptionsOfTheUserPassThroughOnceAndWin() throws Exception {
        String fromCommandLine =
                output(startIn(Map.of(), List.of("-Dgreeting=good day", "-Xmx64m", "-XX:+UseSerialGC"), "options"));
        assertThat(fromCommandLine).matches("good day 6\\d{7} 1\n");

        String fromEnvironment = output(
                startIn(Map.of("JDK_JAVA_OPTIONS", "-Dgreeting=hello -Xmx64m -XX:+UseSerialGC"), List.of(), "options"));
        assertThat(fromEnvironment).matches("hello 6\\d{7} 1\n");
    }

    @Test
    void aTerminationSignalLetsTheProgramPutItsThingsAway() throws Exception {
        Path farewell = folder.resolve("farewell");
        Process launcher = start("wait", farewell.toString());
        long program = programOf(launcher);

        launcher.destroy();

        assertThat(launcher.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(isRunning(program)).isFalse();
        assertThat(farewell).hasContent("put away");
    }

    @Test
    void theProgramDoesNotOutliveAKilledLauncher() throws Exception {
        Path farewell = folder.resolve("farewell");
        Process launcher = start("wait", farewell.toString());
        long program = programOf(launcher);
        assertThat(isRunning(program)).isTrue();

        launcher.destroyForcibly();

        assertThat(endsWithin(program, Duration.ofSeconds(2))).isTrue();
        assertThat(farewell).as("halted, not shut down").doesNotExist();
    }

    @Test
    void aKilledProgramShowsInTheExitCode() throws Exception {
        Process launcher = start("wait", folder.resolve("farewell").toString());
        ProcessHandle.of(programOf(launcher)).orElseThrow().destroyForcibly();
        assertThat(launcher.waitFor()).isEqualTo(137);
    }

    private static Process start(String... args) throws IOException {
        return startIn(Map.of(), List.of(), args);
    }

    private static Process startIn(Map<String, String> environment, List<String> options, String... args)
            throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command(options, args)).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static List<String> command(List<String> options, String... args) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", classPath(), LauncherProgram.class.getName()));
        command.addAll(List.of(args));
        return command;
    }

    private static void assumeUnicodeArguments() {
        assumeTrue(
                System.getProperty("sun.jnu.encoding", "UTF-8").equals("UTF-8"),
                "skipped: this JVM cannot pass arguments beyond ASCII on; run the tests in a UTF-8 locale");
    }

    private static String classPath() {
        return Arrays.stream(new Class<?>[] {Launcher.class, LauncherProgram.class})
                .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
                .map(location -> Path.of(URI.create(location.toString())).toString())
                .reduce((a, b) -> a + File.pathSeparator + b)
                .orElseThrow();
    }

    private static String output(Process process) throws Exception {
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return text;
    }

    private static List<String> decode(String line) {
        return Arrays.stream(line.strip().split(",", -1))
                .map(text -> new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8))
                .toList();
    }

    private static long programOf(Process launcher) throws IOException {
        BufferedReader out = launcher.inputReader(StandardCharsets.UTF_8);
        return Long.parseLong(out.readLine());
    }

    private static boolean endsWithin(long pid, Duration limit) throws Exception {
        long deadline = System.nanoTime() + limit.toNanos();
        while (isRunning(pid)) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            Thread.sleep(20);
        }
        return true;
    }

    /** An orphan that has ended may wait for ever for somebody to collect it: state Z. */
    private static boolean isRunning(long pid) throws IOException {
        Path stat = Path.of("/proc/" + pid + "/stat");
        if (Files.exists(Path.of("/proc/self/stat"))) {
            try {
                String text = Files.readString(stat);
                return text.charAt(text.lastIndexOf(')') + 2) != 'Z';
            } catch (IOException e) {
                return false;
            }
        }
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }
}
