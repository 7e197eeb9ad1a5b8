package org.ttdengine.trainer.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.ttdengine.trainer.pretrain.BatchWords.Occurrence;

class BatchWordsTest {
    private static final BatchWords WORDS =
            BatchWords.of(List.of("a red car and a red ball", "the car on the sand", "a red kite", "what a day"));

    @Test
    void wordsAreDistinctSortedAndNoStopWords() {
        assertThat(WORDS.words()).containsExactly("ball", "car", "day", "kite", "red", "sand");
        assertThat(WORDS.captions()).isEqualTo(4);
    }

    @Test
    void aWordOccursOnceInACaptionHoweverOftenItIsSaid() {
        assertThat(WORDS.occurrences())
                .containsExactly(
                        new Occurrence(0, 0),
                        new Occurrence(1, 0),
                        new Occurrence(1, 1),
                        new Occurrence(2, 3),
                        new Occurrence(3, 2),
                        new Occurrence(4, 0),
                        new Occurrence(4, 2),
                        new Occurrence(5, 1));
    }

    @Test
    void aWordOfEveryCaptionTellsNothingApart() {
        assertThat(BatchWords.of(List.of("a red car", "the red ball")).words()).containsExactly("ball", "car");
    }

    @Test
    void captionsThatHaveTheWordTooAreNoRivals() {
        float[] rivals = WORDS.rivals(-9);
        float[] expected = new float[8 * 4];
        expected[1 * 4 + 1] = -9; // car of caption 0: caption 1 has it too
        expected[2 * 4] = -9;
        expected[5 * 4 + 2] = -9; // red of caption 0: caption 2 has it too
        expected[6 * 4] = -9;
        assertThat(rivals).containsExactly(expected);
    }

    @Test
    void captionsWithoutWordsHaveNoOccurrence() {
        assertThat(BatchWords.of(List.of("of the", "and a")).occurrences()).isEmpty();
    }
}
