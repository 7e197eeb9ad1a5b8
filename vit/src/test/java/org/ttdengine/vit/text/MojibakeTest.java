package org.ttdengine.vit.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MojibakeTest {
    @ParameterizedTest
    @ValueSource(strings = {"schön", "l’été", "“quoted”", "naïve café", "20 °C", "😀", "© 2020", "São Paulo", "x… y"})
    void utf8ReadAsLatin1IsRepaired(String text) {
        assertThat(Mojibake.repair(misread(text, StandardCharsets.ISO_8859_1))).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"schön", "it’s", "naïve café", "€ 5", "😀", "été", "x… y"})
    void utf8ReadAsWindows1252IsRepaired(String text) {
        assertThat(Mojibake.repair(misread(text, Charset.forName("windows-1252"))))
                .isEqualTo(text);
    }

    @Test
    void aTwofoldMistakeIsRepairedTwice() {
        Charset charset = Charset.forName("windows-1252");
        assertThat(Mojibake.repair(misread(misread("café’s", charset), charset)))
                .isEqualTo("café’s");
    }

    @Test
    void wrongSequencesAreRepairedAmongRightCharacters() {
        assertThat(Mojibake.repair("l’Ã©tÃ© 世界 Â©")).isEqualTo("l’été 世界 ©");
    }

    @Test
    void longRunsAreRepairedToo() {
        assertThat(Mojibake.repair("世" + "Ã©".repeat(200_000))).isEqualTo("世" + "é".repeat(200_000));
    }

    @Test
    void aGraveGetsItsLostSpaceBack() {
        assertThat(Mojibake.repair("voilÃ  le travail")).isEqualTo("voilà le travail");
        assertThat(Mojibake.repair("voilÃ la")).isEqualTo("voilà la");
        assertThat(Mojibake.repair("Ã la carte")).isEqualTo("à la carte");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SÃO PAULO",
                "only Ã",
                "PÂTÉ",
                "CAFÉ”",
                "É…",
                "â la carte",
                "café « noir »",
                "garður",
                "\u0093smart\u0094",
                "a\u0085b"
            })
    void rightTextStaysAsItIs(String text) {
        assertThat(Mojibake.repair(text)).isEqualTo(text);
    }

    private static String misread(String text, Charset charset) {
        return new String(text.getBytes(StandardCharsets.UTF_8), charset);
    }
}
