package org.ttdengine.trainer.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ttdengine.trainer.run.SmallDisk;
import org.ttdengine.vit.ClipCheckpoint;
import org.ttdengine.vit.ClipState;

/** Folders that cannot be written or already are, disks that are full, and training that diverges. */
class BadOutputTest {
    private static final int FAILED = 1;

    @TempDir
    private Path folder;

    private Path model;
    private Path pairs;

    @BeforeEach
    void write() throws IOException {
        model = TinyModel.write(folder.resolve("model"), 1);
        pairs = TinyData.write(folder.resolve("data"), 4);
    }

    private CommandRun train(Path out, String... more) {
        Stream<String> usual = Stream.of(
                "train",
                "--model=" + model,
                "--data=" + pairs,
                "--out=" + out,
                "--device=cpu",
                "--threads=1",
                "--image-size=32",
                "--batch=2");
        return CommandRun.of(Stream.concat(usual, Stream.of(more)).toArray(String[]::new));
    }

    @Test
    void aFileInPlaceOfTheFolderIsNamed() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        train(file).failedWithOneLine(FAILED, file + " is a file, not a folder; choose another --out");
        train(file.resolve("run"))
                .failedWithOneLine(FAILED, "cannot create the folder " + file, "choose another --out");
    }

    @Test
    void aFolderOnAReadOnlySystemIsNamed() {
        Path proc = Path.of("/proc/1/ttd-run");
        assumeTrue(Files.isDirectory(Path.of("/proc/1")), "skipped: there is no /proc here");
        train(proc).failedWithOneLine(FAILED, "cannot create the folder " + proc + ": ", "choose another --out");
    }

    @Test
    void aReadOnlyDiskIsNamed() throws Exception {
        try (SmallDisk disk = SmallDisk.mount("size=1m,ro")) {
            train(disk.path().resolve("run"))
                    .failedWithOneLine(FAILED, "cannot create the folder", "Read-only file system", "another --out");
            train(disk.path())
                    .failedWithOneLine(FAILED, "cannot write to the folder", "Read-only file system", "another --out");
            merge(disk.path().resolve("m.safetensors"))
                    .failedWithOneLine(FAILED, "m.safetensors: cannot be written: Read-only file system");
        }
    }

    private CommandRun merge(Path out) throws IOException {
        Path adapter = TinyModel.writeAdapter(folder.resolve("adapter"), ClipCheckpoint.read(model));
        return CommandRun.of("merge", "--model=" + model, "--adapter=" + adapter, "--out=" + out);
    }

    /** The room left grows from none at all, so that every file of a run meets the full disk in its turn. */
    @Test
    void aFullDiskStopsARunInOneLineAndTheCheckpointBeforeSurvives() throws Exception {
        int survivors = 0;
        try (SmallDisk disk = SmallDisk.mount("size=400k")) {
            Path ballast = disk.path().resolve("ballast");
            for (int kilobytes = 400; kilobytes >= 0; kilobytes -= 24) {
                Path run = disk.path().resolve("run-" + kilobytes);
                fill(ballast, kilobytes);
                CommandRun cli = train(run, "--steps=6", "--checkpoint-every=1", "--keep-checkpoints=2");
                if (cli.code() == 0) {
                    break;
                }
                cli.failed(FAILED);
                String last = cli.err().lines().reduce((a, b) -> b).orElseThrow();
                assertThat(last).containsIgnoringCase("no space left on device");
                boolean begun = Files.exists(run.resolve("train.json"));
                assertThat(last)
                        .contains("free some space and " + (begun ? "continue with --resume " + run : "try again"));
                survivors += resumed(run, ballast);
                delete(run);
            }
        }
        assertThat(survivors).isPositive();
    }

    /** Frees the disk and goes on with a run that has a checkpoint; 1 if it had one. */
    private static int resumed(Path run, Path ballast) throws IOException {
        String[] checkpoints = run.resolve("checkpoints").toFile().list();
        if (checkpoints == null || checkpoints.length == 0) {
            return 0;
        }
        assertThat(checkpoints).allMatch(name -> name.startsWith("step-"));
        Files.write(ballast, new byte[0]);
        CommandRun cli = CommandRun.of("train", "--resume=" + run).succeeded();
        assertThat(cli.err()).doesNotContain("cannot be used", "step 1/6");
        assertThat(RunLog.values(run, "step")).containsExactly(1.0, 2.0, 3.0, 4.0, 5.0, 6.0);
        return 1;
    }

    private static void fill(Path ballast, int kilobytes) throws IOException {
        Files.deleteIfExists(ballast);
        try {
            Files.write(ballast, new byte[kilobytes << 10]);
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }

    private static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    @Test
    void aFullDiskStopsAMergeInOneLineAndLeavesNoPart() throws Exception {
        try (SmallDisk disk = SmallDisk.mount("size=32k")) {
            merge(disk.path().resolve("m.safetensors"))
                    .failedWithOneLine(
                            FAILED,
                            "m.safetensors: cannot be written: No space left on device",
                            "free some space and try again");
            assertThat(disk.path()).isEmptyDirectory();
        }
    }

    @Test
    void anEarlierRunIsNotOverwritten() throws IOException {
        Path run = folder.resolve("run");
        assertThat(train(run, "--steps=1").code()).isZero();
        List<String> log = Files.readAllLines(run.resolve("log.jsonl"));
        train(run, "--steps=2")
                .failedWithOneLine(
                        FAILED,
                        run + ": holds an earlier run; go on with it by --resume " + run + " or choose another --out");
        assertThat(Files.readAllLines(run.resolve("log.jsonl"))).isEqualTo(log);
    }

    @Test
    void onlyARunCanBeResumed() throws IOException {
        Path none = folder.resolve("none");
        CommandRun.of("train", "--resume=" + none).failedWithOneLine(FAILED, none + ": no run to resume here");
        assertThat(none).doesNotExist();
        CommandRun.of("train", "--resume=" + model).failedWithOneLine(FAILED, model + ": no run to resume here");
        Path damaged = Files.createDirectory(folder.resolve("damaged"));
        Files.writeString(damaged.resolve("train.json"), "{\"--lr\":");
        CommandRun.of("train", "--resume=" + damaged).failedWithOneLine(FAILED, "train.json: is damaged");
        Files.writeString(damaged.resolve("train.json"), "{\"--steps\": \"three\"}");
        CommandRun.of("train", "--resume=" + damaged)
                .failedWithOneLine(FAILED, "train.json: is damaged", "--steps", "three");
    }

    @Test
    void aResumedRunWhoseAdaptersAreOthersIsRefused() throws IOException {
        Path run = folder.resolve("run");
        assertThat(train(run, "--steps=2").code()).isZero();
        CommandRun.of("train", "--resume=" + run, "--lora-rank=3", "--steps=4")
                .failed(FAILED, "optimizer.safetensors: does not hold", "with other adapters");
    }

    @Test
    void weightsThatAreNoNumbersStopTheRun() throws IOException {
        ClipState state = ClipState.random(TinyModel.CONFIG, 1);
        state.tensor("visual.proj")[3] = Float.NaN;
        Path broken = TinyModel.write(folder.resolve("broken"), state);
        CommandRun.of(
                        "train",
                        "--model=" + broken,
                        "--data=" + pairs,
                        "--out=" + folder.resolve("run"),
                        "--device=cpu",
                        "--image-size=32",
                        "--batch=2")
                .failed(FAILED, "training diverged at step 1 (loss NaN); no checkpoint was taken yet", "--lr");
    }

    @Test
    void aLearningRateThatIsTooLargeStopsTheRunAndNamesTheLastGoodCheckpoint() throws IOException {
        Path run = folder.resolve("run");
        CommandRun cli = train(run, "--steps=9", "--lr=1e30", "--checkpoint-every=1");
        cli.failed(
                FAILED,
                "training diverged at step ",
                "; the last good checkpoint is " + run.resolve("checkpoints") + "/step-000000");
        long steps = RunLog.lines(run).size();
        assertThat(RunLog.values(run, "loss")).allMatch(Double::isFinite);
        assertThat(run.resolve("checkpoints/step-000000" + steps)).isDirectory();
    }
}
