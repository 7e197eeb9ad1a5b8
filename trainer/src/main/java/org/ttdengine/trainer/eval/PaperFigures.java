package org.ttdengine.trainer.eval;

import java.util.List;

/**
 * What the authors publish for their benchmark CC3M-TagMask in the README of their code (github.com/shjo-april/TTD): all
 * of the validation set of CC3M for tags, 680 pairs for masks, TCL as the model.
 */
public final class PaperFigures {
    /**
     * A row on tags, in percent.
     *
     * @param method how tags were found
     */
    public record Tags(String method, double precision, double recall, double f1, double accuracy) {}

    /**
     * A row on text-level masks.
     *
     * @param model which model
     * @param iou CaptionIoU in percent
     */
    public record Masks(String model, double iou, double fpr, double fnr) {}

    private static final List<Tags> TAGS = List.of(
            new Tags("NLTK", 59.8, 83.7, 69.8, 79.6),
            new Tags("Vicuna-7B", 44.1, 71.0, 54.4, 70.9),
            new Tags("Vicuna-33B", 52.7, 70.7, 60.4, 75.9),
            new Tags("Qwen-72B", 69.3, 56.2, 62.1, 80.9),
            new Tags("TCL image", 92.5, 28.6, 43.7, 79.5),
            new Tags("TCL text", 85.6, 29.7, 44.1, 79.0),
            new Tags("TCL pixel", 82.9, 74.5, 78.5, 88.6),
            new Tags("TCL pixel + TTD", 88.3, 78.0, 82.8, 91.0));

    private static final List<Masks> MASKS =
            List.of(new Masks("TCL", 60.4, 0.199, 0.198), new Masks("TCL + TTD", 65.5, 0.163, 0.182));

    private PaperFigures() {}

    public static List<Tags> tags() {
        return TAGS;
    }

    public static List<Masks> masks() {
        return MASKS;
    }
}
