package org.ttdengine.trainer;

import java.io.IOException;
import org.ttdengine.engine.backend.Activation;
import org.ttdengine.trainer.data.demo.DemoPairs;
import org.ttdengine.trainer.data.demo.DemoWords;
import org.ttdengine.vit.ClipConfig;
import org.ttdengine.vit.ClipState;
import org.ttdengine.vit.text.ClipTokenizer;

/** The small model that comes with the demo data: random weights, and a vocabulary of the words of the demo's captions. */
public final class DemoModel {
    /** Side of the demo's pictures. */
    public static final int IMAGE_SIZE = 112;

    private DemoModel() {}

    /** The demo's data to fine-tune on: every caption is a sentence. */
    public static DemoPairs pairs(long size, long seed) {
        return DemoPairs.sentences(size, seed, IMAGE_SIZE);
    }

    /** Random weights of a CLIP of 2 million parameters. */
    public static ClipState state(long seed) throws IOException {
        ClipConfig config = new ClipConfig(
                new ClipConfig.Vision(128, 4, 2, 512, 8, IMAGE_SIZE),
                new ClipConfig.Text(128, 3, 2, 512, 32, tokenizer().vocabularySize()),
                64,
                Activation.QUICK_GELU,
                1e-5);
        return ClipState.random(config, seed);
    }

    /** One token per word of the demo's captions; other words are spelt. */
    public static ClipTokenizer tokenizer() throws IOException {
        return ClipTokenizer.ofMerges(WordMerges.of(DemoWords.all()));
    }
}
