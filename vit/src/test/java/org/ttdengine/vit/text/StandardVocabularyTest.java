package org.ttdengine.vit.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ttdengine.engine.testing.SharedFiles;

/** OpenAI's vocabulary of 49,408 symbols. */
class StandardVocabularyTest {
    private static Path file;
    private static ClipTokenizer tokenizer;

    @BeforeAll
    static void load() throws IOException {
        file = SharedFiles.require(SharedFiles.BPE);
        tokenizer = ClipTokenizer.load(file);
    }

    static Stream<Arguments> knownIds() {
        return Stream.of(
                Arguments.of("", List.of()),
                Arguments.of("a photo of a cat.", List.of(320, 1125, 539, 320, 2368, 269)),
                Arguments.of("A PHOTO OF A DOG", List.of(320, 1125, 539, 320, 1929)),
                Arguments.of("it's", List.of(585, 568)),
                Arguments.of("2021-07-04", List.of(273, 271, 273, 272, 268, 271, 278, 268, 271, 275)),
                Arguments.of(
                        "grilled pork ribs on the baking tray", List.of(10691, 7897, 17519, 525, 518, 11467, 14621)),
                Arguments.of(
                        "drops of water on a spider 's web on green foliage",
                        List.of(6437, 539, 1573, 525, 320, 7622, 568, 4601, 525, 1901, 26350)),
                Arguments.of("caf&eacute; &amp; bar", List.of(15304, 261, 2411)),
                Arguments.of("Don’t", List.of(847, 713)),
                Arguments.of("😀 I ❤️ NY 100%", List.of(7334, 328, 1752, 1350, 272, 271, 271, 260)));
    }

    @ParameterizedTest
    @MethodSource("knownIds")
    void captionsHaveTheIdsOfOpenAisCode(String text, List<Integer> ids) {
        assertThat(tokenizer.encode(text))
                .containsExactly(ids.stream().mapToInt(Integer::intValue).toArray());
    }

    @Test
    void sizeAndSpecialTokensAreClips() {
        assertThat(tokenizer.vocabularySize()).isEqualTo(49_408);
        assertThat(tokenizer.startToken()).isEqualTo(49_406);
        assertThat(tokenizer.endToken()).isEqualTo(49_407);
        assertThat(tokenizer.sequence("", ClipTokenizer.CONTEXT_LENGTH)).containsExactly(49_406, 49_407);
    }

    @Test
    void theFormsOfHuggingFaceGiveTheSameVocabulary(@TempDir Path folder) throws IOException {
        Vocabulary expected = VocabularyReader.read(file);
        ObjectMapper json = new ObjectMapper();
        ObjectNode ids = json.valueToTree(expected.ids());
        List<String> merges = expected.merges().stream()
                .map(merge -> merge.left() + " " + merge.right())
                .toList();

        Path pair = Files.createDirectory(folder.resolve("pair"));
        json.writeValue(pair.resolve("vocab.json").toFile(), ids);
        Files.writeString(pair.resolve("merges.txt"), "#version: 0.2\n" + String.join("\n", merges) + "\n");
        assertThat(VocabularyReader.read(pair)).isEqualTo(expected);

        ObjectNode root = json.createObjectNode();
        ArrayNode array = root.putObject("model").put("type", "BPE").putArray("merges");
        merges.forEach(array::add);
        root.withObject("/model").set("vocab", ids);
        Path single = Files.createDirectory(folder.resolve("single"));
        json.writeValue(single.resolve("tokenizer.json").toFile(), root);
        assertThat(VocabularyReader.read(single)).isEqualTo(expected);
    }

    @Test
    void theUnpackedFileGivesTheSameVocabulary(@TempDir Path folder) throws IOException {
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(Files.readAllBytes(file)))) {
            Files.copy(in, folder.resolve("bpe_simple_vocab_16e6.txt"));
        }
        assertThat(VocabularyReader.read(folder)).isEqualTo(VocabularyReader.read(file));
    }
}
