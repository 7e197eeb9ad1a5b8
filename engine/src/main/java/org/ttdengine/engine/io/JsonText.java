package org.ttdengine.engine.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Streaming access to untrusted JSON: strict UTF-8, limits on depth and numbers, one-line complaints. */
final class JsonText implements AutoCloseable {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(16)
                    .maxNumberLength(32)
                    .maxNameLength(64 << 10)
                    .build())
            .build();

    private final FileWindow file;
    private final String part;
    private final JsonParser parser;

    private JsonText(FileWindow file, String part, JsonParser parser) {
        this.file = file;
        this.part = part;
        this.parser = parser;
    }

    /** Parses a stream; {@code part} names it in messages, as in "the header". */
    static JsonText of(FileWindow file, String part, InputStream json) throws IOException {
        InputStreamReader text = new InputStreamReader(json, StandardCharsets.UTF_8.newDecoder());
        return new JsonText(file, part, FACTORY.createParser(text));
    }

    /** The next token, or null at the end. */
    JsonToken next() throws IOException {
        try {
            JsonToken token = parser.nextToken();
            // The parser would otherwise meet the errors of a string only when its text is asked for.
            parser.finishToken();
            return token;
        } catch (CharacterCodingException e) {
            throw new TensorFileException(file.file(), part + " is not UTF-8 text", e);
        } catch (JsonProcessingException e) {
            throw new TensorFileException(file.file(), part + " is not valid JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** Takes the next token, which must open an object; {@code what} is for the message. */
    void beginObject(String what) throws IOException {
        require(next() == JsonToken.START_OBJECT, what + " is not a JSON object");
    }

    /** The next member's name, or null at the object's end. */
    String nextName() throws IOException {
        return next() == JsonToken.END_OBJECT ? null : parser.getText();
    }

    /** The value of the next token, which must be a string. */
    String string(String what) throws IOException {
        require(next() == JsonToken.VALUE_STRING, what + " is not a string");
        return parser.getText();
    }

    /** The value of the current token, which must be a whole number that fits 64 bits. */
    long currentLong(String what) throws IOException {
        require(parser.currentToken() == JsonToken.VALUE_NUMBER_INT, what + " holds something else than whole numbers");
        require(parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER, what + " holds a number beyond 64 bits");
        return parser.getLongValue();
    }

    /** The current token as text. */
    String currentText() throws IOException {
        return parser.getText();
    }

    /** Passes over the next value, whatever it is. */
    void skipValue() throws IOException {
        JsonToken token = next();
        for (int depth = depthChange(token); depth > 0; ) {
            depth += depthChange(next());
        }
    }

    private int depthChange(JsonToken token) throws IOException {
        require(token != null, part + " ends early");
        return token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
    }

    void require(boolean condition, String problem) throws TensorFileException {
        if (!condition) {
            throw file.refuse(problem);
        }
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
