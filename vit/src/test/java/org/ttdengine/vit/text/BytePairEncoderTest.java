package org.ttdengine.vit.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.ttdengine.vit.text.TinyVocabulary.idOf;
import static org.ttdengine.vit.text.TinyVocabulary.inner;
import static org.ttdengine.vit.text.TinyVocabulary.last;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ttdengine.vit.text.Vocabulary.Merge;

class BytePairEncoderTest {
    private Vocabulary vocabulary;
    private BytePairEncoder encoder;

    @BeforeEach
    void build(@TempDir Path folder) throws IOException {
        vocabulary = VocabularyReader.read(TinyVocabulary.write(folder.resolve("bpe.txt")));
        encoder = new BytePairEncoder(vocabulary);
    }

    @Test
    void aWordThatMergesCompletelyIsOneSymbol() {
        assertThat(encoder.encode("the")).containsExactly(idOf("th e</w>"));
        assertThat(encoder.encode("cat")).containsExactly(idOf("c at</w>"));
    }

    @Test
    void theEndOfAWordIsASymbolOfItsOwn() {
        assertThat(encoder.encode("then")).containsExactly(idOf("t h"), inner('e'), last('n'));
        assertThat(encoder.encode("a")).containsExactly(last('a'));
    }

    @Test
    void bytesBeyondAsciiAreSymbolsToo() {
        // é is C3 A9 in UTF-8: the 128th and the 102nd of the printable symbols.
        assertThat(encoder.encode("é")).containsExactly(94 + 12 + (0xC3 - 0xAE), 256 + 94 + (0xA9 - 0xA1));
    }

    @Test
    void aRunOfEqualPairsMergesFromTheLeft() {
        assertThat(encoder.encode("ooooo")).containsExactly(idOf("oo oo"), last('o'));
        assertThat(encoder.encode("ooo")).containsExactly(idOf("o o"), last('o'));
    }

    @Test
    void theLowerRankWinsOverThePlace() {
        assertThat(encoder.encode("bab!")).containsExactly(inner('b'), idOf("a b"), last('!'));
    }

    @Test
    void randomWordsEncodeAsTheDefinitionSays() {
        Random random = new Random(11);
        for (int i = 0; i < 3000; i++) {
            StringBuilder word = new StringBuilder();
            for (int length = 1 + random.nextInt(12); length > 0; length--) {
                word.append("abcthe'singo".charAt(random.nextInt(12)));
            }
            assertThat(encoder.encode(word.toString())).as(word.toString()).isEqualTo(byDefinition(word.toString()));
        }
    }

    @Test
    void mergesWhoseRanksAreOutOfOrderEncodeAsTheDefinitionSays() throws IOException {
        List<Merge> shuffled = new ArrayList<>(vocabulary.merges());
        Collections.shuffle(shuffled, new Random(3));
        vocabulary = Vocabulary.of(vocabulary.ids(), shuffled, Path.of("shuffled"));
        encoder = new BytePairEncoder(vocabulary);
        randomWordsEncodeAsTheDefinitionSays();
    }

    @Test
    @Timeout(value = 20, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aVeryLongWordIsNoTrouble() {
        assertThatCode(() -> encoder.encode("abthcatoo".repeat(50_000))).doesNotThrowAnyException();
    }

    /** The algorithm as it is defined, on strings, without regard for time. */
    private int[] byDefinition(String word) {
        List<String> symbols = new ArrayList<>();
        for (byte value : word.getBytes(StandardCharsets.UTF_8)) {
            symbols.add(ByteSymbols.of(value & 0xFF));
        }
        symbols.set(symbols.size() - 1, symbols.get(symbols.size() - 1) + "</w>");
        int rank = lowestRank(symbols);
        while (rank < vocabulary.merges().size()) {
            Merge merge = vocabulary.merges().get(rank);
            for (int i = 0; i < symbols.size() - 1; i++) {
                if (symbols.get(i).equals(merge.left()) && symbols.get(i + 1).equals(merge.right())) {
                    symbols.set(i, merge.result());
                    symbols.remove(i + 1);
                }
            }
            rank = lowestRank(symbols);
        }
        return symbols.stream().mapToInt(vocabulary.ids()::get).toArray();
    }

    private int lowestRank(List<String> symbols) {
        int lowest = vocabulary.merges().size();
        for (int i = 0; i < symbols.size() - 1; i++) {
            int rank = vocabulary.merges().indexOf(new Merge(symbols.get(i), symbols.get(i + 1)));
            lowest = rank < 0 ? lowest : Math.min(lowest, rank);
        }
        return lowest;
    }
}
