package org.ttdengine.vit.image;

import java.io.IOException;

/** A picture that cannot be read; the message is one line that names the file. */
public final class ImageException extends IOException {
    private static final long serialVersionUID = 1L;

    /** A refusal with its reason. */
    public ImageException(String message) {
        super(message);
    }

    /** A refusal that a decoder's own failure brought about. */
    public ImageException(String message, Throwable cause) {
        super(message, cause);
    }
}
