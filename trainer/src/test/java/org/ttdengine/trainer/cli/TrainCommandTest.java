package org.ttdengine.trainer.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ttdengine.lora.PeftConfig;

class TrainCommandTest {
    @TempDir
    private Path folder;

    private Path model;

    /** Ten pairs: with batches of four an epoch ends in the middle of the third. */
    private Path pairs;

    @BeforeEach
    void write() throws IOException {
        model = TinyModel.write(folder.resolve("model"), 1);
        pairs = TinyData.write(folder.resolve("data"), 10);
    }

    private Path run(String name) {
        return folder.resolve(name);
    }

    /** Trains into a folder of the given name, with the given options and the usual ones where these are not given. */
    private Path train(String name, String... given) {
        Path out = run(name);
        Stream<String> usual = Stream.of(
                        "--model=" + model,
                        "--data=" + pairs,
                        "--out=" + out,
                        "--device=cpu",
                        "--threads=1",
                        "--workers=1",
                        "--image-size=32",
                        "--batch=4",
                        "--steps=6",
                        "--lr=1e-2",
                        "--lora-rank=2")
                .filter(option -> Arrays.stream(given).noneMatch(g -> g.startsWith(option.split("=", 2)[0] + "=")));
        command(Stream.concat(usual, Arrays.stream(given)).toArray(String[]::new));
        return out;
    }

    private static CommandRun command(String... options) {
        return CommandRun.of(Stream.concat(Stream.of("train"), Arrays.stream(options))
                        .toArray(String[]::new))
                .succeeded();
    }

    @Test
    void theLogHasALinePerStepWithTheFieldsOfTheContract() throws IOException {
        List<ObjectNode> log = RunLog.lines(train("run"));
        assertThat(log).hasSize(6);
        for (int i = 0; i < log.size(); i++) {
            List<String> names = new ArrayList<>();
            log.get(i).fieldNames().forEachRemaining(names::add);
            assertThat(names)
                    .containsExactly(
                            "step",
                            "epoch",
                            "loss",
                            "loss_distill",
                            "loss_tag",
                            "grad_norm",
                            "lr",
                            "tags",
                            "tags_selected",
                            "images_per_s",
                            "step_ms",
                            "data_wait_ms");
            assertThat(log.get(i).get("step").asInt()).isEqualTo(i + 1);
            double loss = log.get(i).get("loss").asDouble();
            double parts = log.get(i).get("loss_distill").asDouble()
                    + log.get(i).get("loss_tag").asDouble();
            assertThat(loss).isPositive().isCloseTo(parts, within(1e-9));
        }
        assertThat(RunLog.values(run("run"), "epoch")).containsExactly(0.0, 0.0, 0.0, 1.0, 1.0, 2.0);
        assertThat(RunLog.values(run("run"), "lr").get(0)).isEqualTo(1e-2);
        assertThat(RunLog.values(run("run"), "lr").get(3)).isCloseTo(1e-2 * Math.pow(0.5, 0.9), within(1e-15));
        assertThat(RunLog.values(run("run"), "grad_norm")).allMatch(norm -> norm > 0);
    }

    @Test
    void aRunLeavesAdapterCheckpointsEventsAndOptions() throws IOException {
        Path run = train("run", "--checkpoint-every=2", "--keep-checkpoints=2");
        assertThat(PeftConfig.read(run.resolve("adapter/adapter_config.json"))
                        .lora()
                        .rank())
                .isEqualTo(2);
        assertThat(run.resolve("adapter/adapter_model.safetensors")).isNotEmptyFile();
        assertThat(run.resolve("checkpoints").toFile().list())
                .containsExactlyInAnyOrder("step-0000004", "step-0000006");
        assertThat(run.resolve("tensorboard").toFile().list()).hasSize(1);
        assertThat(Files.readString(run.resolve("train.json"))).contains("\"--lr\" : \"0.01\"");
    }

