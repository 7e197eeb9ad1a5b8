package org.ttdengine.vit.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VocabularyWriterTest {
    @TempDir
    private Path folder;

    @Test
    void aWrittenVocabularyIsReadAgain() throws IOException {
        ClipTokenizer tokenizer =
                ClipTokenizer.ofMerges(List.of("r e", "re d</w>", "\u00e2 \u0124", "\" \\</w>", "d o", "do g</w>"));
        tokenizer.write(folder);
        ClipTokenizer again = ClipTokenizer.load(folder);
        assertThat(again.vocabularySize()).isEqualTo(tokenizer.vocabularySize());
        assertThat(again.startToken()).isEqualTo(tokenizer.startToken());
        assertThat(again.endToken()).isEqualTo(tokenizer.endToken());
        for (String text : List.of("a red dog", "say \"\\", "na\u00efve \u2014 caf\u00e9", "dogged \u2026")) {
            assertThat(again.encode(text))
                    .as(text)
                    .isEqualTo(tokenizer.encode(text))
                    .isNotEmpty();
        }
    }
}
