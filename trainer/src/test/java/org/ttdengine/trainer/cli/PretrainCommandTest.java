package org.ttdengine.trainer.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.autograd.Tape;
import org.ttdengine.engine.io.HalfPrecision;
import org.ttdengine.engine.io.TensorFile;
import org.ttdengine.engine.io.TensorFiles;
import org.ttdengine.trainer.DemoModel;
import org.ttdengine.vit.Clip;
import org.ttdengine.vit.ClipCheckpoint;
import org.ttdengine.vit.ClipConfigJson;
import org.ttdengine.vit.ClipState;
import org.ttdengine.vit.ClipTensors;

class PretrainCommandTest {
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;

    @TempDir
    private Path folder;

    private Path model;
    private Path pairs;

    @BeforeEach
    void write() throws IOException {
        model = TinyModel.write(folder.resolve("model"), 1);
        pairs = TinyData.write(folder.resolve("data"), 10);
    }

    private CommandRun command(Path out, String... given) {
        Stream<String> usual = Stream.of(
                        "--model=" + model,
                        "--data=" + pairs,
                        "--out=" + out,
                        "--device=cpu",
                        "--threads=1",
                        "--workers=1",
                        "--batch=4",
                        "--steps=6",
                        "--warmup=2",
                        "--seed=3")
                .filter(option -> Arrays.stream(given).noneMatch(g -> g.startsWith(option.split("=", 2)[0] + "=")));
        return CommandRun.of(Stream.of(Stream.of("pretrain"), usual, Arrays.stream(given))
                .flatMap(s -> s)
                .toArray(String[]::new));
    }

    private Path pretrain(String name, String... given) {
        Path out = folder.resolve(name);
        CommandRun run = command(out, given).succeeded();
        assertThat(run.out()).isEqualTo("model " + out.resolve("model") + System.lineSeparator());
        return out;
    }

    private static CommandRun resume(Path run, String... given) {
        return CommandRun.of(Stream.concat(Stream.of("pretrain", "--resume=" + run), Arrays.stream(given))
                        .toArray(String[]::new))
                .succeeded();
    }

    @Test
    void theLogHasALinePerStep() throws IOException {
        Path run = pretrain("run");
        List<String> names = new ArrayList<>();
        RunLog.lines(run).get(0).fieldNames().forEachRemaining(names::add);
        assertThat(names)
                .containsExactly(
                        "step",
                        "epoch",
                        "loss",
                        "loss_contrast",
                        "loss_local",
                        "grad_norm",
                        "lr",
                        "logit_scale",
                        "images_per_s",
                        "step_ms",
                        "data_wait_ms");
        assertThat(RunLog.values(run, "step")).containsExactly(1.0, 2.0, 3.0, 4.0, 5.0, 6.0);
        assertThat(RunLog.values(run, "grad_norm")).allMatch(norm -> norm > 0);
        assertThat(RunLog.values(run, "logit_scale").get(0)).isCloseTo(1 / 0.07, within(1e-4));
        List<Double> rates = RunLog.values(run, "lr");
        assertThat(rates.subList(0, 3)).containsExactly(5e-4, 1e-3, 1e-3);
        assertThat(rates.get(4)).isCloseTo(5e-4, within(1e-12));
        assertThat(run.resolve("tensorboard").toFile().list()).hasSize(1);
    }

