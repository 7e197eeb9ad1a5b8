package org.ttdengine.vit.image;

/** Turns a decoded picture into tower input; the same picture and seed always give the same pixels. */
@FunctionalInterface
public interface Augmentation {
    /** Prepares a picture; every random choice is drawn from {@code seed}. */
    PreparedImage apply(RgbImage image, long seed);
}
