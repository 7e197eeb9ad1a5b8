package org.ttdengine.vit.image;

import java.io.IOException;
import java.util.Arrays;

/**
 * How a JPEG's components stand for a colour, and the way from there to RGB in libjpeg's and Pillow's integer
 * arithmetic.
 */
enum JpegColor {
    GREY(1) {
        @Override
        void toRgb(byte[] samples, int in, byte[] rgb, int out) {
            Arrays.fill(rgb, out, out + 3, samples[in]);
        }
    },
    RGB(3) {
        @Override
        void toRgb(byte[] samples, int in, byte[] rgb, int out) {
            System.arraycopy(samples, in, rgb, out, 3);
        }
    },
    YCBCR(3) {
        @Override
        void toRgb(byte[] samples, int in, byte[] rgb, int out) {
            yccToRgb(samples, in, rgb, out);
        }
    },
    /** Stored inverted, as Adobe does: 255 is no ink. */
    CMYK(4) {
        @Override
        void toRgb(byte[] samples, int in, byte[] rgb, int out) {
            for (int c = 0; c < 3; c++) {
                rgb[out + c] = (byte) unink(255 - (samples[in + c] & 0xff), samples[in + 3] & 0xff);
            }
        }
    },
    /** CMY as the YCbCr code of its complement, K as in {@link #CMYK}. */
    YCCK(4) {
        @Override
        void toRgb(byte[] samples, int in, byte[] rgb, int out) {
            yccToRgb(samples, in, rgb, out);
            for (int c = 0; c < 3; c++) {
                rgb[out + c] = (byte) unink(rgb[out + c] & 0xff, samples[in + 3] & 0xff);
            }
        }
    };

    /** Stands for the transform flag of a file without Adobe's marker. */
    static final int NO_ADOBE_MARKER = -1;

    private static final int HALF = 1 << 15;
    private static final int CR_TO_RED = fixed(1.402);
    private static final int CB_TO_GREEN = fixed(0.34414);
    private static final int CR_TO_GREEN = fixed(0.71414);
    private static final int CB_TO_BLUE = fixed(1.772);

    private final int components;

    JpegColor(int components) {
        this.components = components;
    }

    /** Writes the RGB colour at {@code out} of the samples at {@code in}. */
    abstract void toRgb(byte[] samples, int in, byte[] rgb, int out);

    /** Samples a pixel. */
    int components() {
        return components;
    }

    /**
     * libjpeg's rule for what the components mean.
     *
     * @param ids component identifiers of the frame
     * @param jfif whether a JFIF marker was seen; it implies YCbCr
     * @param adobeTransform flag of Adobe's marker: 0 none, 1 YCbCr, 2 YCCK; or {@link #NO_ADOBE_MARKER}
     */
    static JpegColor of(int[] ids, boolean jfif, int adobeTransform) throws IOException {
        boolean spelled = Arrays.equals(ids, new int[] {'R', 'G', 'B'});
        return switch (ids.length) {
            case 1 -> GREY;
            case 3 -> !jfif && (adobeTransform == 0 || (adobeTransform == NO_ADOBE_MARKER && spelled)) ? RGB : YCBCR;
            case 4 -> adobeTransform == NO_ADOBE_MARKER || adobeTransform == 0 ? CMYK : YCCK;
            default -> throw new IOException(ids.length + " components; 1, 3 or 4 are supported");
        };
    }

    /** ITU-T T.871, section 7, with 16 fractional bits. */
    private static void yccToRgb(byte[] samples, int in, byte[] rgb, int out) {
        int y = samples[in] & 0xff;
        int cb = (samples[in + 1] & 0xff) - 128;
        int cr = (samples[in + 2] & 0xff) - 128;
        rgb[out] = (byte) clip(y + ((CR_TO_RED * cr + HALF) >> 16));
        rgb[out + 1] = (byte) clip(y + ((HALF - CB_TO_GREEN * cb - CR_TO_GREEN * cr) >> 16));
        rgb[out + 2] = (byte) clip(y + ((CB_TO_BLUE * cb + HALF) >> 16));
    }

    /** Light left by an ink on paper of lightness {@code white}: {@code white*(255 - ink)/255}, rounded. */
    private static int unink(int ink, int white) {
        int product = ink * white + 128;
        return clip(white - (((product >> 8) + product) >> 8));
    }

    private static int clip(int value) {
        return Math.max(0, Math.min(255, value));
    }

    private static int fixed(double value) {
        return (int) (value * 65536 + 0.5);
    }
}
