package org.ttdengine.trainer.eval;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.ttdengine.trainer.ttd.StopWordRule;
import org.ttdengine.trainer.ttd.Tag;
import org.ttdengine.trainer.ttd.TagOptions;

class CaptionWordsTest {
    private static final String CAPTION = "the Red ball , the dog 's ball .";

    private static TagOptions options(StopWordRule rule, int most) {
        return new TagOptions(rule, false, true, most);
    }

    @Test
    void everyDistinctWordCountsPunctuationIncluded() {
        CaptionWords words = CaptionWords.of(CAPTION, Set.of("ball", "dog"), TagOptions.defaults());
        assertThat(words.words()).containsExactly("the", "red", "ball", ",", "dog", "'s", ".");
        assertThat(words.truth()).containsExactly(false, false, true, false, true, false, false);
        assertThat(words.candidates()).extracting(Tag::word).containsExactly("the", "red", "ball", "dog", "'s");
        assertThat(words.candidateTruth()).containsExactly(false, false, true, true, false);
    }

    @Test
    void wordsThatAreNotCandidatesAreNotSelectedAndRankLast() {
        CaptionWords words = CaptionWords.of(CAPTION, Set.of("ball"), options(StopWordRule.DROP, 2));
        assertThat(words.candidates()).extracting(Tag::word).containsExactly("red", "ball");
        TagAnswer answer = words.answer(new boolean[] {false, true}, new double[] {-3, 7});
        double last = Double.NEGATIVE_INFINITY;
        assertThat(answer.selected()).containsExactly(false, false, true, false, false, false, false);
        assertThat(answer.scores()).containsExactly(last, -3, 7, last, last, last, last);
    }

    @Test
    void trueTagsMayBeSpeltAsInACaptionAndHaveSeveralWords() {
        CaptionWords words = CaptionWords.of(CAPTION, Set.of(" RED ball,", "absent"), TagOptions.defaults());
        assertThat(words.truth()).containsExactly(false, true, true, false, false, false, false);
        assertThat(words.anyTrue()).isTrue();
        assertThat(CaptionWords.of(CAPTION, Set.of("absent"), TagOptions.defaults())
                        .anyTrue())
                .isFalse();
    }
}
