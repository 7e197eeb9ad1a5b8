package org.ttdengine.trainer.ttd;

/**
 * A word of a caption that may name something in its image.
 *
 * @param word the word as the tokenizer gets it: clean and lower-cased
 * @param position index of its first occurrence among the words of the caption, counted between white space from 0
 * @param stopWord whether it is an English stop word
 */
public record Tag(String word, int position, boolean stopWord) {}
