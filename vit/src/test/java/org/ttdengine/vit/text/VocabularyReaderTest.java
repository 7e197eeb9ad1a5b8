package org.ttdengine.vit.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ttdengine.vit.text.Vocabulary.Merge;

class VocabularyReaderTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    private Vocabulary tiny;

    @BeforeEach
    void readTiny() throws IOException {
        Path other = Files.createDirectory(folder.resolve("other"));
        tiny = VocabularyReader.read(TinyVocabulary.write(other.resolve("bpe.txt")));
    }

    @Test
    void allFormsGiveTheSameVocabulary() throws IOException {
        Path vocab = writeVocab();
        Path merges = TinyVocabulary.write(folder.resolve("merges.txt"));
        assertThat(VocabularyReader.read(vocab)).isEqualTo(tiny);
        assertThat(VocabularyReader.read(merges)).isEqualTo(tiny);
        assertThat(VocabularyReader.read(write("tokenizer.json", tokenizerJson().toString())))
                .isEqualTo(tiny);
        assertThat(VocabularyReader.read(gzip("any.gz", Files.readAllBytes(merges))))
                .isEqualTo(tiny);
    }

    @Test
    void mergesOfTokenizerJsonMayBePairs() throws IOException {
        ObjectNode json = tokenizerJson();
        ArrayNode pairs = json.withObject("/model").putArray("merges");
        tiny.merges().forEach(m -> pairs.addArray().add(m.left()).add(m.right()));
        assertThat(VocabularyReader.read(write("tokenizer.json", json.toString())))
                .isEqualTo(tiny);
    }

    @Test
    void windowsLineEndsAreRead() throws IOException {
        String text = "#version: 0.2\r\n" + String.join("\r\n", TinyVocabulary.MERGES) + "\r\n";
        assertThat(VocabularyReader.read(write("bpe.txt", text))).isEqualTo(tiny);
    }

    @Test
    void aDirectoryIsSearchedForTokenizerJsonThenVocabThenMerges() throws IOException {
        gzip("bpe_simple_vocab_16e6.txt.gz", "#version: 0.2\na b\n".getBytes(StandardCharsets.UTF_8));
        assertThat(VocabularyReader.read(folder).merges()).containsExactly(new Merge("a", "b"));
        writeVocab();
        write("merges.txt", "#version: 0.2\nt h\n");
        assertThat(VocabularyReader.read(folder).merges()).containsExactly(new Merge("t", "h"));
        write("tokenizer.json", tokenizerJson().toString());
        assertThat(VocabularyReader.read(folder)).isEqualTo(tiny);
    }

    @Test
    void openClipsNamesOfTheSpecialTokensAreKnown() throws IOException {
        ObjectNode json = tokenizerJson();
        ObjectNode vocab = json.withObject("/model/vocab");
        vocab.set("<start_of_text>", vocab.remove("<|startoftext|>"));
        vocab.set("<end_of_text>", vocab.remove("<|endoftext|>"));
        json.remove("added_tokens");
        Vocabulary read = VocabularyReader.read(write("tokenizer.json", json.toString()));
        assertThat(read.start()).isEqualTo(TinyVocabulary.START);
        assertThat(read.end()).isEqualTo(TinyVocabulary.END);
    }

    @Test
    void anEmptyDirectoryAndAMissingFileAreRefused() throws IOException {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertRefused(empty, "no tokenizer vocabulary here; expected tokenizer.json");
        assertRefused(folder.resolve("none.txt"), "no such vocabulary file");
        assertThatThrownBy(() -> ClipTokenizer.load(empty)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void vocabJsonWithoutMergesIsRefused() throws IOException {
        writeVocab();
        assertRefused(folder, "merges.txt: missing");
    }

    @ParameterizedTest
    @CsvSource({
        "'a b\nc d\n', not a '#version' header",
        "'', not a '#version' header",
        "'#version: 0.2\na b\n\nc d\n', merge 2 is not two symbols",
        "'#version: 0.2\na b c\n', merge 1 is not two symbols",
        "'#version: 0.2\nab\n', merge 1 is not two symbols",
        "'#version: 0.2\nab c\n', 'lacks ''ab'', a left side of a merge'",
        "'#version: 0.2\na bc\n', 'lacks ''bc'', a right side of a merge'",
        "'#version: 0.2\na b\nab c\nb c\na bc\n', two merges make the symbol 'abc'",
    })
    void brokenMergesAreRefused(String text, String message) throws IOException {
        assertRefused(write("bpe.txt", text), message);
    }

    @ParameterizedTest
    @CsvSource({
        "'[]', the file's root should be an object",
        "'{\"a\":1', broken JSON",
        "'{\"a\":\"b\"}', the id of a symbol should be a whole number",
        "'{\"a\":1.5}', the id of a symbol should be a whole number",
        "'{\"a\":99999999999}', broken JSON",
        "'{\"a\":-1}', id -1 of 'a' is not in 0..",
        "'{\"a\":2000000000}', id 2000000000 of 'a' is not in 0..",
        "'{\"a\":1,\"b\":1}', two symbols have the id 1",
        "'{\"a\":1,\"a\":2}', a symbol has the two ids 1 and 2",
        "'{\"a\":1}', 'lacks ''!'', a byte symbol'",
    })
    void brokenVocabJsonIsRefused(String text, String message) throws IOException {
        TinyVocabulary.write(folder.resolve("merges.txt"));
        assertRefused(write("vocab.json", text), message);
    }

    @Test
    void aMergeWhoseResultHasNoIdIsRefused() throws IOException {
        writeVocab();
        write("merges.txt", "#version: 0.2\nx y\n");
        assertRefused(folder, "lacks 'xy', a result of a merge");
    }

    @ParameterizedTest
    @CsvSource({
        "'{\"model\":[]}', model should be an object",
        "'{\"model\":{\"type\":\"WordPiece\"}}', model.type is not BPE",
        "'{\"model\":{\"end_of_word_suffix\":null}}', model.end_of_word_suffix is not </w>",
        "'{\"model\":{\"vocab\":3}}', model.vocab should be an object",
        "'{\"model\":{\"merges\":[3]}}', a merge should be an array",
        "'{\"model\":{\"merges\":[[\"a\"]]}}', merge 1 is not two symbols",
        "'{\"model\":{\"merges\":[\"a\"]}}', merge 1 is not two symbols",
        "'{\"added_tokens\":[1]}', an added token should be an object",
        "'{\"added_tokens\":[{\"id\":3}]}', an added token lacks its id or content",
        "'{\"other\":{\"deep\":[1,2]}}', 'lacks ''!'', a byte symbol'",
    })
    void brokenTokenizerJsonIsRefused(String text, String message) throws IOException {
        assertRefused(write("tokenizer.json", text), message);
    }

    @Test
    void aVocabularyWithoutSpecialTokensIsRefused() throws IOException {
        ObjectNode json = tokenizerJson();
        json.remove("added_tokens");
        json.withObject("/model/vocab").remove("<|endoftext|>");
        assertRefused(write("tokenizer.json", json.toString()), "the vocabulary lacks <|endoftext|>");
    }

    @Test
    void damagedGzipIsRefused() throws IOException {
        byte[] whole = Files.readAllBytes(gzip("bpe.gz", "#version: 0.2\na b\n".getBytes(StandardCharsets.UTF_8)));
        Files.write(folder.resolve("bpe.gz"), Arrays.copyOf(whole, whole.length - 12));
        assertRefused(folder.resolve("bpe.gz"), "damaged gzip file");
    }

    @Test
    void aGzipBombIsRefused() throws IOException {
        Path bomb = folder.resolve("bomb.gz");
        byte[] zeros = new byte[1 << 20];
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(bomb))) {
            for (int mebibyte = 0; mebibyte < 40; mebibyte++) {
                out.write(zeros);
            }
        }
        assertRefused(bomb, "more than 32 MiB");
    }

    @Test
    void textThatIsNotUtf8IsRefused() throws IOException {
        byte[] bytes = {'{', '"', (byte) 0xE9, 't', '"', ':', '1', '}'};
        assertRefused(Files.write(folder.resolve("tokenizer.json"), bytes), "not a text file in UTF-8");
    }

    @Test
    void deepJsonIsRefused() throws IOException {
        assertRefused(write("tokenizer.json", "{\"other\":" + "[".repeat(100_000)), "broken JSON");
    }

    private void assertRefused(Path file, String message) {
        assertThatThrownBy(() -> VocabularyReader.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining(message)
                .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private Path gzip(String name, byte[] bytes) throws IOException {
        Path file = folder.resolve(name);
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(bytes);
        }
        return file;
    }

    private Path writeVocab() throws IOException {
        return write("vocab.json", JSON.valueToTree(tiny.ids()).toString());
    }

    /** The tiny vocabulary in the shape of Hugging Face's CLIP files. */
    private ObjectNode tokenizerJson() {
        ObjectNode json = JSON.createObjectNode().put("version", "1.0");
        json.putArray("added_tokens")
                .addObject()
                .put("id", tiny.end())
                .put("content", Vocabulary.END_OF_TEXT)
                .put("special", true);
        json.putObject("normalizer").putArray("normalizers").addObject().put("type", "NFC");
        ObjectNode model = json.putObject("model").put("type", "BPE").put("end_of_word_suffix", "</w>");
        model.set("vocab", JSON.valueToTree(tiny.ids()));
        ArrayNode merges = model.putArray("merges");
        TinyVocabulary.MERGES.forEach(merges::add);
        return json;
    }
}
