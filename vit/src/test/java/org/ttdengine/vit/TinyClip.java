package org.ttdengine.vit;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import org.ttdengine.engine.backend.Activation;

/** Models small enough to compute by hand, and the values of those in the committed checkpoints. */
final class TinyClip {
    /** Sizes that can be told from the weights: heads are 64 wide. */
    static final ClipConfig OPENAI = new ClipConfig(
            new ClipConfig.Vision(64, 2, 1, 16, 4, 8),
            new ClipConfig.Text(64, 1, 1, 16, 7, 40),
            24,
            Activation.QUICK_GELU,
            1e-5);

    /** Sizes that only a configuration tells. */
    static final ClipConfig SMALL = new ClipConfig(
            new ClipConfig.Vision(8, 2, 2, 12, 4, 12),
            new ClipConfig.Text(12, 1, 3, 20, 7, 40),
            6,
            Activation.QUICK_GELU,
            1e-5);

    private TinyClip() {}

    /** The state in the checkpoints of {@code make_checkpoint_fixtures.py}: a hash of name and index, exact in fp16. */
    static ClipState hashed(ClipConfig config) {
        Map<String, float[]> tensors = new LinkedHashMap<>();
        ClipTensors.of(config).forEach((name, shape) -> {
            CRC32 crc = new CRC32();
            crc.update(name.getBytes(StandardCharsets.UTF_8));
            float[] values = new float[shape.size()];
            for (int i = 0; i < values.length; i++) {
                long hash = i * 2654435761L + crc.getValue() & 0xFFFFFFFFL;
                values[i] = ((hash >>> 22) - 512) / 4096f;
            }
            tensors.put(name, values);
        });
        return new ClipState(config, tensors);
    }

    /** A random state in which no norm and no bias is neutral. */
    static ClipState lively(ClipConfig config, long seed) {
        ClipState state = ClipState.random(config, seed);
        SplittableRandom random = new SplittableRandom(seed + 1);
        state.tensors().forEach((name, values) -> {
            if (name.contains("ln_") || name.endsWith("bias")) {
                for (int i = 0; i < values.length; i++) {
                    values[i] += (float) (0.4 * random.nextDouble() - 0.2);
                }
            }
        });
        return state;
    }
}