    /** As after the death of the process in the sixth step: a checkpoint of the third, a line cut short. */
    private Path killed(Path whole) throws IOException {
        Path copy = folder.resolve("killed");
        try (Stream<Path> files = Files.walk(whole)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(whole.relativize(file).toString()));
            }
        }
        try (Stream<Path> files = Files.walk(copy.resolve("checkpoints/step-0000006"))) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
        Files.write(copy.resolve("model/model.safetensors"), new byte[10]);
        Path log = copy.resolve("log.jsonl");
        List<String> lines = Files.readAllLines(log);
        Files.write(log, lines.subList(0, 5));
        Files.writeString(log, lines.get(5).substring(0, 30), StandardOpenOption.APPEND);
        return copy;
    }

    @ParameterizedTest
    @CsvSource({"--batch=4, 1, 1", "--patch-drop=0, 2, 2", "--save-dtype=fp16, 1, 2", "--clip-grad=0.1, 2, 1"})
    void aKilledRunGoesOnToTheLastBit(String option, int workers, int threads) throws IOException {
        Path whole = pretrain("whole", "--checkpoint-every=3", option);
        Path killed = killed(whole);
        CommandRun cli = resume(killed, "--workers=" + workers, "--threads=" + threads);
        assertThat(cli.err()).contains("step 4/6").doesNotContain("step 1/6", "resume:", "cannot be used");
        assertThat(RunLog.results(killed)).isEqualTo(RunLog.results(whole));
        for (String file : List.of("model.safetensors", "config.json", "vocab.json", "merges.txt")) {
            assertThat(killed.resolve("model").resolve(file))
                    .hasSameBinaryContentAs(whole.resolve("model").resolve(file));
        }
    }

    @Test
    void theSeedAndNothingElseDecides() throws IOException {
        List<String> one = RunLog.results(pretrain("one"));
        assertThat(RunLog.results(pretrain("two", "--workers=2", "--threads=2")))
                .isEqualTo(one);
        assertThat(RunLog.results(pretrain("three", "--seed=4"))).isNotEqualTo(one);
    }

    @Test
    void aFewPairsAreLearntByHeart() throws IOException {
        Path eight = TinyData.write(folder.resolve("eight"), 8);
        Path run = pretrain(
                "run", "--data=" + eight, "--batch=8", "--steps=60", "--lr=3e-3", "--patch-drop=0.25", "--warmup=5");
        List<Double> losses = RunLog.values(run, "loss");
        assertThat(losses.get(0)).isGreaterThan(1.5);
        assertThat(losses.get(59)).isLessThan(0.3);
    }

    @Test
    void allWeightsChange() throws IOException {
        ClipState before = ClipCheckpoint.read(model);
        ClipState after = ClipCheckpoint.read(pretrain("run").resolve("model"));
        assertThat(after.config()).isEqualTo(before.config());
        ClipTensors.of(before.config())
                .keySet()
                .forEach(name -> assertThat(after.tensor(name)).as(name).isNotEqualTo(before.tensor(name)));
    }

    private static float[] textEmbedding(Path directory) throws IOException {
        try (Device device = Device.cpu(1);
                Clip clip = Clip.load(directory, device);
                Scope scope = device.scope("test")) {
            Tape tape = new Tape(scope, false);
            return clip.text()
                    .encode(tape, List.of(clip.tokens("a red dog and a blue cat")))
                    .value()
                    .toFloats();
        }
    }

    @Test
    void theResultLoadsAndIsTheModelThatWasTrained() throws IOException {
        Path run = pretrain("run");
        ClipState result = ClipCheckpoint.read(run.resolve("model"));
        try (TensorFile optimizer = TensorFiles.open(run.resolve("checkpoints/step-0000006/optimizer.safetensors"))) {
            assertThat(result.tensor("token_embedding.weight"))
                    .isEqualTo(optimizer.readFloats("token_embedding.weight"));
        }
        Path same = TinyModel.write(folder.resolve("same"), result);
        assertThat(textEmbedding(run.resolve("model"))).isEqualTo(textEmbedding(same));
        assertThat(Files.readString(run.resolve("model/config.json"))).contains("\"eos_token_id\" : 522");
    }

    @Test
    void halfPrecisionRoundsTheResultAndNothingElse() throws IOException {
        Path whole = pretrain("whole");
        Path half = pretrain("half", "--save-dtype=fp16");
        float[] rounded = ClipCheckpoint.read(whole.resolve("model")).tensor("visual.proj");
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = HalfPrecision.halfToFloat(HalfPrecision.floatToHalf(rounded[i]));
        }
        assertThat(ClipCheckpoint.read(half.resolve("model")).tensor("visual.proj"))
                .isEqualTo(rounded);
        assertThat(RunLog.results(half)).isEqualTo(RunLog.results(whole));
        assertThat(Files.size(half.resolve("model/model.safetensors")))
                .isLessThan(Files.size(whole.resolve("model/model.safetensors")) * 6 / 10);
    }

    @Test
    void trainAndTagTakeTheResult() throws IOException {
        Path result = pretrain("run").resolve("model");
        CommandRun.of(
                        "train",
                        "--model=" + result,
                        "--data=" + pairs,
                        "--out=" + folder.resolve("ttd"),
                        "--device=cpu",
                        "--image-size=32",
                        "--batch=2",
                        "--steps=1")
                .succeeded();
    }

    @Test
    void randomWeightsTakeTheSizeOfTheVocabulary() throws IOException {
        Path config = Files.writeString(folder.resolve("tiny.json"), ClipConfigJson.write(TinyModel.CONFIG));
        Path run = pretrain("run", "--model=random:" + config, "--data=demo", "--steps=2");
        ClipState result = ClipCheckpoint.read(run.resolve("model"));
        assertThat(result.config().text().vocabulary())
                .isNotEqualTo(TinyModel.CONFIG.text().vocabulary());
        assertThat(textEmbedding(run.resolve("model"))).isNotEmpty();
    }

    @Test
    void withoutAModelRandomWeightsInTheSizesOfTheDemosAreTrained() throws IOException {
        Path run = folder.resolve("fresh");
        CommandRun.of("pretrain", "--out=" + run, "--device=cpu", "--batch=2", "--steps=1", "--lr=1e-9")
                .succeeded();
        ClipState result = ClipCheckpoint.read(run.resolve("model"));
        assertThat(result.config()).isEqualTo(DemoModel.state().config());
        float[] start = ClipState.random(result.config(), 0).tensor("visual.proj");
        assertThat(result.tensor("visual.proj"))
                .usingComparatorWithPrecision(1e-6f)
                .containsExactly(start);
        assertThat(Files.readString(run.resolve("pretrain.json"))).contains("\"--model\" : \"random:demo\"");
    }

    @Test
    void aFolderWithARunOfEitherKindIsLeftAlone() {
        Path run = pretrain("run");
        command(run).failed(FAILED, run + ": holds an earlier run");
        CommandRun.of("train", "--resume=" + run).failedWithOneLine(FAILED, "no run to resume here", "train.json");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--batch=1|--batch must be at least 2",
                "--batch=0|--batch",
                "--lr=0|--lr must be positive",
                "--lr=NaN|--lr must be positive",
                "--warmup=-1|--warmup cannot be negative",
                "--weight-decay=-1|--weight-decay cannot be negative",
                "--beta2=1|--beta2 must be between 0 and 1, not 1",
                "--beta2=0|--beta2 must be between 0 and 1, not 0",
                "--patch-drop=1|--patch-drop must be at least 0 and below 1, not 1",
                "--patch-drop=-0.1|--patch-drop must be at least 0 and below 1",
                "--patch-drop=NaN|--patch-drop must be at least 0 and below 1",
                "--save-dtype=bf16|--save-dtype must be fp32 or fp16, not bf16",
                "--image-size=33|--image-size 33 is no multiple of the model's patch of 8",
                "--image-size=0|--image-size must be between 1 and 4096",
                "--steps=0|--steps must be at least 1",
                "--augment=some|--augment must be none or paper, not some",
                "--normalize=own|--normalize must be imagenet or clip, not own",
                "--checkpoint-every=0|--checkpoint-every must be at least 1",
                "--keep-checkpoints=0|must be",
                "--workers=0|--workers must be at least 1",
                "--schedule=linear|'linear'",
                "--lora-rank=2|Unknown option",
            })
    void wrongOptionsAreWrongUsage(String option, String message) {
        command(folder.resolve("run"), option).failedWithOneLine(WRONG_USAGE, message);
    }

    @Test
    void whatCannotBeTrainedIsNamed() {
        command(folder.resolve("run"), "--precision=bf16").failedWithOneLine(FAILED, "--precision bf16", "fp32");
        command(folder.resolve("run"), "--data=" + folder.resolve("none")).failedWithOneLine(FAILED, "none");
        command(folder.resolve("run"), "--model=random:vit-b-16")
                .failedWithOneLine(FAILED, "brings no vocabulary: give --vocab");
    }
}
