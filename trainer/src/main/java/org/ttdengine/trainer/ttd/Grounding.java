package org.ttdengine.trainer.ttd;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.autograd.Tape;
import org.ttdengine.engine.backend.Phi;
import org.ttdengine.engine.backend.TtdLossOptions;
import org.ttdengine.vit.Clip;
import org.ttdengine.vit.image.PreparedImage;

/**
 * Where a model finds a text and its tags in one picture: what training computes in its forward pass, on the host.
 * Arrays are row-major, cells in the order of the grid.
 *
 * @param options the method
 * @param tags the candidates, n of them
 * @param grid the cells of the picture
 * @param pixels unit embedding of every cell {@code [cells, channels]}
 * @param texts unit embeddings of the text and, behind it, of the tags {@code [1 + n, channels]}
 * @param cosines of pixels and texts {@code [1 + n, cells]}
 * @param selected {@code [n]}: the tags training would select
 * @param distillLoss L_distill (Eq. 4), unweighted
 * @param tagLoss L_tag (Eq. 5), unweighted
 */
@SuppressWarnings("ArrayRecordComponent") // results to be read, compared by nobody
public record Grounding(
        TtdOptions options,
        List<Tag> tags,
        Grid grid,
        float[] pixels,
        float[] texts,
        float[] cosines,
        boolean[] selected,
        double distillLoss,
        double tagLoss) {
    /**
     * The cells of a picture.
     *
     * @param rows cells from top to bottom
     * @param columns cells from left to right
     * @param valid {@code [rows * columns]}: whether a cell shows the picture rather than padding; null when all do
     */
    public record Grid(int rows, int columns, boolean[] valid) {
        public int cells() {
            return rows * columns;
        }

        public boolean isValid(int cell) {
            return valid == null || valid[cell];
        }
    }

    /**
     * Runs a model.
     *
     * @param tags at least one
     * @param tokenize from a text to its token sequence, cut after its end
     * @throws IOException if a similarity is not a finite number
     */
    public static Grounding of(
            Clip clip,
            PreparedImage image,
            String text,
            List<Tag> tags,
            Function<String, int[]> tokenize,
            TtdOptions options)
            throws IOException {
        int patch = clip.config().vision().patch();
        TextBatch batch = TextBatch.of(List.of(new TextBatch.Entry(text, tags, image)), tokenize, patch, options);
        try (Scope scope = clip.device().scope("grounding")) {
            TtdForward forward = TtdForward.run(new Tape(scope, false), clip, null, List.of(image), batch, options, 1);
            float[] cosines = forward.maps().maps().value().toFloats();
            requireFinite(cosines);
            float[] flags = forward.selected().toFloats();
            boolean[] selected = new boolean[tags.size()];
            for (int t = 0; t < selected.length; t++) {
                selected[t] = flags[1 + t] > 0.5f;
            }
            double[] losses = forward.loss().parts().toDoubles();
            return new Grounding(
                    options,
                    tags,
                    new Grid(
                            image.height() / patch,
                            image.width() / patch,
                            batch.plan().valid()),
                    forward.pixels().value().toFloats(),
                    forward.texts().value().toFloats(),
                    cosines,
                    selected,
                    losses[0],
                    losses[1]);
        }
    }

    private static void requireFinite(float[] cosines) throws IOException {
        for (float cosine : cosines) {
            if (!Float.isFinite(cosine)) {
                throw new IOException("the model gives similarities that are not numbers: its weights, its adapter or"
                        + " the pixels are damaged");
            }
        }
    }

    /** S(T), the similarity map of the text {@code [cells]}. */
    public float[] textMap() {
        return map(0);
    }

    /** S(t), the similarity map of a tag {@code [cells]}. */
    public float[] tagMap(int tag) {
        return map(1 + tag);
    }

    private float[] map(int text) {
        Phi phi = options.phi();
        float[] map = Arrays.copyOfRange(cosines, text * grid.cells(), (text + 1) * grid.cells());
        for (int cell = 0; cell < map.length; cell++) {
            map[cell] = (float) phi.of(map[cell]);
        }
        return map;
    }

    /** The first valid cell where a tag's similarity is largest. */
    public int bestCell(int tag) {
        int best = -1;
        for (int cell = 0; cell < grid.cells(); cell++) {
            if (grid.isValid(cell) && (best < 0 || cosine(tag, cell) > cosine(tag, best))) {
                best = cell;
            }
        }
        return best;
    }

    /** cos of a tag and a cell. */
    double cosine(int tag, int cell) {
        return cosines[(1 + tag) * grid.cells() + cell];
    }

    /** U of Eq. 4 {@code [cells]}: the largest normalised similarity among the selected tags; 0 in cells of padding. */
    public float[] union() {
        Phi phi = options.phi();
        TtdLossOptions loss = options.loss(1);
        float[] union = new float[grid.cells()];
        for (int t = 0; t < selected.length; t++) {
            if (!selected[t]) {
                continue;
            }
            double largest = phi.of(cosine(t, bestCell(t)));
            double least = largest;
            for (int cell = 0; cell < union.length; cell++) {
                least = grid.isValid(cell) ? Math.min(least, phi.of(cosine(t, cell))) : least;
            }
            for (int cell = 0; cell < union.length; cell++) {
                if (grid.isValid(cell)) {
                    double target = loss.target(phi.of(cosine(t, cell)), least, largest);
                    union[cell] = (float) Math.max(union[cell], target);
                }
            }
        }
        return union;
    }

    /** Tags that may not be selected {@code [n]}, or null. */
    boolean[] barred() {
        boolean[] barred = new boolean[tags.size()];
        boolean any = false;
        for (int t = 0; t < barred.length; t++) {
            barred[t] = options.tags().bars(tags.get(t));
            any |= barred[t];
        }
        return any ? barred : null;
    }
}
