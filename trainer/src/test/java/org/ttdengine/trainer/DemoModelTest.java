package org.ttdengine.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ttdengine.trainer.data.demo.DemoWords;
import org.ttdengine.vit.ClipCheckpoint;
import org.ttdengine.vit.text.ClipTokenizer;

class DemoModelTest {
    @TempDir
    private Path folder;

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

    @Test
    void theModelInTheJarHasTheSizesAndTheVocabularyThatPreTrainingGivesIt() throws IOException {
        ClipTokenizer learnt = DemoModel.newTokenizer();
        assertThat(DemoModel.state().config()).isEqualTo(DemoModel.config(learnt.vocabularySize()));
        ClipTokenizer bundled = DemoModel.tokenizer();
        for (String word : DemoWords.all()) {
            assertThat(bundled.encode(word)).as(word).isEqualTo(learnt.encode(word));
        }
    }

    @Test
    void theModelInTheJarStaysSmall() throws IOException {
        DemoModel.unpack(folder);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.mapToLong(file -> file.toFile().length()).sum()).isBetween(1L << 20, 12L << 20);
        }
    }

    @Test
    void theUnpackedModelIsOneThatCommandsTake() throws IOException {
        DemoModel.unpack(folder);
        assertThat(ClipCheckpoint.read(folder).tensor("logit_scale"))
                .isEqualTo(DemoModel.state().tensor("logit_scale"));
        assertThat(ClipTokenizer.load(folder).encode("a red ball")).hasSize(3);
    }
}
