package org.ttdengine.vit.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Reads pictures as 8-bit RGB, with the pixels that Pillow's {@code Image.open(f).convert("RGB")} gives.
 *
 * <p>JPEG (baseline and progressive; grey, YCbCr, RGB, CMYK, YCCK), PNG, GIF, BMP and still WebP. As in OpenAI's
 * preprocessing: transparency is dropped and not blended, colour profiles are ignored, EXIF rotation is not
 * applied, and the first frame stands for an animated GIF. Two things differ from Pillow: 16-bit grey samples keep
 * their high byte (Pillow clips them to white), and lossy WebP deviates by a few levels, as its colour samples are
 * upsampled in another way than libwebp's.
 *
 * <p>Nothing is cached and no state is shared: any thread may read.
 */
public final class Images {
    private static final long MAX_FILE_BYTES = 256L << 20;

    private Images() {}

    /**
     * Reads a picture file.
     *
     * @throws ImageException if there is no such file, or it is no picture, broken, truncated or too large
     */
    public static RgbImage read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new ImageException(file + ": no such picture file");
        }
        if (Files.size(file) > MAX_FILE_BYTES) {
            throw new ImageException(file + ": larger than " + (MAX_FILE_BYTES >> 20) + " MiB, refused as a picture");
        }
        return decode(Files.readAllBytes(file), file.toString());
    }

    /**
     * Decodes a picture held in memory.
     *
     * @param name what messages call it
     * @throws ImageException if it is no picture, broken, truncated or too large
     */
    public static RgbImage decode(byte[] bytes, String name) throws IOException {
        return decode(bytes, name, PixelLimit.STANDARD);
    }

    static RgbImage decode(byte[] bytes, String name, PixelLimit limit) throws IOException {
        ImageFormat format = ImageFormat.of(bytes)
                .orElseThrow(() -> new ImageException(name + ": not a JPEG, PNG, GIF, BMP or WebP picture"));
        // On hostile bytes decoders throw what they like, assertion errors included: here it becomes one kind.
        try {
            return switch (format) {
                case JPEG -> JpegDecoder.decode(bytes, limit);
                case WEBP -> WebpDecoder.decode(bytes, limit);
                case PNG, GIF, BMP -> StandardDecoder.decode(format, bytes, limit);
            };
        } catch (IOException | RuntimeException | AssertionError e) {
            throw new ImageException(name + ": cannot be read as " + format + ": " + reason(e), e);
        }
    }

    private static String reason(Throwable failure) {
        String message = Objects.requireNonNullElse(failure.getMessage(), "");
        return message.isBlank()
                ? "damaged (" + failure.getClass().getSimpleName() + ")"
                : message.strip().replaceAll("\\s+", " ");
    }
}
