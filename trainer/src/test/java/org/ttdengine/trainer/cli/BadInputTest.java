package org.ttdengine.trainer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ttdengine.engine.testing.EmulatedGpu;
import org.ttdengine.trainer.DemoModel;
import org.ttdengine.vit.ClipConfigJson;
import org.ttdengine.vit.ClipState;

/** Whatever is wrong with what a user gives: one line that says so, and the exit code of a failure or of wrong usage. */
class BadInputTest {
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;

    @TempDir
    private Path folder;

    private Path model;
    private Path pairs;

    @BeforeEach
    void write() throws IOException {
        model = TinyModel.write(folder.resolve("model"), 1);
        pairs = TinyData.write(folder.resolve("data"), 4);
    }

    /** Trains with the given options, and the usual ones where these are not given. */
    private CommandRun train(String... given) {
        Stream<String> usual = Stream.of(
                        "--model=" + model,
                        "--data=" + pairs,
                        "--out=" + folder.resolve("run"),
                        "--device=cpu",
                        "--threads=1",
                        "--image-size=32",
                        "--batch=2",
                        "--steps=1")
                .filter(option -> Arrays.stream(given).noneMatch(g -> g.startsWith(option.split("=", 2)[0] + "=")));
        return CommandRun.of(Stream.of(Stream.of("train"), usual, Arrays.stream(given))
                .flatMap(s -> s)
                .toArray(String[]::new));
    }

    private CommandRun trainModel(Path file) {
        return train("--model=" + file);
    }

    @Test
    void theUsualOptionsTrain() {
        train().succeeded();
    }

    @Test
    void aMissingModelIsNamed() {
        Path missing = folder.resolve("none.safetensors");
        trainModel(missing).failedWithOneLine(FAILED, missing + ": no such file or directory", "--model takes");
    }

    @Test
    void aFolderWithoutWeightsIsNamed() throws IOException {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        trainModel(empty).failedWithOneLine(FAILED, empty + ": no CLIP weights here", "model.safetensors");
    }

    @Test
    void aModelAtFaultLeavesTheOutputFolderFreeForTheNextTry() {
        train("--model=" + folder.resolve("none")).failedWithOneLine(FAILED, "no such file");
        train("--lora-targets=nothing").failedWithOneLine(WRONG_USAGE, "match no module");
        train().succeeded();
    }

    @Test
    void aTruncatedSafetensorsFileIsRefused() throws IOException {
        Path weights = model.resolve("model.safetensors");
        byte[] whole = Files.readAllBytes(weights);
        Files.write(weights, Arrays.copyOf(whole, whole.length / 2));
        trainModel(weights).failedWithOneLine(FAILED, weights + ": tensor '", "the file is truncated");
        Files.write(weights, Arrays.copyOf(whole, 100));
        trainModel(model).failedWithOneLine(FAILED, weights + ": states a header of", "but only 92");
        Files.write(weights, new byte[0]);
        trainModel(model).failedWithOneLine(FAILED, weights + ": has 0 bytes");
    }

