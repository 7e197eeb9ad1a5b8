package org.ttdengine.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Full disks and killed processes. */
@Timeout(120)
class CheckpointFaultTest {
    @TempDir
    private Path temporary;

    @Test
    void aRunKilledAtAnyMomentHasAWholeCheckpoint() throws Exception {
        Path folder = temporary.resolve("run");
        Random random = new Random(7);
        long saved = 0;
        for (int round = 0; round < 10; round++) {
            Process process = ChildJvm.start(CheckpointLoop.class, folder.toString());
            try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
                saved = step(out.readLine());
                Thread.sleep(random.nextInt(150));
                // Process.destroyForcibly would close the pipe and lose its last lines.
                process.toHandle().destroyForcibly();
                for (String line = out.readLine(); line != null; line = out.readLine()) {
                    saved = step(line);
                }
            }
            process.waitFor();
            try (RunFolder run = RunFolder.open(folder)) {
                Checkpoints checkpoints = Checkpoints.open(run, 2, warning -> {
                    throw new AssertionError(warning);
                });
                Checkpoint latest = checkpoints.latest().orElseThrow();
                assertThat(latest.step()).isBetween(saved, saved + 1);
                assertThat(CheckpointLoop.isWhole(latest.folder(), latest.step()))
                        .isTrue();
            }
        }
        assertThat(saved).isGreaterThan(10);
    }

    /** The payload grows byte by byte past the room left, so that data, manifest and folders each meet the full disk. */
    @Test
    void aDiskThatIsFullAtAnyPointLeavesTheCheckpointBefore() throws Exception {
        int failures = 0;
        try (SmallDisk disk = SmallDisk.mount("size=64k")) {
            try (RunFolder run = RunFolder.open(disk.path().resolve("run"))) {
                Checkpoints checkpoints = Checkpoints.open(run, 1, warning -> {
                    throw new AssertionError(warning);
                });
                byte[] precious = new byte[20_000];
                new Random(1).nextBytes(precious);
                Checkpoint good = checkpoints.save(1, folder -> Files.write(folder.resolve("a.bin"), precious));
                for (int pages = 6; pages <= 16; pages++) {
                    byte[] payload = new byte[pages * 4096];
                    try {
                        Checkpoint later = checkpoints.save(2, folder -> Files.write(folder.resolve("a.bin"), payload));
                        assertThat(checkpoints.latest()).contains(later);
                        good = checkpoints.save(1, folder -> Files.write(folder.resolve("a.bin"), precious));
                    } catch (IOException e) {
                        failures++;
                        assertThat(e)
                                .hasMessage("no space left on device while writing "
                                        + run.checkpoints().resolve("step-0000002")
                                        + "; free some space and continue with --resume " + run.path());
                        assertThat(checkpoints.latest()).contains(good);
                        assertThat(good.folder().resolve("a.bin")).hasBinaryContent(precious);
                        assertThat(run.checkpoints().toFile().list()).containsExactly("step-0000001");
                    }
                }
            }
        }
        assertThat(failures).isBetween(5, 10);
    }

    @Test
    void aFullDiskStopsTheStepLogAndTheEventsInOneLine() throws Exception {
        try (SmallDisk disk = SmallDisk.mount("size=32k");
                RunFolder run = RunFolder.open(disk.path().resolve("run"))) {
            StepReport report = Reports.ttd(1, 0, 0.1, 0.2, 0.3, 0.4, 0.5, 6, 7, 8, 9, 10);
            try (StepLog log = StepLog.continueAfter(run, 0);
                    TensorBoardLog events = TensorBoardLog.continueAfter(run, 0)) {
                for (TrainingListener listener : List.of(log, events)) {
                    assertThatThrownBy(() -> {
                                for (int i = 0; i < 10_000; i++) {
                                    listener.step(report);
                                }
                            })
                            .isInstanceOf(IOException.class)
                            .hasMessageStartingWith("no space left on device while writing " + run.path())
                            .hasMessageEndingWith("; free some space and continue with --resume " + run.path());
                }
            }
            String before = Files.readString(run.log());
            assertThatThrownBy(() -> JsonLines.truncateAfter(run.log(), 1, run.path()))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("no space left on device");
            assertThat(Files.readString(run.log())).isEqualTo(before);
        }
    }

    private static long step(String line) {
        assertThat(line).startsWith("saved ");
        return Long.parseLong(line.substring("saved ".length()));
    }
}
