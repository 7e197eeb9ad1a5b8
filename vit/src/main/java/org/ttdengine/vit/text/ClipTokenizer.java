package org.ttdengine.vit.text;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * CLIP's tokenizer: captions to token ids, the same ids as OpenAI's code. Thread-safe.
 *
 * <p>The cleaning and the splitting into words are OpenAI's whatever file the vocabulary comes from; the tokenizer that
 * Hugging Face describes in {@code tokenizer.json} differs in that it neither repairs damaged text nor resolves HTML.
 */
public final class ClipTokenizer {
    /** Tokens that a CLIP text tower sees, start and end included. */
    public static final int CONTEXT_LENGTH = 77;

    /** U+0345 is in no word: it is a mark, but its upper case is a letter, which case-insensitive matching looks at. */
    private static final Pattern WORD = Pattern.compile(
            "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|\\p{L}+|\\p{N}|[^\\s\\p{L}\\p{N}\\x{345}]+",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS);

    private static final Pattern SPECIAL = Pattern.compile("<\\|(?:start|end)oftext\\|>");

    private static final int MAX_CACHED_WORDS = 1 << 16;
    private static final int MAX_CACHED_LENGTH = 64;

    private final Vocabulary vocabulary;
    private final BytePairEncoder encoder;

    /** Ids by word; emptied when full, for the few frequent words return at once. */
    private final Map<String, int[]> cache = new ConcurrentHashMap<>();

    private ClipTokenizer(Vocabulary vocabulary) {
        this.vocabulary = vocabulary;
        this.encoder = new BytePairEncoder(vocabulary);
    }

    /**
     * Reads a vocabulary: a {@code tokenizer.json}, a {@code vocab.json} with a {@code merges.txt} beside it, or a list of
     * merges such as OpenAI's {@code bpe_simple_vocab_16e6.txt}, gzipped or not. A directory is searched in this order.
     *
     * @throws IOException with a one-line message if there is none or if it is not a CLIP vocabulary
     */
    public static ClipTokenizer load(Path fileOrDirectory) throws IOException {
        return new ClipTokenizer(VocabularyReader.read(fileOrDirectory));
    }

    /**
     * A vocabulary made of merges: 512 byte symbols, one token per merge, start and end.
     *
     * @param merges pairs of symbols, the earlier the more urgent, as in the lines of a list of merges
     * @throws IOException if two of them give the same token
     */
    public static ClipTokenizer ofMerges(List<String> merges) throws IOException {
        Path origin = Path.of("merges");
        List<Vocabulary.Merge> parsed = new ArrayList<>();
        for (String line : merges) {
            parsed.add(VocabularyReader.parseMerge(line, parsed.size() + 1, origin));
        }
        return new ClipTokenizer(Vocabulary.ofMerges(parsed, origin));
    }

    /** Writes the vocabulary to a folder as Hugging Face keeps it, which {@link #load} reads again. */
    public void write(Path folder) throws IOException {
        VocabularyWriter.write(vocabulary, folder);
    }

    /**
     * Ids of a text without start and end; empty for a text that cleaning leaves nothing of. As in OpenAI's code the words
     * {@code <|startoftext|>} and {@code <|endoftext|>} become the tokens themselves.
     */
    public int[] encode(String text) {
        return encodeClean(TextCleaner.clean(text));
    }

    /**
     * The text tower's input: start, ids, end, not padded. If that is longer than the context it is cut, and its last
     * token is the end. Special tokens spelt out in the text are left out, since the tower reads the text's embedding at
     * the first end of text.
     *
     * @param contextLength longest sequence allowed, at least 2
     */
    public int[] sequence(String text, int contextLength) {
        checkContext(contextLength);
        int[] ids = encodeOrdinary(text);
        int length = Math.min(ids.length + 2, contextLength);
        int[] sequence = new int[length];
        sequence[0] = startToken();
        System.arraycopy(ids, 0, sequence, 1, length - 2);
        sequence[length - 1] = endToken();
        return sequence;
    }

    /** Whether {@link #sequence} cuts this text. */
    public boolean truncates(String text, int contextLength) {
        checkContext(contextLength);
        return encodeOrdinary(text).length + 2 > contextLength;
    }

    /** Id of the first token of every sequence. */
    public int startToken() {
        return vocabulary.start();
    }

    /** Id of the last token of every sequence. */
    public int endToken() {
        return vocabulary.end();
    }

    /** One more than the largest id. */
    public int vocabularySize() {
        return vocabulary.size();
    }

    private int[] encodeOrdinary(String text) {
        return encodeClean(SPECIAL.matcher(TextCleaner.clean(text)).replaceAll(" "));
    }

    private int[] encodeClean(String clean) {
        int[] ids = new int[Math.max(16, clean.length() / 2)];
        int count = 0;
        Matcher words = WORD.matcher(clean);
        while (words.find()) {
            int[] word = wordIds(words.group());
            if (count + word.length > ids.length) {
                ids = Arrays.copyOf(ids, 2 * (count + word.length));
            }
            System.arraycopy(word, 0, ids, count, word.length);
            count += word.length;
        }
        return Arrays.copyOf(ids, count);
    }

    private int[] wordIds(String word) {
        int[] known = cache.get(word);
        if (known != null) {
            return known;
        }
        int[] ids =
                switch (word) {
                    case Vocabulary.START_OF_TEXT -> new int[] {startToken()};
                    case Vocabulary.END_OF_TEXT -> new int[] {endToken()};
                    default -> encoder.encode(word);
                };
        if (word.length() <= MAX_CACHED_LENGTH) {
            if (cache.size() >= MAX_CACHED_WORDS) {
                cache.clear();
            }
            cache.put(word, ids);
        }
        return ids;
    }

    private static void checkContext(int contextLength) {
        if (contextLength < 2) {
            throw new IllegalArgumentException("context length " + contextLength + " has no room for start and end");
        }
    }
}
