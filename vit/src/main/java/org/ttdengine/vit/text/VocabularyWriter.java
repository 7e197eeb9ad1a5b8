package org.ttdengine.vit.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Writes vocabularies as Hugging Face keeps them: {@code vocab.json} with {@code merges.txt}. */
final class VocabularyWriter {
    private static final JsonFactory JSON = new JsonFactory();

    private VocabularyWriter() {}

    /** Writes both files into a folder that exists. */
    static void write(Vocabulary vocabulary, Path folder) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            List<Map.Entry<String, Integer>> symbols = vocabulary.ids().entrySet().stream()
                    .sorted(Map.Entry.comparingByValue())
                    .toList();
            for (Map.Entry<String, Integer> symbol : symbols) {
                json.writeNumberField(symbol.getKey(), symbol.getValue());
            }
            json.writeEndObject();
        }
        Files.writeString(folder.resolve(VocabularyReader.VOCAB_JSON), text + "\n", StandardCharsets.UTF_8);
        StringBuilder merges = new StringBuilder("#version: 0.2\n");
        vocabulary.merges().forEach(merge -> merges.append(merge.left())
                .append(' ')
                .append(merge.right())
                .append('\n'));
        Files.writeString(folder.resolve(VocabularyReader.MERGES_TXT), merges, StandardCharsets.UTF_8);
    }
}
