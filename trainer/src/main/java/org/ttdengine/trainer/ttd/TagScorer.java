package org.ttdengine.trainer.ttd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The ways to score the words of a caption against its picture (arXiv 2404.00384); padding never counts. */
public enum TagScorer {
    /** Largest similarity of any cell (Eq. 2). */
    PIXEL("pixel") {
        @Override
        public double[] scores(Grounding grounding) {
            double[] scores = new double[grounding.tags().size()];
            Arrays.setAll(scores, t -> grounding.options().phi().of(grounding.cosine(t, grounding.bestCell(t))));
            return scores;
        }

        @Override
        public TagSelection usualSelection() {
            return TagSelection.largestGap();
        }
    },
    /** Phi of the cosine with the mean of the pixel embeddings (Eq. 1). */
    IMAGE("image") {
        @Override
        public double[] scores(Grounding grounding) {
            return similarities(grounding, pixelSum(grounding));
        }
    },
    /** Phi of the cosine with the embedding of the whole text (Eq. 7). */
    TEXT("text") {
        @Override
        public double[] scores(Grounding grounding) {
            return similarities(grounding, embedding(grounding, 0));
        }
    },
    /** Mean of the image and the text score. */
    IMAGE_TEXT("image+text") {
        @Override
        public double[] scores(Grounding grounding) {
            double[] image = IMAGE.scores(grounding);
            double[] text = TEXT.scores(grounding);
            Arrays.setAll(image, t -> (image[t] + text[t]) / 2);
            return image;
        }
    },
    /** Share of the cells where no tag is more similar, the first among equals; any share selects a tag. */
    SEGMENTATION("seg") {
        @Override
        public double[] scores(Grounding grounding) {
            double[] shares = new double[grounding.tags().size()];
            int valid = 0;
            for (int cell = 0; cell < grounding.grid().cells(); cell++) {
                if (grounding.grid().isValid(cell)) {
                    valid++;
                    shares[mostSimilar(grounding, cell)]++;
                }
            }
            for (int t = 0; t < shares.length; t++) {
                shares[t] /= valid;
            }
            return shares;
        }

        @Override
        public TagSelection usualSelection() {
            return TagSelection.above(0);
        }
    };

    private static final double EVEN_ODDS = 0.5;

    private final String option;

    TagScorer(String option) {
        this.option = option;
    }

    /** Reads the value of {@code --scorer}. */
    public static TagScorer parse(String name) {
        for (TagScorer scorer : values()) {
            if (scorer.option.equals(name)) {
                return scorer;
            }
        }
        throw new IllegalArgumentException("--scorer: \"" + name + "\" is none of pixel, image, text, image+text, seg");
    }

    /** The score of every tag {@code [n]}, in the order of the caption. */
    public abstract double[] scores(Grounding grounding);

    /** The selection that goes with this scorer: the largest gap for pixel scores, else scores above one half. */
    public TagSelection usualSelection() {
        return TagSelection.above(EVEN_ODDS);
    }

    /** Scores the tags and selects among them; in the order of the caption. */
    public List<TagScore> score(Grounding grounding, TagSelection selection) {
        double[] scores = scores(grounding);
        boolean[] selected = selection.select(scores, grounding.barred());
        int columns = grounding.grid().columns();
        List<TagScore> result = new ArrayList<>();
        for (int t = 0; t < scores.length; t++) {
            int best = grounding.bestCell(t);
            result.add(new TagScore(grounding.tags().get(t), scores[t], selected[t], best / columns, best % columns));
        }
        return result;
    }

    private static int mostSimilar(Grounding grounding, int cell) {
        int best = 0;
        for (int t = 1; t < grounding.tags().size(); t++) {
            if (grounding.cosine(t, cell) > grounding.cosine(best, cell)) {
                best = t;
            }
        }
        return best;
    }

    /** The sum of the pixel embeddings, which has the direction of their mean. */
    private static double[] pixelSum(Grounding grounding) {
        int cells = grounding.grid().cells();
        double[] sum = new double[grounding.pixels().length / cells];
        for (int cell = 0; cell < cells; cell++) {
            for (int c = 0; c < sum.length && grounding.grid().isValid(cell); c++) {
                sum[c] += grounding.pixels()[cell * sum.length + c];
            }
        }
        return sum;
    }

    private static double[] embedding(Grounding grounding, int text) {
        int channels = grounding.texts().length / (1 + grounding.tags().size());
        double[] embedding = new double[channels];
        Arrays.setAll(embedding, c -> grounding.texts()[text * channels + c]);
        return embedding;
    }

    private static double[] similarities(Grounding grounding, double[] reference) {
        double[] scores = new double[grounding.tags().size()];
        Arrays.setAll(scores, t -> grounding.options().phi().of(cosine(reference, embedding(grounding, 1 + t))));
        return scores;
    }

    /** 0 where a vector is zero, as pixels that cancel out resemble nothing. */
    private static double cosine(double[] a, double[] b) {
        double product = 0;
        double squareA = 0;
        double squareB = 0;
        for (int c = 0; c < a.length; c++) {
            product += a[c] * b[c];
            squareA += a[c] * a[c];
            squareB += b[c] * b[c];
        }
        return squareA > 0 && squareB > 0 ? product / Math.sqrt(squareA * squareB) : 0;
    }

    /** The name as it is written on the command line. */
    @Override
    public String toString() {
        return option;
    }
}