    /**
     * A run that was killed after its fifth step, as far as the disk shows: the checkpoint of the third, more lines in the
     * log than that, the last of them cut off.
     */
    private Path killed(Path whole, String name) throws IOException {
        Path copy = run(name);
        try (Stream<Path> files = Files.walk(whole)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(whole.relativize(file).toString()));
            }
        }
        deleteFiles(copy.resolve("checkpoints/step-0000006"));
        Files.write(copy.resolve("adapter/adapter_model.safetensors"), new byte[10]);
        Path log = copy.resolve("log.jsonl");
        List<String> lines = Files.readAllLines(log);
        Files.write(log, lines.subList(0, 5));
        Files.writeString(log, lines.get(5).substring(0, 30), StandardOpenOption.APPEND);
        return copy;
    }

    private static void deleteFiles(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }

    private static void assertSameResults(Path actual, Path expected) throws IOException {
        assertThat(RunLog.results(actual)).isEqualTo(RunLog.results(expected));
        for (String file : List.of("adapter_model.safetensors", "adapter_config.json")) {
            assertThat(actual.resolve("adapter").resolve(file))
                    .hasSameBinaryContentAs(expected.resolve("adapter").resolve(file));
        }
    }

    /** Step 3 takes the last two pairs of an epoch and the first two of the next; with batches of five it ends at 15. */
    @ParameterizedTest
    @CsvSource({
        "--batch=4, 1, 1",
        "--batch=4, 3, 2",
        "--batch=5, 2, 3",
        "--lora-dropout=0.3, 2, 2",
        "--accumulate=2, 2, 2",
        "--clip-grad=0.01, 1, 2"
    })
    void aKilledRunGoesOnToTheLastDigit(String option, int workers, int threads) throws IOException {
        Path whole = train("whole", "--checkpoint-every=3", option);
        Path killed = killed(whole, "killed");
        CommandRun cli = command("--resume=" + killed, "--workers=" + workers, "--threads=" + threads);
        assertThat(cli.err()).contains("step 4/6").doesNotContain("step 1/6", "resume:", "cannot be used");
        assertSameResults(killed, whole);
    }

    @Test
    void aResumedRunMayRepeatItsOptions() throws IOException {
        Path whole = train("whole", "--checkpoint-every=3");
        Path killed = killed(whole, "killed");
        CommandRun cli = command(
                "--resume=" + killed, "--model=" + model, "--data=" + pairs, "--steps=6", "--lr=0.01", "--batch=4");
        assertThat(cli.err()).doesNotContain("resume:");
        assertSameResults(killed, whole);
    }

    @Test
    void aResumedRunWithOtherOptionsWarnsThatItWillDiffer() throws IOException {
        Path whole = train("whole", "--checkpoint-every=3");
        Path killed = killed(whole, "killed");
        CommandRun cli = command("--resume=" + killed, "--lr=0.1");
        assertThat(cli.err()).contains("resume: --lr was 0.01; the run will not equal an undisturbed one");
        assertThat(RunLog.results(killed).subList(0, 3))
                .isEqualTo(RunLog.results(whole).subList(0, 3));
        assertThat(RunLog.values(killed, "lr").get(3)).isCloseTo(0.1 * Math.pow(0.5, 0.9), within(1e-15));
    }

    @Test
    void aFinishedRunIsResumedWithoutFurtherSteps() throws IOException {
        Path whole = train("whole");
        List<String> before = Files.readAllLines(whole.resolve("log.jsonl"));
        command("--resume=" + whole);
        assertThat(Files.readAllLines(whole.resolve("log.jsonl"))).isEqualTo(before);
    }

    @Test
    void aRunKilledBeforeItsFirstCheckpointStartsAnew() throws IOException {
        Path whole = train("whole");
        Path killed = killed(whole, "killed");
        assertThat(killed.resolve("checkpoints").toFile().list()).isEmpty();
        assertThat(command("--resume=" + killed).err()).contains("step 1/6");
        assertSameResults(killed, whole);
    }

    @Test
    void aDamagedCheckpointIsPassedOver() throws IOException {
        Path whole = train("whole", "--checkpoint-every=2", "--keep-checkpoints=3");
        Path killed = killed(whole, "killed");
        Files.write(killed.resolve("checkpoints/step-0000004/optimizer.safetensors"), new byte[7]);
        CommandRun cli = command("--resume=" + killed);
        assertThat(cli.err())
                .contains("step-0000004 cannot be used: optimizer.safetensors has 7 bytes instead of", "step 3/6");
        assertSameResults(killed, whole);
    }

    @Test
    void anAdapterIsTrainedOnWithItsOwnRank() throws IOException {
        Path four = TinyData.write(folder.resolve("four"), 4);
        String[] same = {"--data=" + four, "--no-shuffle", "--augment=none", "--schedule=constant"};
        Path whole = train("whole", with(same, "--steps=3"));
        Path first = train("first", with(same, "--steps=2"));
        Path second =
                train("second", with(same, "--steps=1", "--adapter=" + first.resolve("adapter"), "--lora-rank=7"));
        assertThat(RunLog.values(second, "loss").get(0))
                .isEqualTo(RunLog.values(whole, "loss").get(2))
                .isNotEqualTo(RunLog.values(whole, "loss").get(0));
        assertThat(PeftConfig.read(second.resolve("adapter/adapter_config.json"))
                        .lora()
                        .rank())
                .isEqualTo(2);
    }

    private static String[] with(String[] options, String... more) {
        return Stream.of(options, more).flatMap(Arrays::stream).toArray(String[]::new);
    }

    @Test
    void withoutShufflingAndAugmentationTheSeedDoesNotTouchTheData() throws IOException {
        String[] still = {"--no-shuffle", "--augment=none", "--steps=2"};
        List<Double> one = RunLog.values(train("one", with(still, "--seed=1")), "loss");
        List<Double> two = RunLog.values(train("two", with(still, "--seed=2")), "loss");
        // Fresh adapters change nothing, so that the first loss is the base model's.
        assertThat(two.get(0)).isEqualTo(one.get(0));
        List<Double> shuffled = RunLog.values(train("shuffled", "--augment=none", "--steps=2", "--seed=2"), "loss");
        assertThat(shuffled.get(0)).isNotEqualTo(one.get(0));
        List<Double> augmented = RunLog.values(train("augmented", "--no-shuffle", "--steps=2", "--seed=2"), "loss");
        assertThat(augmented.get(0)).isNotEqualTo(one.get(0));
    }

    @Test
    void theSameCommandGivesTheSameRun() throws IOException {
        assertSameResults(train("two", "--workers=2", "--threads=2"), train("one"));
    }

    @Test
    void accumulatedBatchesAreOneLargeBatch() throws IOException {
        String[] still = {"--no-shuffle", "--augment=none", "--micro-batch=2", "--steps=4"};
        Path large = train("large", with(still, "--batch=4"));
        Path small = train("small", with(still, "--batch=2", "--accumulate=2"));
        assertSameResults(small, large);
    }

    @Test
    void aFrozenTeacherAgreesWithAMovingOneAtFirstAndThenDiffers() throws IOException {
        List<Double> moving = RunLog.values(train("moving"), "loss");
        List<Double> frozen = RunLog.values(train("frozen", "--teacher=frozen"), "loss");
        assertThat(frozen.get(0)).isEqualTo(moving.get(0));
        assertThat(frozen.get(5)).isNotEqualTo(moving.get(5)).isPositive();
    }

    @Test
    void learningOnOneBatchLowersTheLoss() throws IOException {
        Path four = TinyData.write(folder.resolve("four"), 4);
        Path run = train("run", "--data=" + four, "--no-shuffle", "--augment=none", "--steps=30", "--teacher=frozen");
        List<Double> losses = RunLog.values(run, "loss");
        assertThat(losses.get(29)).isLessThan(losses.get(0) * 0.9);
    }

    @Test
    void oddCaptionsAndPicturesTrain() throws IOException {
        Path odd = Files.createDirectory(folder.resolve("odd"));
        TinyData.picture(odd.resolve("dot.png"), 1, 1, 1);
        TinyData.picture(odd.resolve("strip.png"), 12_000, 50, 2);
        TinyData.picture(odd.resolve("tower.png"), 50, 3000, 3);
        TinyData.picture(odd.resolve("plain.png"), 40, 40, 4);
        Files.write(odd.resolve("broken.png"), new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0});
        Path list = odd.resolve("pairs.tsv");
        Files.write(
                list,
                List.of(
                        "dot.png\ta red dot",
                        "strip.png\ta long strip of pictures",
                        "tower.png\ta blue tower",
                        "plain.png\t" + "word and other things ".repeat(125),
                        "broken.png\ta broken picture",
                        "plain.png\t...",
                        "plain.png\t ",
                        "gone.png\ta cat"));
        Path out = run("run");
        for (String augment : List.of("paper", "none")) {
            CommandRun cli = command(
                    "--model=" + model,
                    "--data=" + list,
                    "--out=" + out.resolveSibling(augment),
                    "--device=cpu",
                    "--image-size=32",
                    "--batch=4",
                    "--augment=" + augment);
            assertThat(cli.err())
                    .contains("skipped broken.png: broken.png: cannot be read as PNG")
                    .contains("skipped plain.png: the caption has no word that could be a tag")
                    .contains("skipped plain.png: the caption is empty")
                    .contains("skipped gone.png: no such file");
            assertThat(RunLog.values(out.resolveSibling(augment), "loss")).allMatch(loss -> loss > 0);
        }
    }
}
