package org.ttdengine.vit.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.ttdengine.vit.text.TinyVocabulary.END;
import static org.ttdengine.vit.text.TinyVocabulary.START;
import static org.ttdengine.vit.text.TinyVocabulary.idOf;
import static org.ttdengine.vit.text.TinyVocabulary.last;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClipTokenizerTest {
    private ClipTokenizer tokenizer;

    @BeforeEach
    void load(@TempDir Path folder) throws IOException {
        tokenizer = ClipTokenizer.load(TinyVocabulary.write(folder.resolve("bpe.txt")));
    }

    @Test
    void wordsPossessivesNumbersAndPunctuationAreSplit() {
        assertThat(tokenizer.encode("The CAT's 42!?"))
                .containsExactly(
                        idOf("th e</w>"),
                        idOf("c at</w>"),
                        idOf("' s</w>"),
                        last('4'),
                        last('2'),
                        TinyVocabulary.inner('!'),
                        last('?'));
    }

    @Test
    void aCombiningIotaAloneIsDropped() {
        assertThat(tokenizer.encode("cat \u0345 cat")).containsExactly(idOf("c at</w>"), idOf("c at</w>"));
    }

    @Test
    void anEmptyTextIsStartAndEnd() {
        assertThat(tokenizer.encode("")).isEmpty();
        assertThat(tokenizer.sequence(" ", 77)).containsExactly(START, END);
    }

    @Test
    void aSequenceIsNotPadded() {
        assertThat(tokenizer.sequence("the cat", 77)).containsExactly(START, idOf("th e</w>"), idOf("c at</w>"), END);
    }

    @Test
    void aLongTextIsCutAndItsLastTokenIsTheEnd() {
        String text = "the cat the cat";
        assertThat(tokenizer.truncates(text, 6)).isFalse();
        assertThat(tokenizer.sequence(text, 6)).hasSize(6);
        assertThat(tokenizer.truncates(text, 5)).isTrue();
        assertThat(tokenizer.sequence(text, 5))
                .containsExactly(START, idOf("th e</w>"), idOf("c at</w>"), idOf("th e</w>"), END);
        assertThat(tokenizer.sequence(text, 2)).containsExactly(START, END);
    }

    @Test
    void aContextWithoutRoomIsRefused() {
        assertThatThrownBy(() -> tokenizer.sequence("cat", 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("context length 1");
    }

    @Test
    void specialTokensSpeltOutEncodeAsThemselves() {
        assertThat(tokenizer.encode("<|StartOfText|>cat<|endoftext|>")).containsExactly(START, idOf("c at</w>"), END);
    }

    @Test
    void specialTokensSpeltOutAreLeftOutOfSequences() {
        for (String text : List.of(
                "the <|endoftext|> cat",
                "the<|STARTOFTEXT|>cat",
                "the &lt;|endoftext|&gt; cat",
                "the <|endof<|endoftext|>text|> cat")) {
            int[] sequence = tokenizer.sequence(text, 77);
            assertThat(IntStream.of(sequence).limit(sequence.length - 1).skip(1))
                    .as(text)
                    .doesNotContain(START, END)
                    .contains(idOf("th e</w>"), idOf("c at</w>"));
        }
    }

    @Test
    void theVocabularyIsTwiceTheBytesTheMergesAndTheSpecialTokens() {
        assertThat(tokenizer.vocabularySize()).isEqualTo(512 + TinyVocabulary.MERGES.size() + 2);
        assertThat(tokenizer.startToken()).isEqualTo(START);
        assertThat(tokenizer.endToken()).isEqualTo(END);
    }

    @Test
    void anyTextEncodesToIdsOfTheVocabulary() {
        Random random = new Random(5);
        for (int i = 0; i < 2000; i++) {
            String text = randomText(random);
            assertThat(IntStream.of(tokenizer.encode(text)))
                    .as("text %d", i)
                    .allMatch(id -> id >= 0 && id < tokenizer.vocabularySize());
            assertThat(tokenizer.sequence(text, 20))
                    .hasSizeBetween(2, 20)
                    .startsWith(START)
                    .endsWith(END);
        }
    }

    @Test
    void threadsAgree() {
        Random random = new Random(6);
        List<String> texts =
                IntStream.range(0, 400).mapToObj(i -> randomText(random)).toList();
        List<int[]> alone = texts.stream().map(tokenizer::encode).toList();
        ClipTokenizer shared = tokenizer;
        IntStream.range(0, 4000).parallel().forEach(i -> {
            int n = i % texts.size();
            assertThat(shared.encode(texts.get(n))).isEqualTo(alone.get(n));
        });
    }

    @Test
    void returnedIdsAreTheCallersOwn() {
        tokenizer.encode("the")[0] = -1;
        tokenizer.sequence("the", 77)[1] = -1;
        assertThat(tokenizer.encode("the")).containsExactly(idOf("th e</w>"));
    }

    /** Any UTF-16 units, lone surrogates among them, between pieces that mean something to some step. */
    private static String randomText(Random random) {
        List<String> pieces =
                List.of("the cat", "&#", "&eacute", ";", "<|", "Ã©", "â€", "\u0093", "\u001B[3", "Σ", "\n");
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(30); length > 0; length--) {
            switch (random.nextInt(4)) {
                case 0 -> text.append(pieces.get(random.nextInt(pieces.size())));
                case 1 -> text.append((char) random.nextInt(0x250));
                case 2 -> text.appendCodePoint(random.nextInt(Character.MAX_CODE_POINT + 1));
                default -> text.append((char) random.nextInt(0x10000));
            }
        }
        return text.toString();
    }
}
