package org.ttdengine.vit.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HtmlEntitiesTest {
    private static final HtmlEntities ENTITIES = HtmlEntities.standard();

    @ParameterizedTest
    @CsvSource({
        "&amp;, &",
        "&amp, &",
        "&amp;amp;, &amp;",
        "&eacute;t&eacute, été",
        "&notit;, ¬it;",
        "&notin;, ∉",
        "&unknown;, &unknown;",
        "AT&T, AT&T",
        "&#8364;&#x20ac;&#X20AC, €€€",
        "&#128;&#x99;, €™",
        "&#128512;, 😀",
        "&#;&#x;&#xg;, &#;&#x;&#xg;",
    })
    void referencesResolveAsInABrowser(String text, String expected) {
        assertThat(ENTITIES.unescape(text)).isEqualTo(expected);
    }

    @Test
    void nullSurrogatesAndNumbersBeyondUnicodeBecomeTheReplacementCharacter() {
        assertThat(ENTITIES.unescape("&#0;&#xD800;&#x110000;&#" + "9".repeat(5000) + ";"))
                .isEqualTo("\uFFFD\uFFFD\uFFFD\uFFFD");
    }

    @Test
    void controlsAndNonCharactersAreRemoved() {
        assertThat(ENTITIES.unescape("a&#1;&#x1F;&#127;&#xFDD0;&#x1FFFE;b")).isEqualTo("ab");
    }

    @Test
    void whiteSpaceReferencesStay() {
        assertThat(ENTITIES.unescape("&#9;&#10;&#12;&#13;")).isEqualTo("\t\n\f\r");
    }

    @Test
    void namesOfTwoCodePointsResolveToBoth() {
        assertThat(ENTITIES.unescape("&NotEqualTilde;")).isEqualTo("\u2242\u0338");
    }

    @ParameterizedTest
    @CsvSource({
        "&eacute;, é",
        "&eacute, &eacute",
        "&EACUTE;, É",
        "&SZLIG;, SS",
        "&GTDOT;, &GTDOT;",
        "&Eacute;, É",
        "&notit;, &notit;",
        "&#233;, é",
        "&#233, &#233",
        "&#x3B;, &#x3B;",
    })
    void theCautiousRuleResolvesOnlyClosedReferences(String text, String expected) {
        assertThat(ENTITIES.unescapeClosed(text)).isEqualTo(expected);
    }
}
