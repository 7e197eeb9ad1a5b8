package org.ttdengine.trainer.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ttdengine.vit.ClipConfig;
import org.ttdengine.vit.ClipConfigJson;

class BenchCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int BATCH = 3;
    private static final int SIDE = 48;
    private static final int TAGS = 2;
    private static final int RANK = 3;
    private static final int CAPTION_TOKENS = 12;
    private static final int TAG_TOKENS = 4;

    @TempDir
    private Path folder;

    @Test
    void aStepPrintsTheFieldsOfTheContractInOneLineAndNeedsNoVocabulary() throws IOException {
        CommandRun cli = bench("step", "--json").succeeded();
        assertThat(cli.out().lines()).hasSize(1);
        JsonNode figures = JSON.readTree(cli.out());
        List<String> names = new ArrayList<>();
        figures.fieldNames().forEachRemaining(names::add);
        assertThat(names)
                .startsWith(
                        "images_per_s",
                        "step_ms_median",
                        "gflops_per_step",
                        "gflops_per_s",
                        "peak_heap_mb",
                        "threads",
                        "device");
        assertThat(figures.get("device").asText()).isEqualTo("cpu");
        assertThat(figures.get("threads").asInt()).isEqualTo(2);
        assertThat(figures.get("peak_heap_mb").asLong()).isPositive();
        double seconds = figures.get("step_ms_median").asDouble() / 1e3;
        assertThat(figures.get("images_per_s").asDouble() * seconds).isCloseTo(BATCH, within(0.01));
        double rate = figures.get("gflops_per_step").asDouble() / seconds;
        assertThat(figures.get("gflops_per_s").asDouble()).isCloseTo(rate, within(0.001 + rate * 0.01));
        assertThat(cli.err()).contains("warm-up 1/1", "step 2/2");
    }

    @Test
    void theOperationsOfAStepAndOfAForwardPassAreThoseCountedByHand() throws IOException {
        assertThat(gflops(bench("forward", "--json"))).isEqualTo(forward(TinyModel.CONFIG) / 1e9);
        assertThat(gflops(bench("step", "--json")))
                .isEqualTo((forward(TinyModel.CONFIG) + backward(TinyModel.CONFIG)) / 1e9);
    }

    private static double gflops(CommandRun cli) throws IOException {
        return JSON.readTree(cli.succeeded().out()).get("gflops_per_step").asDouble();
    }

    /** A linear layer or its gradient with respect to the input. */
    private static long linear(long rows, long in, long out) {
        return 2 * rows * in * out;
    }

    private static long cells(ClipConfig config) {
        long side = SIDE / config.vision().patch();
        return side * side;
    }

    private static long tokens() {
        return BATCH * (CAPTION_TOKENS + (long) TAGS * TAG_TOKENS);
    }

    /** Query-key pairs of causal attention over one text after the other. */
    private static long causalPairs() {
        return BATCH * (triangle(CAPTION_TOKENS) + TAGS * triangle(TAG_TOKENS));
    }

    private static long triangle(long length) {
        return length * (length + 1) / 2;
    }

    /** Scores and weighted values of every head, over {@code pairs} of queries and keys. */
    private static long attention(long pairs, long width) {
        return 2 * 2 * pairs * width;
    }

    private static long mlp(long rows, long width, long hidden) {
        return linear(rows, width, hidden) + linear(rows, hidden, width);
    }

    /** The two products of an adapter on a square layer. */
    private static long adapter(long rows, long width) {
        return linear(rows, width, RANK) + linear(rows, RANK, width);
    }

    private static long maps(ClipConfig config) {
        return linear(BATCH * (1L + TAGS), config.embedding(), cells(config));
    }

    private static long forward(ClipConfig config) {
        long patchInputs = 3L * config.vision().patch() * config.vision().patch();
        long patches =
                linear(BATCH * cells(config), patchInputs, config.vision().width());
        return patches + layers(config) + attentions(config) + adapters(config) + maps(config);
    }

    /** Every linear layer behind the embeddings; the image tower ends dense, the text tower at the ends of texts. */
    private static long layers(ClipConfig config) {
        long width = config.vision().width();
        long hidden = config.vision().mlp();
        long rows = BATCH * (cells(config) + 1);
        long whole = linear(rows, width, 3 * width) + linear(rows, width, width) + mlp(rows, width, hidden);
        long seen = BATCH * cells(config);
        long dense = 2 * linear(seen, width, width) + mlp(seen, width, hidden);
        long vision = (config.vision().layers() - 1) * whole + dense + linear(seen, width, config.embedding());
        long textWidth = config.text().width();
        long texts = BATCH * (1L + TAGS);
        long wholeText = linear(tokens(), textWidth, 3 * textWidth)
                + linear(tokens(), textWidth, textWidth)
                + mlp(tokens(), textWidth, config.text().mlp());
        long ends = linear(tokens(), textWidth, 3 * textWidth)
                + linear(texts, textWidth, textWidth)
                + mlp(texts, textWidth, config.text().mlp());
        long text = (config.text().layers() - 1) * wholeText + ends + linear(texts, textWidth, config.embedding());
        return vision + text;
    }

    private static long attentions(ClipConfig config) {
        long tokens = cells(config) + 1;
        return (config.vision().layers() - 1)
                        * attention(BATCH * tokens * tokens, config.vision().width())
                + config.text().layers()
                        * attention(causalPairs(), config.text().width());
    }

    /** On queries and values, but in the dense block on values alone. */
    private static long adapters(ClipConfig config) {
        long width = config.vision().width();
        return (config.vision().layers() - 1) * 2L * adapter(BATCH * (cells(config) + 1), width)
                + adapter(BATCH * cells(config), width)
                + config.text().layers() * 2L * adapter(tokens(), config.text().width());
    }

    /**
     * Frozen layers have the gradient of their input only, and the first layer of a tower none, for nothing before it
     * learns. An adapter has the gradients of both factors and of both products' inputs, but for the first.
     */
    private static long backward(ClipConfig config) {
        long width = config.vision().width();
        long textWidth = config.text().width();
        long rows = BATCH * (cells(config) + 1);
        long firstLayers = linear(rows, width, 3 * width) + linear(tokens(), textWidth, 3 * textWidth);
        long firstAdapters = 2 * (linear(rows, width, RANK) + linear(tokens(), textWidth, RANK));
        return layers(config)
                - firstLayers
                + 2 * attentions(config)
                + 2 * adapters(config)
                - firstAdapters
                + 2 * maps(config);
    }

    @Test
    void theGemmsOfAModelAreTimedOneJsonLineEach() throws IOException {
        CommandRun cli = bench("gemm", "--json").succeeded();
        List<String> sizes = new ArrayList<>();
        for (String line : cli.out().lines().toList()) {
            JsonNode figures = JSON.readTree(line);
            sizes.add(figures.get("m").asInt() + "x" + figures.get("n").asInt() + "x"
                    + figures.get("k").asInt());
            double work = 2.0
                    * figures.get("m").asInt()
                    * figures.get("n").asInt()
                    * figures.get("k").asInt();
            double rate = work / figures.get("ms_median").asDouble() / 1e6;
            assertThat(figures.get("gflops_per_s").asDouble()).isCloseTo(rate, within(rate * 0.01));
        }
        assertThat(sizes)
                .contains("36x32x192", "111x96x32", "111x32x96", "111x32x32", "111x64x32", "60x96x32", "9x16x32")
                .doesNotHaveDuplicates();
    }

    @Test
    void withoutJsonThereIsAnAlignedTable() throws IOException {
        List<String> step = bench("forward").succeeded().out().lines().toList();
        assertThat(step).hasSizeGreaterThan(6).allSatisfy(line -> assertThat(line.charAt(16))
                .isEqualTo(' '));
        List<String> gemm = bench("gemm").succeeded().out().lines().toList();
        assertThat(gemm.get(0)).contains("GFLOP/s");
        assertThat(gemm).allSatisfy(line -> assertThat(line).hasSameSizeAs(gemm.get(0)));
    }

    @Test
    void noTwoTextsAreAlikeAndAllLengthsAreWithinTheirRange() {
        RandomBatch batch = RandomBatch.of(
                TinyModel.CONFIG, new RandomBatch.Sizes(8, 32, 6, new TokenRange(12, 12), new TokenRange(3, 4)), 1);
        Set<List<Integer>> distinct = new HashSet<>();
        batch.texts().forEach(text -> distinct.add(Arrays.stream(text).boxed().toList()));
        assertThat(distinct).hasSize(8 * 7);
        assertThat(batch.texts().stream().map(text -> text.length).distinct()).containsExactlyInAnyOrder(12, 3, 4);
        assertThat(batch.entries())
                .allSatisfy(entry -> assertThat(batch.tokens(entry.caption())).hasSize(12));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--batch=0|--batch must be between 1 and 4096, not 0",
                "--steps=0|--steps must be between 1 and 4096, not 0",
                "--image-size=50|--image-size must be a multiple of the model's patch of 8 up to 4096, not 50",
                "--caption-tokens=2|'2' is no number of tokens",
                "--caption-tokens=5-4|'5-4' is no number of tokens",
                "--tag-tokens=3-4-5|'3-4-5' is no number of tokens",
                "--tag-tokens=many|'many' is no number of tokens",
                "--caption-tokens=17|--caption-tokens 17 exceeds the model's context of 16 tokens",
                "--lora-rank=0|LoRA rank must be between 1 and 1024",
                "--lora-targets=nothing|LoRA targets 'nothing' match no module",
            })
    void wrongValuesAreRefused(String option, String message) throws IOException {
        CommandRun.of(arguments("step", option)).failedWithOneLine(2, message);
    }

    @Test
    void aBenchmarkHasToBeNamed() {
        CommandRun.of("bench").failedWithOneLine(2, "ttd-engine bench: Missing required subcommand");
    }

    private CommandRun bench(String what, String... more) throws IOException {
        return CommandRun.of(arguments(what, more));
    }

    /** Later values of an option would be refused as given twice, so a value in {@code more} replaces the usual one. */
    private String[] arguments(String what, String... more) throws IOException {
        Path config = folder.resolve("config.json");
        Files.writeString(config, ClipConfigJson.write(TinyModel.CONFIG));
        List<String> usual = List.of(
                "--model=random:" + config,
                "--device=cpu",
                "--threads=2",
                "--image-size=" + SIDE,
                "--batch=" + BATCH,
                "--tags=" + TAGS,
                "--lora-rank=" + RANK,
                "--caption-tokens=" + CAPTION_TOKENS,
                "--tag-tokens=" + TAG_TOKENS,
                "--steps=2",
                "--warmup=1");
        Stream<String> kept =
                usual.stream().filter(option -> Stream.of(more).noneMatch(m -> name(m).equals(name(option))));
        return Stream.of(Stream.of("bench", what), kept, Stream.of(more))
                .flatMap(s -> s)
                .toArray(String[]::new);
    }

    private static String name(String option) {
        return option.split("=", 2)[0];
    }
}
