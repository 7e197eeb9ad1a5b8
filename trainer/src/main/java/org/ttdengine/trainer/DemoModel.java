package org.ttdengine.trainer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.ttdengine.engine.backend.Activation;
import org.ttdengine.trainer.data.demo.DemoPairs;
import org.ttdengine.vit.ClipConfig;
import org.ttdengine.vit.ClipState;
import org.ttdengine.vit.text.ClipTokenizer;

/** The small model that comes with the demo data: random weights, and a vocabulary of the words of the demo's captions. */
public final class DemoModel {
    /** Side of the demo's pictures. */
    public static final int IMAGE_SIZE = 112;

    private static final int CAPTIONS = 4000;

    private DemoModel() {}

    /** The demo's data set. */
    public static DemoPairs pairs(long size, long seed) {
        return new DemoPairs(size, seed, IMAGE_SIZE);
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
        Set<String> words = new TreeSet<>();
        DemoPairs pairs = pairs(CAPTIONS, 0);
        for (int i = 0; i < CAPTIONS; i++) {
            for (String word : pairs.get(i).caption().split("[^a-z]+")) {
                if (word.length() > 1) {
                    words.add(word);
                }
            }
        }
        Set<String> merges = new LinkedHashSet<>();
        words.forEach(word -> merges.addAll(merges(word)));
        return ClipTokenizer.ofMerges(new ArrayList<>(merges));
    }

    /** The pairs that build a word from its first letter on. */
    private static List<String> merges(String word) {
        List<String> merges = new ArrayList<>();
        for (int end = 1; end < word.length(); end++) {
            String ending = end == word.length() - 1 ? "</w>" : "";
            merges.add(word.substring(0, end) + " " + word.charAt(end) + ending);
        }
        return merges;
    }
}
