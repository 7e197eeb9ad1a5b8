package org.ttdengine.vit.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LowerCaseTest {
    @ParameterizedTest
    @CsvSource({
        "ΣΊΣΥΦΟΣ, σίσυφος",
        "ΟΔΟΣ—A, οδος—a",
        "ΟΔΟΣ’A, οδοσ’a",
        "ΟΔΟΣ’, οδος’",
        "ΟΔΟΣ 1, οδος 1",
        "Σ, σ",
        "1Σ, 1σ",
        "A.Σ, a.ς",
        "𝒜ΣB ΑΣ, 𝒜σb ας",
        "STRASSE İ, strasse i̇",
    })
    void sigmaIsFinalAfterACasedLetterAndBeforeNone(String text, String expected) {
        assertThat(LowerCase.of(text)).isEqualTo(expected);
    }
}