    @Test
    void aSafetensorsHeaderOverOneHundredMegabytesIsRefusedUnread() throws IOException {
        Path file = HostileFiles.safetensors(folder.resolve("x.safetensors"), 100_000_001, "{}", 8);
        trainModel(file).failedWithOneLine(FAILED, file + ": states a header of 100000001 bytes, above the limit");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "`a`:{`dtype`:`F32`,`shape`:[2],`data_offsets`:[0,8]},`b`:{`dtype`:`F32`,`shape`:[1],"
                        + "`data_offsets`:[4,8]}|tensor 'b' overlaps tensor 'a'",
                "`a`:{`dtype`:`F32`,`shape`:[1],`data_offsets`:[4,8]}|has a hole of 4 bytes before tensor 'a'",
                "`a`:{`dtype`:`F32`,`shape`:[4611686018427387904,4],`data_offsets`:[0,0]}|"
                        + "has more elements than fit an array",
                "`a`:{`dtype`:`F32`,`shape`:[2],`data_offsets`:[0,8]},`a`:{`dtype`:`F32`,`shape`:[2],"
                        + "`data_offsets`:[0,8]}|two tensors are named 'a'",
            })
    void aHostileSafetensorsHeaderIsRefused(String entries, String problem) throws IOException {
        String header = "{" + entries.replace('`', '"') + "}";
        Path file = HostileFiles.safetensors(folder.resolve("hostile.safetensors"), header, 8);
        trainModel(file).failedWithOneLine(FAILED, file + ": ", problem);
    }

    @Test
    void aPickleThatNamesAForbiddenGlobalIsRefusedAndNothingRuns() throws IOException {
        Path canary = folder.resolve("canary");
        String pickle = "cos\nsystem\n(S'touch " + canary + "'\ntR.";
        Path file = HostileFiles.torch(folder.resolve("hostile.pt"), pickle);
        trainModel(file).failedWithOneLine(FAILED, file + ": ", "os.system");
        assertThat(canary).doesNotExist();
    }

    @Test
    void aCheckpointOfTheWrongShapeNamesTensorFoundAndExpected() throws IOException {
        Files.writeString(model.resolve("config.json"), ClipConfigJson.write(TinyModel.wide()));
        trainModel(model)
                .failedWithOneLine(
                        FAILED,
                        model.resolve("model.safetensors")
                                + ": tensor vision_model.embeddings.class_embedding has shape [32], expected [48]");
    }

    @Test
    void aFileThatIsNoClipIsRefused() throws IOException {
        String header = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";
        Path file = HostileFiles.safetensors(folder.resolve("other.safetensors"), header, 8);
        trainModel(file).failedWithOneLine(FAILED, file + ": no CLIP checkpoint");
        Path text = Files.writeString(folder.resolve("text.bin"), "hello");
        trainModel(text).failedWithOneLine(FAILED, text + ": is neither a safetensors file nor a PyTorch checkpoint");
    }

    @Test
    void anAdapterForAnotherModelIsRefused() throws IOException {
        Path demo = TinyModel.writeAdapter(folder.resolve("demo"), DemoModel.state());
        train("--adapter=" + demo).failedWithOneLine(FAILED, demo.toString(), "an adapter for another model");
        ClipState wide = ClipState.random(TinyModel.wide(), 1);
        Path other = TinyModel.writeAdapter(folder.resolve("other"), wide);
        train("--adapter=" + other).failedWithOneLine(FAILED, "has shape [2, 48], expected [2, 32]");
    }

    @Test
    void aFolderThatIsNoAdapterIsRefused() throws IOException {
        train("--adapter=" + folder.resolve("none"))
                .failedWithOneLine(FAILED, "adapter_config.json: no such file; --adapter takes a PEFT LoRA directory");
        Path adapter = TinyModel.writeAdapter(folder.resolve("adapter"), ClipState.random(TinyModel.CONFIG, 1));
        Files.delete(adapter.resolve("adapter_model.safetensors"));
        train("--adapter=" + adapter).failedWithOneLine(FAILED, adapter + ": no adapter here");
    }

    @Test
    void anEmptyDataSetIsRefused() throws IOException {
        Path none = folder.resolve("none.tsv");
        train("--data=" + none).failedWithOneLine(FAILED, none + ": no such file or folder");
        Path empty = Files.createFile(folder.resolve("empty.tsv"));
        train("--data=" + empty).failedWithOneLine(FAILED, empty + ": lists no pair; each line is");
        Path header = Files.writeString(folder.resolve("header.tsv"), "file\tcaption\n");
        train("--data=" + header).failedWithOneLine(FAILED, header + ": lists no pair");
        Path directory = Files.createDirectory(folder.resolve("pictures"));
        train("--data=" + directory).failedWithOneLine(FAILED, directory + ": holds no image");
    }

    @Test
    void aDataSetWithoutAnyUsablePairFailsAndNamesTheLast() throws IOException {
        Path list = Files.writeString(folder.resolve("bad.tsv"), "gone.png\ta cat\nlost.png\ta dog\n");
        train("--data=" + list)
                .failed(FAILED, "no usable pair in " + list + " (2 pairs); the last was ", "no such file");
    }

    @Test
    void aMissingOrForeignVocabularyIsNamed() throws IOException {
        Path none = folder.resolve("none.txt");
        train("--vocab=" + none).failedWithOneLine(FAILED, "train: --vocab " + none + ": no such vocabulary file");
        train("--vocab=" + pairs).failedWithOneLine(FAILED, pairs + ": the first line is not a '#version' header");
        Files.delete(model.resolve(TinyModel.VOCABULARY));
        train().failedWithOneLine(FAILED, model + ": no vocabulary beside the weights", "give --vocab");
        train("--model=random:" + model.resolve("config.json")).failedWithOneLine(FAILED, "brings no vocabulary");
    }

    @Test
    void aConfigurationThatIsNoneIsRefused() throws IOException {
        train("--model=random:none.json").failedWithOneLine(FAILED, "none.json: no such file");
        Path deep = Files.writeString(folder.resolve("deep.json"), "{\"text_config\":{\"num_hidden_layers\":99999}}");
        train("--model=random:" + deep)
                .failedWithOneLine(FAILED, deep + ": text layers must be at most 1000, not 99999");
        Path list = Files.writeString(folder.resolve("list.json"), "[1, 2]");
        train("--model=random:" + list).failedWithOneLine(FAILED, list + ": a model configuration must be");
    }

    @Test
    void aModelBeyondMemoryIsRefusedInOneLine() throws IOException {
        Path config = Files.writeString(
                folder.resolve("large.json"),
                "{\"text_config\":{\"hidden_size\":24000,\"vocab_size\":50000},\"vision_config\":{}}");
        train("--model=random:" + config, "--vocab=" + model.resolve(TinyModel.VOCABULARY))
                .failedWithOneLine(FAILED, "out of memory: Java may use", "give it more with -Xmx");
        Files.writeString(
                config, "{\"text_config\":{\"hidden_size\":1048576,\"vocab_size\":1048576},\"vision_config\":{}}");
        train("--model=random:" + config).failedWithOneLine(FAILED, config + ": shape [", "has too many elements");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--nonsense=1|Unknown option: '--nonsense=1'; see ttd-engine train --help",
                "--batch=0|--batch and --accumulate must be at least 1",
                "--batch=many|'many' is not an int",
                "--accumulate=0|--batch and --accumulate must be at least 1",
                "--micro-batch=0|must be at least 1",
                "--epochs=0|--epochs must be at least 1",
                "--steps=0|--steps must be at least 1, not 0",
                "--lr=0|--lr must be positive",
                "--lr=NaN|--lr must be positive",
                "--lr=fast|'fast' is not a double",
                "--weight-decay=-1|--weight-decay cannot be negative",
                "--clip-grad=-1|--clip-grad cannot be negative",
                "--schedule=linear|'linear'",
                "--teacher=strict|expected one of",
                "--lora-rank=0|LoRA rank must be between 1 and 1024, not 0",
                "--lora-alpha=0|LoRA alpha must be positive, not 0",
                "--lora-dropout=1|LoRA dropout must be at least 0 and below 1, not 1",
                "--lora-targets=nothing|LoRA targets 'nothing' match no module of the model",
                "--lora-targets=(|are neither names out of",
                "--augment=some|--augment must be paper or none, not some",
                "--normalize=own|--normalize must be imagenet or clip, not own",
                "--resize-side=none|expected one of",
                "--phi=1|--phi takes two numbers w,b, not '1'",
                "--phi=1,x|--phi takes two numbers w,b, not '1,x'",
                "--phi=-1,0|phi needs a positive slope",
                "--stop-words=never|expected one of",
                "--max-tags=0|at least one tag per caption",
                "--image-size=33|--image-size 33 is no multiple of the model's patch of 8",
                "--image-size=5000|--image-size must be between 1 and 4096, not 5000",
                "--workers=0|--workers must be at least 1",
                "--checkpoint-every=0|--checkpoint-every must be at least 1",
                "--keep-checkpoints=0|must be",
                "--threads=-1|--threads must be at least 1, not -1",
                "--device=gpu|--device must be auto, cpu or cuda[:N], not gpu",
                "--precision=fp16|--precision must be fp32 or bf16, not fp16",
                "--activation=relu|--activation must be quick_gelu or gelu, not relu",
            })
    void wrongOptionsAreWrongUsage(String option, String message) {
        train(option).failedWithOneLine(WRONG_USAGE, message);
    }

    @Test
    void anUnknownCommandIsWrongUsage() {
        CommandRun.of("trian").failedWithOneLine(WRONG_USAGE, "trian", "see ttd-engine --help");
    }

    @Test
    void whatNeedsAGraphicsCardSaysSo() {
        EmulatedGpu.install();
        train("--device=cuda:7").failedWithOneLine(FAILED, "there is no GPU 7: the driver lists 1, numbered from 0");
        train("--device=cuda", "--gemm=mkl").failedWithOneLine(WRONG_USAGE, "--gemm");
        train("--precision=bf16").failedWithOneLine(FAILED, "--precision bf16: needs a CUDA device", "fp32");
    }

    /** In a JVM of its own: in this one the emulated driver may be loaded already. */
    @Test
    void withoutADriverAGraphicsCardCannotBeUsed() throws Exception {
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-modules=jdk.incubator.vector",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "doctor",
                        "--selftest",
                        "--device=cuda")
                .redirectErrorStream(true)
                .start();
        String output = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(program.waitFor()).isEqualTo(FAILED);
        assertThat(output).contains("no NVIDIA driver was found (libcuda.so.1 cannot be loaded)", "--device cpu");
    }

    @Test
    void theStackTraceIsShownOnRequestOnly() {
        CommandRun cli = CommandRun.of(
                "train", "--debug", "--model", folder.resolve("none").toString(), "--out", "" + folder);
        assertThat(cli.code()).isEqualTo(FAILED);
        assertThat(cli.err()).contains("java.io.IOException", "\tat org.ttdengine");
    }

    @Test
    void helpIsNoError() {
        for (String command : List.of("train", "merge", "doctor", "bench")) {
            assertThat(CommandRun.of(command, "--help").succeeded().out()).startsWith("Usage: ttd-engine " + command);
        }
        assertThat(CommandRun.of().succeeded().out()).contains("Usage: ttd-engine", "doctor");
    }
}
