package org.ttdengine.vit;

import org.ttdengine.engine.backend.Activation;

/**
 * The sizes of a CLIP model (Radford et al. 2021).
 *
 * @param vision the image tower
 * @param text the text tower
 * @param embedding width both towers are projected to
 * @param activation non-linearity of every MLP
 * @param epsilon of every layer norm
 */
public record ClipConfig(Vision vision, Text text, int embedding, Activation activation, double epsilon) {
    private static final int MOST_LAYERS = 1000;
    private static final int LARGEST_GRID = 1024;

    /** OpenAI's ViT-B/16. */
    public static final ClipConfig VIT_B_16 = new ClipConfig(
            new Vision(768, 12, 12, 3072, 16, 224),
            new Text(512, 12, 8, 2048, 77, 49408),
            512,
            Activation.QUICK_GELU,
            1e-5);

    public ClipConfig {
        require(embedding > 0 && epsilon > 0, "embedding width and layer norm epsilon must be positive");
    }

    /**
     * The image tower.
     *
     * @param width channels of a token
     * @param layers number of blocks
     * @param heads attention heads
     * @param mlp hidden width of the MLP
     * @param patch side of a patch in pixels
     * @param imageSize side of the pictures its positions were learnt for
     */
    public record Vision(int width, int layers, int heads, int mlp, int patch, int imageSize) {
        public Vision {
            require(
                    width > 0 && layers > 0 && heads > 0 && mlp > 0 && patch > 0 && imageSize >= patch,
                    "vision width, layers, heads, mlp and patch must be positive, the image no smaller than a patch");
            require(width % heads == 0, "vision width " + width + " cannot be split among " + heads + " heads");
            require(layers <= MOST_LAYERS, "vision layers must be at most " + MOST_LAYERS + ", not " + layers);
            require(
                    imageSize / patch <= LARGEST_GRID,
                    "an image of " + imageSize + " has more than " + LARGEST_GRID + " patches of " + patch
                            + " along a side");
        }

        /** Patches along a side of the native picture. */
        public int grid() {
            return imageSize / patch;
        }
    }

    /**
     * The text tower.
     *
     * @param width channels of a token
     * @param layers number of blocks
     * @param heads attention heads
     * @param mlp hidden width of the MLP
     * @param context longest sequence
     * @param vocabulary number of tokens
     */
    public record Text(int width, int layers, int heads, int mlp, int context, int vocabulary) {
        public Text {
            require(
                    width > 0 && layers > 0 && heads > 0 && mlp > 0 && context > 1 && vocabulary > 2,
                    "text width, layers, heads, mlp, context and vocabulary must be positive");
            require(width % heads == 0, "text width " + width + " cannot be split among " + heads + " heads");
            require(layers <= MOST_LAYERS, "text layers must be at most " + MOST_LAYERS + ", not " + layers);
        }
    }

    /** The same model with token embeddings for another number of tokens. */
    public ClipConfig withVocabulary(int tokens) {
        Text other = new Text(text.width(), text.layers(), text.heads(), text.mlp(), text.context(), tokens);
        return new ClipConfig(vision, other, embedding, activation, epsilon);
    }

    /** The same model with another activation. */
    public ClipConfig withActivation(Activation other) {
        return new ClipConfig(vision, text, embedding, other, epsilon);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
