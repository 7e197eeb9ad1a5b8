package org.ttdengine.trainer.ttd;

/**
 * How a tag fares in a picture.
 *
 * @param tag the tag
 * @param score what the scorer gave it
 * @param selected whether it is a tag of the picture
 * @param row of the grid cell where its similarity is largest, from the top
 * @param column of that cell, from the left
 */
public record TagScore(Tag tag, double score, boolean selected, int row, int column) {}
