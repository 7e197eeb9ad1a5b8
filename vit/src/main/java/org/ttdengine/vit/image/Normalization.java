package org.ttdengine.vit.image;

/**
 * The per-channel affine map from pixels to tower input: {@code (v/255 - mean)/std}, in single precision.
 *
 * @param mean of red, green, blue, for pixels in 0..1
 * @param std standard deviation of the same
 */
public record Normalization(Channels mean, Channels std) {
    /** ImageNet's statistics: those of TTD, TCL and MaskCLIP. */
    public static final Normalization IMAGENET =
            new Normalization(new Channels(0.485, 0.456, 0.406), new Channels(0.229, 0.224, 0.225));

    /** The statistics of OpenAI's CLIP. */
    public static final Normalization CLIP = new Normalization(
            new Channels(0.48145466, 0.4578275, 0.40821073), new Channels(0.26862954, 0.26130258, 0.27577711));

    public Normalization {
        if (!(std.red() > 0 && std.green() > 0 && std.blue() > 0)) {
            throw new IllegalArgumentException("a standard deviation must be positive: " + std);
        }
    }

    /** A number for each colour channel. */
    public record Channels(double red, double green, double blue) {
        /** The number of channel 0 (red), 1 (green) or 2 (blue). */
        double of(int channel) {
            return switch (channel) {
                case 0 -> red;
                case 1 -> green;
                case 2 -> blue;
                default -> throw new IndexOutOfBoundsException(channel);
            };
        }
    }

    /** The image of each of the 256 sample values of a channel. */
    float[] table(int channel) {
        float[] table = new float[256];
        for (int v = 0; v < table.length; v++) {
            table[v] = (v / 255f - (float) mean.of(channel)) / (float) std.of(channel);
        }
        return table;
    }
}
