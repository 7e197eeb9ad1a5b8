package org.ttdengine.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeftConfigTest {
    private static final String QUERIES = "vision_model.encoder.layers.3.self_attn.q_proj";
    private static final String VALUES = "vision_model.encoder.layers.3.self_attn.v_proj";
    private static final String MINIMAL = "\"peft_type\": \"LORA\", \"target_modules\": [\"q_proj\"]";

    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("adapter_config.json");
    }

    private PeftConfig read(String more) throws IOException {
        Files.writeString(file(), "{" + MINIMAL + more + "}");
        return PeftConfig.read(file());
    }

    @Test
    void whatAFileLeavesOutHasPeftsDefaults() throws IOException {
        LoraConfig lora = read("").lora();
        assertThat(lora.rank()).isEqualTo(8);
        assertThat(lora.alpha()).isEqualTo(8);
        assertThat(lora.dropout()).isZero();
        assertThat(lora.targets().names()).containsExactly("q_proj");
    }

    @Test
    void theScaleIsAlphaOverRank() throws IOException {
        assertThat(read(", \"r\": 4, \"lora_alpha\": 6").scale(QUERIES, 4)).isEqualTo(1.5);
    }

    @Test
    void rankStabilisedAdaptersDivideByTheRootOfTheRank() throws IOException {
        assertThat(read(", \"lora_alpha\": 6, \"use_rslora\": true").scale(QUERIES, 4))
                .isCloseTo(3, Offset.offset(1e-15));
    }

    @Test
    void anAlphaPatternNamesTheLastPartsOfAPath() throws IOException {
        PeftConfig config = read(", \"r\": 4, \"lora_alpha\": 4, \"alpha_pattern\": {\"self_attn.v_proj\": 12,"
                + " \"layers\\\\.[0-2]\\\\..*\": 20, \"proj\": 99}");
        assertThat(config.scale(QUERIES, 4)).isEqualTo(1);
        assertThat(config.scale(VALUES, 4)).isEqualTo(3);
        assertThat(config.scale(VALUES.replace("3", "2"), 4)).isEqualTo(3);
        assertThat(config.scale(QUERIES.replace("3", "2"), 4)).isEqualTo(5);
    }

    @Test
    void theFirstAlphaPatternThatMatchesWins() throws IOException {
        PeftConfig config = read(", \"r\": 1, \"alpha_pattern\": {\"q_proj\": 2, \"self_attn.q_proj\": 3, \".*\": 4}");
        assertThat(config.scale(QUERIES, 1)).isEqualTo(2);
        assertThat(config.scale(VALUES, 1)).isEqualTo(4);
    }

    @Test
    void aRankPatternTellsTheRankOfAModule() throws IOException {
        PeftConfig config = read(", \"r\": 4, \"rank_pattern\": {\"v_proj\": 2, \".*\": 4}");
        assertThat(config.rank(VALUES)).isEqualTo(2);
        assertThat(config.rank(QUERIES)).isEqualTo(4);
    }

    @Test
    void unknownEntriesAreWrittenBackAsTheyWere() throws IOException {
        String more = ", \"r\": 4, \"runtime_config\": {\"ephemeral_gpu_offload\": false}, \"exclude_modules\": null,"
                + " \"revision\": \"a1\", \"layers_to_transform\": [0, 1]";
        PeftConfig config = read(more);
        ObjectMapper json = new ObjectMapper();
        JsonNode before = json.readTree(file().toFile());
        config.write(file());
        assertThat(json.readTree(file().toFile())).isEqualTo(before);
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file());
        }
    }

    @Test
    void theBaseModelCanBeNamed() throws IOException {
        read(", \"revision\": \"a1\"").withBaseModel("openai/clip").write(file());
        JsonNode json = new ObjectMapper().readTree(file().toFile());
        assertThat(json.path("base_model_name_or_path").asText()).isEqualTo("openai/clip");
        assertThat(json.path("revision").asText()).isEqualTo("a1");
    }

    @Test
    void aFreshConfigurationHasTheEntriesThatPeftExpects() throws IOException {
        PeftConfig.of(new LoraConfig(4, 8, 0.1, LoraTargets.parse("q,v"))).write(file());
        JsonNode json = new ObjectMapper().readTree(file().toFile());
        assertThat(json.fieldNames())
                .toIterable()
                .contains(
                        "peft_type",
                        "target_modules",
                        "r",
                        "lora_alpha",
                        "lora_dropout",
                        "bias",
                        "fan_in_fan_out",
                        "task_type",
                        "base_model_name_or_path",
                        "rank_pattern",
                        "alpha_pattern",
                        "use_rslora",
                        "use_dora",
                        "modules_to_save",
                        "inference_mode",
                        "init_lora_weights");
        assertThat(json.path("target_modules")).map(JsonNode::asText).containsExactly("q_proj", "v_proj");
        assertThat(json.path("lora_alpha").isIntegralNumber()).isTrue();
        LoraConfig read = PeftConfig.read(file()).lora();
        assertThat(read).isEqualTo(new LoraConfig(4, 8, 0.1, LoraTargets.suffixes(List.of("q_proj", "v_proj"))));
    }

    @Test
    void aRegularExpressionAndAFractionOfAlphaSurvive() throws IOException {
        LoraConfig lora = new LoraConfig(4, 0.5, 0, LoraTargets.parse("text_model\\..*\\.fc[12]"));
        PeftConfig.of(lora).write(file());
        assertThat(PeftConfig.read(file()).lora()).isEqualTo(lora);
    }

    @Test
    void aMissingFileIsNoAdapter() {
        assertRefused("no such file; --adapter takes a PEFT LoRA directory");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{ | not valid JSON: ",
                "[1] | an adapter configuration must be a JSON object",
                "`` | an adapter configuration must be a JSON object",
                "{} | peft_type is missing, only LORA can be read",
                "{\"peft_type\": \"LOHA\"} | peft_type is \"LOHA\", only LORA can be read",
                "{\"peft_type\": null} | peft_type is null, only LORA can be read"
            })
    void aFileThatIsNoLoraConfigurationIsRefused(String json, String problem) throws IOException {
        Files.writeString(file(), json);
        assertRefused(problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"use_dora\": true | use_dora is not supported",
                "\"use_qalora\": true | use_qalora is not supported",
                "\"fan_in_fan_out\": true | fan_in_fan_out is not supported",
                "\"lora_bias\": true | lora_bias is not supported",
                "\"bias\": \"all\" | trained biases (bias = \"all\") are not supported",
                "\"bias\": \"lora_only\" | trained biases (bias = \"lora_only\") are not supported",
                "\"r\": 0 | LoRA rank must be between 1 and 1024, not 0",
                "\"r\": \"four\" | r must be a whole number, not \"four\"",
                "\"r\": 2.5 | r must be a whole number, not 2.5",
                "\"lora_alpha\": -1 | LoRA alpha must be positive, not -1.0",
                "\"lora_alpha\": \"high\" | lora_alpha must be a number, not \"high\"",
                "\"lora_dropout\": 1 | LoRA dropout must be at least 0 and below 1, not 1.0",
                "\"target_modules\": [] | LoRA needs at least one target module",
                "\"target_modules\": null | LoRA needs at least one target module",
                "\"target_modules\": \"(\" | LoRA targets '(' are neither names",
                "\"alpha_pattern\": {\"(\": 2} | alpha_pattern '(' is not a regular expression: ",
                "\"alpha_pattern\": {\"q_proj\": \"x\"} | alpha_pattern 'q_proj' must be a positive number, not \"x\"",
                "\"alpha_pattern\": {\"q_proj\": 0} | alpha_pattern 'q_proj' must be a positive number, not 0",
                "\"rank_pattern\": {\"q_proj\": 1.5} | rank_pattern 'q_proj' must be a whole number, not 1.5",
                "\"rank_pattern\": {\"q_proj\": 1e18} | rank_pattern 'q_proj' must be a whole number, not 1.0E18",
                "\"rank_pattern\": {\"q_proj\": 2000} | LoRA rank must be between 1 and 1024, not 2000"
            })
    void whatCannotBeReadIsRefused(String entry, String problem) throws IOException {
        Files.writeString(file(), "{" + MINIMAL + ", " + entry + "}");
        assertRefused(problem);
    }

    private void assertRefused(String problem) {
        assertThatThrownBy(() -> PeftConfig.read(file()))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(file() + ": " + problem)
                .extracting(Throwable::getMessage)
                .asString()
                .hasLineCount(1);
    }
}
