package org.ttdengine.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.ttdengine.trainer.data.demo.DemoWords;
import org.ttdengine.vit.text.ClipTokenizer;

class DemoModelTest {
    @Test
    void everyWordOfTheDemoIsASingleTokenOfItsOwn() throws IOException {
        ClipTokenizer tokenizer = DemoModel.tokenizer();
        assertThat(DemoWords.all().stream().map(word -> tokenizer.encode(word)[0]))
                .doesNotHaveDuplicates();
        for (String word : DemoWords.all()) {
            assertThat(tokenizer.encode(word)).as(word).hasSize(1);
        }
        assertThat(tokenizer.encode("zebra").length).isGreaterThan(1);
        assertThat(tokenizer.vocabularySize()).isLessThan(1000);
    }
}
