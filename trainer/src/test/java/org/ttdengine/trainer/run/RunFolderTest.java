package org.ttdengine.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RunFolderTest {
    private static final Duration SHORT = Duration.ofMillis(150);

    @TempDir
    private Path temporary;

    @Test
    void theFolderIsCreatedWithItsParents() throws Exception {
        Path path = temporary.resolve("a/b/run");
        try (RunFolder run = RunFolder.open(path)) {
            assertThat(run.path()).isEqualTo(path).isDirectory();
            assertThat(run.log()).isEqualTo(path.resolve("log.jsonl"));
        }
    }

    @Test
    void aSecondWriterInThisProcessIsTurnedAway() throws Exception {
        Path path = temporary.resolve("run");
        RunFolder first = RunFolder.open(path);
        assertThatThrownBy(() -> RunFolder.open(path, SHORT))
                .isInstanceOf(IOException.class)
                .hasMessage("another run is writing to " + path + "; wait for it or choose another --out");
        first.close();
        RunFolder.open(path, SHORT).close();
    }

    @Test
    void theRefusalOfASecondWriterLeavesTheLockOfTheFirst() throws Exception {
        Path path = temporary.resolve("run");
        try (RunFolder run = RunFolder.open(path)) {
            assertThatThrownBy(() -> RunFolder.open(path, SHORT)).hasMessageContaining("another run");
            Process other = ChildJvm.start(CheckpointLoop.class, run.path().toString());
            try {
                assertThat(other.waitFor(2, TimeUnit.SECONDS))
                        .as("still waiting for the lock")
                        .isFalse();
                assertThat(run.checkpoints()).doesNotExist();
            } finally {
                other.destroyForcibly().waitFor();
            }
        }
    }

    @Test
    void aWriterThatEndsSoonIsWaitedFor() throws Exception {
        Path path = temporary.resolve("run");
        RunFolder first = RunFolder.open(path);
        CompletableFuture<Void> end = CompletableFuture.runAsync(
                () -> {
                    try {
                        first.close();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS));
        RunFolder.open(path).close();
        end.get(5, TimeUnit.SECONDS);
    }

    @Test
    void theLockDiesWithAKilledProcess() throws Exception {
        Path path = temporary.resolve("run");
        Process other = ChildJvm.start(CheckpointLoop.class, path.toString());
        try (BufferedReader out = other.inputReader(StandardCharsets.UTF_8)) {
            assertThat(out.readLine()).isEqualTo("saved 1");
            assertThatThrownBy(() -> RunFolder.open(path, SHORT)).hasMessageContaining("another run is writing to");
            other.destroyForcibly().waitFor();
        }
        RunFolder.open(path, SHORT).close();
    }

    @Test
    void aFileInItsPlaceIsNamed() throws Exception {
        Path file = Files.createFile(temporary.resolve("run"));
        assertThatThrownBy(() -> RunFolder.open(file))
                .isInstanceOf(IOException.class)
                .hasMessage(file + " is a file, not a folder; choose another --out");
        assertThatThrownBy(() -> RunFolder.open(file.resolve("below")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot create the folder " + file.resolve("below"))
                .hasMessageEndingWith("choose another --out");
    }

    @Test
    void onlyAnExistingRunIsTakenUp() throws Exception {
        Path path = temporary.resolve("run");
        assertThatThrownBy(() -> RunFolder.resume(path))
                .isInstanceOf(IOException.class)
                .hasMessage("--resume " + path + ": there is no such folder");
        assertThat(path).doesNotExist();
        RunFolder.open(path).close();
        RunFolder.resume(path).close();
    }

    @Test
    void aReadOnlyFolderIsNamed() throws Exception {
        try (SmallDisk disk = SmallDisk.mount("ro,size=64k")) {
            assertThatThrownBy(() -> RunFolder.open(disk.path()))
                    .isInstanceOf(IOException.class)
                    .hasMessage("cannot write to the folder " + disk.path()
                            + ": Read-only file system; choose another --out");
        }
    }
}
