package org.ttdengine.vit.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextCleanerTest {
    @ParameterizedTest
    @CsvSource({
        "Hello&nbsp; World, hello world",
        "&amp;amp;lt;, <",
        "Don’t, don't",
        "‘a’ ‚b‛ ʼn, '''a'' ''b'' ''n'",
        "ﬁnd the ﬂag, find the flag",
        "ĳs ŉ ǅ ﬅ, ijs 'n dž ſt",
        "ＦＵＬＬ　ｗｉｄｔｈ ｶﾀｶﾅ, full width カタカナ",
        "İstanbul, i̇stanbul",
    })
    void captionsAreCleanedAsOpenAiCleansThem(String text, String clean) {
        assertThat(TextCleaner.clean(text)).isEqualTo(clean);
    }

    @Test
    void doubleQuotesBecomeStraight() {
        assertThat(TextCleaner.clean("“a” „b‟")).isEqualTo("\"a\" \"b\"");
    }

    @Test
    void decomposedLettersAreComposed() {
        assertThat(TextCleaner.clean("cafe\u0301")).isEqualTo("caf\u00E9");
    }

    @Test
    void everyKindOfWhiteSpaceBecomesOneSpace() {
        assertThat(TextCleaner.clean("\u2003a \t\r\n\u00A0\u3000\u2028b\u2029\fc "))
                .isEqualTo("a b c");
    }

    @Test
    void zeroWidthSpaceIsNotWhiteSpace() {
        assertThat(TextCleaner.clean(" \u200B ")).isEqualTo("\u200B");
    }

    @Test
    void controlsAndTerminalEscapesAreRemoved() {
        assertThat(TextCleaner.clean("\u001B[1;31mred\u001B[0m b\u0000e\u0007l\uFEFFl\u206A\uFFF9\u007F"))
                .isEqualTo("red bell");
    }

    @Test
    void c1ControlsAreReadAsWindows1252() {
        assertThat(TextCleaner.clean("\u0093smart\u0094 a\u0085b")).isEqualTo("\"smart\" a…b");
    }

    @Test
    void loneSurrogatesBecomeTheReplacementCharacter() {
        assertThat(TextCleaner.clean("a\uD83D b\uDE00 \uD83D\uDE00")).isEqualTo("a\uFFFD b\uFFFD \uD83D\uDE00");
    }

    @Test
    void shoutedEntitiesAreResolvedUntilTheFirstTagOfTheText() {
        assertThat(TextCleaner.clean("&EACUTE;\n<b>\n&EACUTE;")).isEqualTo("é <b> &eacute;");
    }

    @Test
    @Timeout(value = 20, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void textMadeToUnfoldForeverIsCleanedInTime() {
        assertThat(TextCleaner.clean("&" + "amp;".repeat(30_000))).startsWith("&amp;");
    }

    @Test
    void aTextOfNothingIsEmpty() {
        assertThat(TextCleaner.clean("")).isEmpty();
        assertThat(TextCleaner.clean(" \n&nbsp;\u0000")).isEmpty();
    }
}
