package org.ttdengine.trainer.data;

/**
 * An image and the text that goes with it.
 *
 * @param name where the image lies, for messages
 * @param caption the text, stripped of white space at both ends; may be empty
 * @param image the picture, not read yet
 */
public record Pair(String name, String caption, ImageSupplier image) {}
