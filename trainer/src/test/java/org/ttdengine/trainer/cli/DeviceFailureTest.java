package org.ttdengine.trainer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ttdengine.emulator.Emulator;
import org.ttdengine.emulator.FaultInjection;
import org.ttdengine.engine.testing.EmulatedGpu;

/** Training on the emulated GPU whose memory, kernels or driver fail at some point of the run. */
class DeviceFailureTest {
    private static final int STEPS = 3;

    @TempDir
    private static Path folder;

    private static Emulator emulator;
    private static Path model;
    private static Path pairs;
    private static Path whole;
    private static int launches;

    /** The run that nothing disturbs. */
    @BeforeAll
    static void train() throws IOException {
        emulator = EmulatedGpu.install();
        model = TinyModel.write(folder.resolve("model"), 1);
        pairs = TinyData.write(folder.resolve("data"), 6);
        whole = folder.resolve("whole");
        emulator.resetCounters();
        train("--out=" + whole).succeeded();
        launches = emulator.counters().size();
        assertThat(launches).isGreaterThan(100 * STEPS);
        assertThat(emulator.liveAllocations()).isEmpty();
    }

    @AfterEach
    void heal() {
        emulator.inject(FaultInjection.none());
    }

    private static CommandRun train(String... more) {
        String[] args = {
            "train",
            "--model=" + model,
            "--data=" + pairs,
            "--device=cuda",
            "--gemm=own",
            "--threads=1",
            "--workers=1",
            "--image-size=32",
            "--batch=2",
            "--steps=" + STEPS,
            "--checkpoint-every=1",
            "--lr=1e-2",
            "--lora-rank=2"
        };
        String[] all = Arrays.copyOf(args, args.length + more.length);
        System.arraycopy(more, 0, all, args.length, more.length);
        return CommandRun.of(all);
    }

    private static Path run(String name) {
        return folder.resolve(name);
    }

    /** Fails with one line, then goes on to what the undisturbed run came to. */
    private static void failsAndGoesOn(String name, FaultInjection fault, int checkpoint, String... parts)
            throws IOException {
        emulator.inject(fault);
        CommandRun failed = train("--out=" + run(name));
        emulator.inject(FaultInjection.none());
        failed.failed(1, parts);
        failed.failed(1, "step " + (checkpoint + 1), "checkpoint of step " + checkpoint + " is safe", "--resume");
        CommandRun.of("train", "--resume=" + run(name)).succeeded();
        assertSameResults(run(name));
        assertThat(emulator.liveAllocations()).isEmpty();
    }

    private static void assertSameResults(Path run) throws IOException {
        assertThat(RunLog.results(run)).isEqualTo(RunLog.results(whole));
        for (String file : List.of("adapter_model.safetensors", "adapter_config.json")) {
            assertThat(run.resolve("adapter").resolve(file))
                    .hasSameBinaryContentAs(whole.resolve("adapter").resolve(file));
        }
    }

    @Test
    void aLaunchThatFailsInTheLastStepLeavesTheCheckpointBefore() throws IOException {
        failsAndGoesOn(
                "launch-last",
                FaultInjection.launchFailureAt(launches),
                STEPS - 1,
                "CUDA_ERROR_LAUNCH_FAILED",
                "check dmesg");
    }

    @Test
    void aLaunchThatFailsInTheMiddleLeavesTheCheckpointBefore() throws IOException {
        failsAndGoesOn(
                "launch-middle", FaultInjection.launchFailureAt(launches / 2), 1, "CUDA_ERROR_LAUNCH_FAILED", "719");
    }

    @Test
    void aLaunchThatFailsInTheFirstStepSaysThatThereIsNoCheckpoint() {
        emulator.inject(FaultInjection.launchFailureAt(launches / STEPS / 2));
        CommandRun failed = train("--out=" + run("launch-first"));
        failed.failed(1, "step 1", "CUDA_ERROR_LAUNCH_FAILED", "no checkpoint was taken yet");
        assertThat(emulator.liveAllocations()).isEmpty();
    }

    /** At calls all over the run; there are more of them than launches. */
    @Test
    void aDeviceThatIsLostLeavesACheckpointWhereverItHappens() throws IOException {
        int resumed = 0;
        for (double share : new double[] {0.3, 1, 2, 3, 3.5}) {
            Path out = run("lost-" + share);
            emulator.inject(FaultInjection.lostAt(Math.round(share * launches)));
            CommandRun run = train("--out=" + out);
            emulator.inject(FaultInjection.none());
            if (run.code() == 0) {
                assertSameResults(out);
                continue;
            }
            run.failed(1, "CUDA_ERROR_UNKNOWN", "check nvidia-smi");
            if (Files.exists(out.resolve("train.json"))) {
                if (run.err().contains("step 3: ")) {
                    run.failed(1, "the checkpoint of step 2 is safe, go on from it with --resume");
                }
                CommandRun.of("train", "--resume=" + out).succeeded();
                assertSameResults(out);
                resumed++;
            }
        }
        assertThat(resumed).isGreaterThan(1);
    }

    @Test
    void lackOfMemoryIsSurvivedOrSaidWithTheRequestAndWhatIsFree() throws IOException {
        int said = 0;
        for (int allocation : new int[] {1, 2, 4, 8, 16, 32, 64}) {
            Path out = run("memory-" + allocation);
            emulator.inject(FaultInjection.outOfMemoryAt(allocation));
            CommandRun run = train("--out=" + out);
            emulator.inject(FaultInjection.none());
            assertThat(emulator.liveAllocations())
                    .as("after allocation " + allocation)
                    .isEmpty();
            if (run.code() == 0) {
                // Giving back what the pool kept made room.
                assertSameResults(out);
                continue;
            }
            run.failed(1, "out of device memory", "MB asked for", "MB free", "--batch");
            assertThat(Files.exists(out.resolve("adapter"))).isFalse();
            said++;
        }
        assertThat(said).isGreaterThan(2);
    }
}
