package org.ttdengine.vit.text;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.ttdengine.vit.text.Vocabulary.Merge;

/**
 * Reads vocabularies in the three forms that CLIP checkpoints bring: OpenAI's list of merges, plain or gzipped; Hugging
 * Face's {@code vocab.json} with {@code merges.txt}; Hugging Face's {@code tokenizer.json}. All errors are one-line
 * IOExceptions that name the file.
 */
final class VocabularyReader {
    static final String TOKENIZER_JSON = "tokenizer.json";
    static final String VOCAB_JSON = "vocab.json";
    static final String MERGES_TXT = "merges.txt";
    static final String OPENAI_MERGES = "bpe_simple_vocab_16e6.txt";

    /** Largest file that is read, after unpacking; OpenAI's list has 3 MiB. */
    private static final int MAX_BYTES = 32 << 20;

    private static final List<String> IN_ORDER =
            List.of(TOKENIZER_JSON, VOCAB_JSON, OPENAI_MERGES + ".gz", OPENAI_MERGES);

    private static final String HEADER = "#version";

    /** Without Jackson's table of recurring field names: symbols do not recur. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build();

    private VocabularyReader() {}

    /** Reads a vocabulary file, or the first of {@link #IN_ORDER} that the directory holds. */
    static Vocabulary read(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            return readDirectory(path);
        }
        if (!Files.isRegularFile(path)) {
            throw new NoSuchFileException(path + ": no such vocabulary file or directory");
        }
        String name = String.valueOf(path.getFileName());
        Path vocab = path.resolveSibling(VOCAB_JSON);
        Path merges = path.resolveSibling(MERGES_TXT);
        if (name.equals(VOCAB_JSON) || (name.equals(MERGES_TXT) && Files.isRegularFile(vocab))) {
            return readPair(vocab, merges);
        }
        return name.endsWith(".json") ? readTokenizerJson(path) : Vocabulary.ofMerges(readMerges(path), path);
    }

    private static Vocabulary readDirectory(Path directory) throws IOException {
        for (String name : IN_ORDER) {
            Path file = directory.resolve(name);
            if (Files.isRegularFile(file)) {
                return read(file);
            }
        }
        throw new NoSuchFileException(directory + ": no tokenizer vocabulary here; expected " + TOKENIZER_JSON + ", "
                + VOCAB_JSON + " with " + MERGES_TXT + ", or " + OPENAI_MERGES + ".gz");
    }

    private static Vocabulary readPair(Path vocab, Path merges) throws IOException {
        if (!Files.isRegularFile(merges)) {
            throw new NoSuchFileException(merges + ": missing; " + vocab + " needs it");
        }
        Map<String, Integer> ids = new HashMap<>();
        try (JsonParser json = JSON.createParser(readText(vocab))) {
            expect(json.nextToken(), JsonToken.START_OBJECT, "the file's root", vocab);
            readIds(json, ids, vocab);
        } catch (JacksonException e) {
            throw broken(vocab, e);
        }
        return Vocabulary.of(ids, readMerges(merges), vocab);
    }

    private static Vocabulary readTokenizerJson(Path file) throws IOException {
        Map<String, Integer> ids = new HashMap<>();
        List<Merge> merges = new ArrayList<>();
        try (JsonParser json = JSON.createParser(readText(file))) {
            expect(json.nextToken(), JsonToken.START_OBJECT, "the file's root", file);
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                JsonToken value = json.nextToken();
                if (name.equals("model")) {
                    expect(value, JsonToken.START_OBJECT, name, file);
                    readModel(json, ids, merges, file);
                } else if (name.equals("added_tokens")) {
                    expect(value, JsonToken.START_ARRAY, name, file);
                    readAddedTokens(json, ids, file);
                } else {
                    json.skipChildren();
                }
            }
        } catch (JacksonException e) {
            throw broken(file, e);
        }
        return Vocabulary.of(ids, merges, file);
    }

    private static void readModel(JsonParser json, Map<String, Integer> ids, List<Merge> merges, Path file)
            throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            switch (name) {
                case "type" -> expectText(json, "BPE", "model.type", file);
                case "end_of_word_suffix" -> expectText(json, ByteSymbols.END_OF_WORD, "model." + name, file);
                case "vocab" -> {
                    expect(value, JsonToken.START_OBJECT, "model.vocab", file);
                    readIds(json, ids, file);
                }
                case "merges" -> {
                    expect(value, JsonToken.START_ARRAY, "model.merges", file);
                    readJsonMerges(json, merges, file);
                }
                default -> json.skipChildren();
            }
        }
    }

    private static void readIds(JsonParser json, Map<String, Integer> ids, Path file) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String symbol = json.currentName();
            expect(json.nextToken(), JsonToken.VALUE_NUMBER_INT, "the id of a symbol", file);
            putId(ids, symbol, json.getIntValue(), file);
        }
    }

    private static void readAddedTokens(JsonParser json, Map<String, Integer> ids, Path file) throws IOException {
        while (json.nextToken() != JsonToken.END_ARRAY) {
            expect(json.currentToken(), JsonToken.START_OBJECT, "an added token", file);
            String content = null;
            Integer id = null;
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                JsonToken value = json.nextToken();
                if (name.equals("id")) {
                    expect(value, JsonToken.VALUE_NUMBER_INT, "an added token's id", file);
                    id = json.getIntValue();
                } else if (name.equals("content")) {
                    content = json.getText();
                } else {
                    json.skipChildren();
                }
            }
            if (content == null || id == null) {
                throw new IOException(file + ": an added token lacks its id or content");
            }
            putId(ids, content, id, file);
        }
    }

    private static void putId(Map<String, Integer> ids, String symbol, int id, Path file) throws IOException {
        if (ids.size() >= Vocabulary.MAX_SIZE) {
            throw new IOException(file + ": more than " + Vocabulary.MAX_SIZE + " symbols");
        }
        Integer other = ids.put(symbol, id);
        if (other != null && other != id) {
            throw new IOException(file + ": a symbol has the two ids " + other + " and " + id);
        }
    }

    /** Merges are strings of two symbols and a space, or arrays of two symbols. */
    private static void readJsonMerges(JsonParser json, List<Merge> merges, Path file) throws IOException {
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() == JsonToken.VALUE_STRING) {
                merges.add(parseMerge(json.getText(), merges.size() + 1, file));
                continue;
            }
            expect(json.currentToken(), JsonToken.START_ARRAY, "a merge", file);
            String left = json.nextTextValue();
            String right = json.nextTextValue();
            if (left == null || right == null || json.nextToken() != JsonToken.END_ARRAY) {
                throw new IOException(file + ": merge " + (merges.size() + 1) + " is not two symbols");
            }
            merges.add(new Merge(left, right));
        }
    }

    /** Reads a header line and then one merge a line, as many as a vocabulary of OpenAI's size has at most. */
    private static List<Merge> readMerges(Path file) throws IOException {
        String text = readText(file);
        int newline = text.indexOf('\n');
        if (newline < 0 || !text.substring(0, newline).contains(HEADER)) {
            throw new IOException(file + ": the first line is not a '" + HEADER + "' header; is it a list of merges?");
        }
        List<Merge> merges = new ArrayList<>();
        int begin = newline + 1;
        while (begin < text.length() && merges.size() < Vocabulary.MAX_MERGES) {
            int end = text.indexOf('\n', begin);
            String line = end < 0 ? text.substring(begin) : text.substring(begin, end);
            merges.add(parseMerge(
                    line.endsWith("\r") ? line.substring(0, line.length() - 1) : line, merges.size() + 1, file));
            begin = end < 0 ? text.length() : end + 1;
        }
        return merges;
    }

    static Merge parseMerge(String line, int number, Path file) throws IOException {
        int space = line.indexOf(' ');
        if (space <= 0 || space == line.length() - 1 || line.indexOf(' ', space + 1) >= 0) {
            throw new IOException(file + ": merge " + number + " is not two symbols and one space");
        }
        return new Merge(line.substring(0, space), line.substring(space + 1));
    }

    private static String readText(Path file) throws IOException {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(readBounded(file));
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new IOException(file + ": not a text file in UTF-8", e);
        }
    }

    /** The whole file, unpacked if it is gzipped, refused before it takes more memory than {@link #MAX_BYTES}. */
    private static byte[] readBounded(Path file) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        }
        if (bytes.length > 2 && (bytes[0] & 0xFF) == 0x1F && (bytes[1] & 0xFF) == 0x8B) {
            try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
                bytes = in.readNBytes(MAX_BYTES + 1);
            } catch (IOException e) {
                throw new IOException(file + ": damaged gzip file (" + e.getMessage() + ")", e);
            }
        }
        if (bytes.length > MAX_BYTES) {
            throw new IOException(file + ": more than " + (MAX_BYTES >> 20) + " MiB, too large for a vocabulary");
        }
        return bytes;
    }

    private static void expect(JsonToken actual, JsonToken expected, String what, Path file) throws IOException {
        if (actual != expected) {
            throw new IOException(file + ": " + what + " should be " + describe(expected));
        }
    }

    private static void expectText(JsonParser json, String expected, String what, Path file) throws IOException {
        if (!expected.equals(json.getText())) {
            throw new IOException(
                    file + ": " + what + " is not " + expected + "; is it the tokenizer of a CLIP model?");
        }
    }

    private static String describe(JsonToken token) {
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            default -> "a whole number";
        };
    }

    private static IOException broken(Path file, JacksonException e) {
        String message = e.getOriginalMessage().lines().findFirst().orElse("");
        return new IOException(file + ": broken JSON (" + message + ")", e);
    }
}
