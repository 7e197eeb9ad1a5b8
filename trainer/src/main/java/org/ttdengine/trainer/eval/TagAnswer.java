package org.ttdengine.trainer.eval;

/**
 * What a method says of the words of a caption.
 *
 * @param selected {@code [words]}
 * @param scores {@code [words]}, for the ranking; negative infinity for words that cannot be selected
 * @param invented selected words that the caption does not have: false positives
 */
@SuppressWarnings("ArrayRecordComponent") // made to be read once
public record TagAnswer(boolean[] selected, double[] scores, int invented) {}
