package org.ttdengine.trainer.ttd;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.autograd.Tape;
import org.ttdengine.engine.backend.MapPlan;
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
 */
@SuppressWarnings("ArrayRecordComponent") // results to be read, compared by nobody
public record Grounding(
        TtdOptions options,
        List<Tag> tags,
        Grid grid,
        float[] pixels,
        float[] texts,
        float[] cosines,
        boolean[] selected) {
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
        return of(clip, List.of(new TextBatch.Entry(text, tags, image)), tokenize, options)
                .get(0);
    }

    /**
     * Runs a model on a batch.
     *
     * @param entries pairs whose pictures all have one size, at least one
     * @param tokenize from a text to its token sequence, cut after its end
     * @return in the order of the pairs
     * @throws IOException if a similarity is not a finite number
     */
    public static List<Grounding> of(
            Clip clip, List<TextBatch.Entry> entries, Function<String, int[]> tokenize, TtdOptions options)
            throws IOException {
        int patch = clip.config().vision().patch();
        TextBatch batch = TextBatch.of(entries, tokenize, patch, options);
        List<PreparedImage> images =
                entries.stream().map(TextBatch.Entry::image).toList();
        try (Scope scope = clip.device().scope("grounding")) {
            TtdForward forward =
                    TtdForward.run(new Tape(scope, false), clip, null, images, batch, options, entries.size());
            float[] cosines = forward.maps().maps().value().toFloats();
            requireFinite(cosines);
            float[] flags = forward.selected().toFloats();
            float[] pixels = forward.pixels().value().toFloats();
            float[] texts = forward.texts().value().toFloats();
            List<Grounding> groundings = new ArrayList<>();
            for (int s = 0; s < entries.size(); s++) {
                int first = batch.plan().offsets()[s];
                int last = batch.plan().offsets()[s + 1];
                groundings.add(new Grounding(
                        options,
                        entries.get(s).tags(),
                        grid(images.get(s), patch, batch.plan(), s),
                        rows(pixels, entries.size(), s, s + 1),
                        rows(texts, batch.plan().maps(), first, last),
                        rows(cosines, batch.plan().maps(), first, last),
                        selected(flags, first + 1, last)));
            }
            return groundings;
        }
    }

    private static Grid grid(PreparedImage image, int patch, MapPlan plan, int sample) {
        boolean[] valid = plan.valid() == null
                ? null
                : Arrays.copyOfRange(plan.valid(), sample * plan.cells(), (sample + 1) * plan.cells());
        return new Grid(image.height() / patch, image.width() / patch, valid);
    }

    /** Rows {@code from} to {@code to - 1} of {@code count} rows. */
    private static float[] rows(float[] values, int count, int from, int to) {
        int width = values.length / count;
        return Arrays.copyOfRange(values, from * width, to * width);
    }

    private static boolean[] selected(float[] flags, int from, int to) {
        boolean[] selected = new boolean[to - from];
        for (int t = 0; t < selected.length; t++) {
            selected[t] = flags[from + t] > 0.5f;
        }
        return selected;
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
        return union(selected);
    }

    /** {@link #union()} of other tags than the selected ones: {@code [n]}, whether a tag counts. */
    public float[] union(boolean[] counted) {
        float[] union = new float[grid.cells()];
        for (int t = 0; t < counted.length; t++) {
            if (counted[t]) {
                float[] target = target(t);
                for (int cell = 0; cell < union.length; cell++) {
                    union[cell] = Math.max(union[cell], target[cell]);
                }
            }
        }
        return union;
    }

    /** norm(S(t)) of Eq. 4 {@code [cells]}; 0 in cells of padding. */
    private float[] target(int tag) {
        Phi phi = options.phi();
        TtdLossOptions loss = options.loss(1);
        double largest = phi.of(cosine(tag, bestCell(tag)));
        double least = largest;
        for (int cell = 0; cell < grid.cells(); cell++) {
            least = grid.isValid(cell) ? Math.min(least, phi.of(cosine(tag, cell))) : least;
        }
        float[] target = new float[grid.cells()];
        for (int cell = 0; cell < target.length; cell++) {
            if (grid.isValid(cell)) {
                target[cell] = (float) loss.target(phi.of(cosine(tag, cell)), least, largest);
            }
        }
        return target;
    }

    /** L_distill (Eq. 4), unweighted. */
    public double distillLoss() {
        return squares(textMap(), union());
    }

    /** L_tag (Eq. 5), unweighted. */
    public double tagLoss() {
        float[] nowhere = new float[grid.cells()];
        double sum = 0;
        for (int t = 0; t < selected.length; t++) {
            sum += squares(tagMap(t), selected[t] ? target(t) : nowhere);
        }
        return sum;
    }

    /** Squared differences of two maps, averaged over the valid cells or summed. */
    private double squares(float[] map, float[] target) {
        double sum = 0;
        int valid = 0;
        for (int cell = 0; cell < map.length; cell++) {
            if (grid.isValid(cell)) {
                double difference = map[cell] - target[cell];
                sum += difference * difference;
                valid++;
            }
        }
        return options.meanOverCells() ? sum / valid : sum;
    }

    /** Tags that may not be selected {@code [n]}, or null. */
    public boolean[] barred() {
        boolean[] barred = new boolean[tags.size()];
        boolean any = false;
        for (int t = 0; t < barred.length; t++) {
            barred[t] = options.tags().bars(tags.get(t));
            any |= barred[t];
        }
        return any ? barred : null;
    }
}
