package org.ttdengine.trainer.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How the demo's scenes are trained on, where nothing else is asked for. The figures are those of a miniature experiment;
 * they have not been tuned for the bundled model yet.
 */
final class DemoDefaults {
    /** Options of {@code train} and {@code ablate}, as they would be given. */
    static final String TRAINING = "--steps 300 --batch 32 --lr 3e-4 --lora-rank 10 --augment none --teacher moving"
            + " --distill-weight 1 --tag-weight 1";

    /** Scenes to train on; drawn when they are asked for. */
    static final long PAIRS = 1 << 14;

    private DemoDefaults() {}

    /** The options of {@link #TRAINING} by name. */
    static Map<String, String> training() {
        String[] words = TRAINING.split(" ");
        Map<String, String> options = new LinkedHashMap<>();
        for (int i = 0; i < words.length; i += 2) {
            options.put(words[i], words[i + 1]);
        }
        return options;
    }
}
