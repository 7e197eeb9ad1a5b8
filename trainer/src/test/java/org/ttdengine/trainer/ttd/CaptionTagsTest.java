package org.ttdengine.trainer.ttd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class CaptionTagsTest {
    private static final TagOptions DEFAULTS = TagOptions.defaults();

    @Test
    void everyWordIsATagStopWordsIncluded() {
        assertThat(CaptionTags.of("grilled pork ribs on the baking tray", DEFAULTS))
                .containsExactly(
                        new Tag("grilled", 0, false),
                        new Tag("pork", 1, false),
                        new Tag("ribs", 2, false),
                        new Tag("on", 3, true),
                        new Tag("the", 4, true),
                        new Tag("baking", 5, false),
                        new Tag("tray", 6, false));
    }

    @Test
    void tokenisedCaptionsKeepTheirCliticsAndLoseTheirPunctuation() {
        String caption = "drops of water on a spider 's web , / is moored .";
        assertThat(words(caption, DEFAULTS))
                .containsExactly("drops", "of", "water", "on", "a", "spider", "'s", "web", "is", "moored");
        assertThat(CaptionTags.of(caption, DEFAULTS)).contains(new Tag("'s", 6, true), new Tag("is", 10, true));
    }

    @Test
    void naturalCaptionsLoseThePunctuationAtTheEdgesOfWords() {
        assertThat(words("A \"well-known\" dog's bowl (red), 3.5 l: isn't it?!", DEFAULTS))
                .containsExactly("a", "well-known", "dog's", "bowl", "red", "3.5", "l", "isn't", "it");
    }

    @Test
    void namedTagsMayBeSeveralWordsAndAreCleanedButNotSplit() {
        assertThat(CaptionTags.named(List.of(" Traffic  Light", "the", "traffic light", "dog.")))
                .containsExactly(
                        new Tag("traffic light", 0, false), new Tag("the", 1, true), new Tag("dog.", 3, false));
    }

    @Test
    void aBlankNameOrNoneAtAllIsRefused() {
        assertThatThrownBy(() -> CaptionTags.named(List.of("a", " ")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("tag 2 of 2 is blank");
        assertThatThrownBy(() -> CaptionTags.named(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there are no tags");
    }

    @Test
    void theDogsApostropheIsPunctuation() {
        assertThat(words("the dogs' bowl 'tis 'n' 's", DEFAULTS))
                .containsExactly("the", "dogs", "bowl", "tis", "n", "'s");
    }

    @Test
    void equalWordsAreOneTagAtTheFirstPlace() {
        assertThat(CaptionTags.of("Dog, cat and dog. DOG", DEFAULTS))
                .containsExactly(new Tag("dog", 0, false), new Tag("cat", 1, false), new Tag("and", 2, true));
    }

    @Test
    void captionsAreCleanedBeforeTheyAreSplit() {
        assertThat(words("caf&eacute; &amp; bar\u00A0don’t", DEFAULTS)).containsExactly("café", "bar", "don't");
        assertThat(CaptionTags.of("don’t", DEFAULTS)).containsExactly(new Tag("don't", 0, true));
    }

    @Test
    void lettersDigitsAndMarksOfEveryScriptStay() {
        assertThat(words("«Привет» 世界。 नमस्ते! ½ Ⅷ z\u0337? שלום, ١٢٣", DEFAULTS))
                .containsExactly("привет", "世界", "नमस्ते", "½", "ⅷ", "z\u0337", "שלום", "١٢٣");
    }

    @Test
    void wordsOfPunctuationOrEmojiAreTagsOnRequest() {
        TagOptions keep = new TagOptions(StopWordRule.KEEP, true, true, 40);
        assertThat(words("boat / 😀 buoy. .", keep)).containsExactly("boat", "/", "😀", "buoy", ".");
        assertThat(words("boat / 😀 buoy. .", DEFAULTS)).containsExactly("boat", "buoy");
    }

    @Test
    void edgesStayOnRequest() {
        TagOptions whole = new TagOptions(StopWordRule.KEEP, false, false, 40);
        assertThat(words("(red) bowl, ,", whole)).containsExactly("(red)", "bowl,");
    }

    @Test
    void stopWordsAreDroppedOnRequest() {
        TagOptions drop = new TagOptions(StopWordRule.DROP, false, true, 40);
        assertThat(CaptionTags.of("The dog 's on the mat.", drop))
                .containsExactly(new Tag("dog", 1, false), new Tag("mat", 5, false));
    }

    @Test
    void stopWordsToRejectAreTagsThatSaySo() {
        TagOptions reject = new TagOptions(StopWordRule.REJECT, false, true, 40);
        assertThat(CaptionTags.of("the mat", reject))
                .containsExactly(new Tag("the", 0, true), new Tag("mat", 1, false));
    }

    @Test
    void aLongCaptionHasNoMoreTagsThanAllowed() {
        String caption = IntStream.range(0, 500).mapToObj(i -> "word" + i).collect(Collectors.joining(" "));
        assertThat(CaptionTags.of(caption, DEFAULTS)).hasSize(40).startsWith(new Tag("word0", 0, false));
        assertThat(CaptionTags.of("the ".repeat(100) + caption, new TagOptions(StopWordRule.DROP, false, true, 3)))
                .containsExactly(
                        new Tag("word0", 100, false), new Tag("word1", 101, false), new Tag("word2", 102, false));
    }

    @Test
    void aCaptionOfNothingHasNoTags() {
        assertThat(CaptionTags.of("", DEFAULTS)).isEmpty();
        assertThat(CaptionTags.of(" \t . &nbsp; -- ", DEFAULTS)).isEmpty();
        assertThat(CaptionTags.of("", new TagOptions(StopWordRule.KEEP, true, false, 40)))
                .isEmpty();
    }

    @Test
    void noTagsAtAllCannotBeAskedFor() {
        assertThatThrownBy(() -> new TagOptions(StopWordRule.KEEP, false, true, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least one tag");
    }

    @Test
    void theStopWordsAreThoseOfNltk() {
        assertThat(StopWords.count()).isEqualTo(179);
        assertThat(List.of("the", "you're", "wouldn't", "s")).allMatch(StopWords::contains);
        assertThat(List.of("", "dog", "The")).noneMatch(StopWords::contains);
    }

    @Test
    void captionsOfCocoGiveWordsWithoutPunctuation() throws IOException {
        List<String> captions = Files.readAllLines(pairs()).stream()
                .skip(1)
                .map(line -> line.substring(line.indexOf('\t') + 1))
                .toList();
        for (String caption : captions) {
            String[] plain = caption.toLowerCase(Locale.ROOT).strip().split("\\s+", -1);
            assertThat(CaptionTags.of(caption, DEFAULTS))
                    .as(caption)
                    .isNotEmpty()
                    .allSatisfy(tag -> {
                        assertThat(tag.word()).matches("[\\p{L}\\p{N}](.*[\\p{L}\\p{N}])?|'[a-z]+");
                        assertThat(plain[tag.position()]).contains(tag.word());
                    });
        }
    }

    private static List<String> words(String caption, TagOptions options) {
        return CaptionTags.of(caption, options).stream().map(Tag::word).toList();
    }

    private static Path pairs() {
        for (Path folder = Path.of(System.getProperty("user.dir")); folder != null; folder = folder.getParent()) {
            Path file = folder.resolve("shared/data/coco-mini/pairs.tsv");
            if (Files.exists(file)) {
                return file;
            }
        }
        System.err.println("SKIPPED CaptionTagsTest.captionsOfCocoGiveWordsWithoutPunctuation: no ../shared/data");
        return Assumptions.abort("there is no ../shared/data/coco-mini/pairs.tsv");
    }
}
