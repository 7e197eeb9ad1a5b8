package org.ttdengine.vit.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** The decoders that every JDK has. */
final class StandardDecoder {
    private static final int BMP_HEADER_SIZE_OFFSET = 14;
    private static final int BMP_COMPRESSION_OFFSET = 30;

    private StandardDecoder() {}

    /** What is asked of a decoder that has its input. */
    @FunctionalInterface
    interface Use<T> {
        T apply(ImageReader reader) throws IOException;
    }

    /** Decodes a PNG, GIF or BMP file; failures carry a reason but no file name. */
    static RgbImage decode(ImageFormat format, byte[] file, PixelLimit limit) throws IOException {
        if (format == ImageFormat.PNG) {
            PngChunks.check(file);
        }
        if (format == ImageFormat.BMP && holdsAnotherFormat(file)) {
            throw new IOException("a JPEG or PNG inside a BMP is not supported");
        }
        return SamplesToRgb.convert(using(format, file, reader -> firstPicture(reader, limit)));
    }

    /** Gives a file to the JDK's reader of a format. Metadata are skipped: some decompress without bound. */
    static <T> T using(ImageFormat format, byte[] file, Use<T> use) throws IOException {
        return using(jdkReader(format), new MemoryCacheImageInputStream(new ByteArrayInputStream(file)), use);
    }

    /** Gives an input to a reader, and releases both afterwards. */
    static <T> T using(ImageReader reader, ImageInputStream file, Use<T> use) throws IOException {
        try (ImageInputStream input = file) {
            reader.setInput(input, true, true);
            return use.apply(reader);
        } finally {
            reader.dispose();
        }
    }

    /** The first picture of a file, if its size is allowed. */
    static BufferedImage firstPicture(ImageReader reader, PixelLimit limit) throws IOException {
        limit.check(reader.getWidth(0), reader.getHeight(0));
        return reader.read(0);
    }

    /** The JDK's own reader, whatever plug-ins are on the class path. */
    private static ImageReader jdkReader(ImageFormat format) throws IOException {
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format.name());
        while (readers.hasNext()) {
            ImageReader reader = readers.next();
            if (reader.getOriginatingProvider().getClass().getModule() == ImageIO.class.getModule()) {
                return reader;
            }
            reader.dispose();
        }
        throw new IOException("this Java runtime has no decoder for it (module java.desktop is needed)");
    }

    /** Compression 4 is a JPEG, 5 a PNG: their own size would pass unchecked. */
    private static boolean holdsAnotherFormat(byte[] bmp) {
        int at = BMP_COMPRESSION_OFFSET;
        boolean stated = bmp.length > at && (bmp[BMP_HEADER_SIZE_OFFSET] & 0xff) >= 40;
        return stated && (bmp[at] == 4 || bmp[at] == 5);
    }
}
