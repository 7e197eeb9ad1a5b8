package org.ttdengine.trainer.ttd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.ttdengine.engine.backend.MapPlan;
import org.ttdengine.engine.backend.RowMix;
import org.ttdengine.trainer.data.Sample;
import org.ttdengine.vit.image.PreparedImage;

/**
 * The texts of a batch: each sample's caption and its tags, every distinct one once.
 *
 * @param texts token sequences of the distinct texts, cut after their end
 * @param rows the text of every map: first a sample's caption, then its tags
 * @param plan layout of the maps
 * @param barred maps that may not be selected, or null
 * @param given {@code [maps]}: 1 for the tags where a list says which they are; null where scores do
 */
@SuppressWarnings("ArrayRecordComponent") // built once, read by one step
public record TextBatch(List<int[]> texts, RowMix rows, MapPlan plan, boolean[] barred, float[] given) {
    /**
     * One sample's side of the batch.
     *
     * @param caption the text
     * @param tags its candidates, at least one
     * @param image what it is matched with
     */
    public record Entry(String caption, List<Tag> tags, PreparedImage image) {}

    /** Samples with their tags; those whose caption has none are left out. */
    public static List<Entry> entries(List<Sample> samples, TagOptions options) {
        return samples.stream()
                .map(s -> new Entry(s.caption(), CaptionTags.of(s.caption(), options), s.image()))
                .filter(entry -> !entry.tags.isEmpty())
                .toList();
    }

    /**
     * Collects the texts of samples whose pictures all have one size.
     *
     * @param tokenize from a text to its sequence
     * @param patch side of a patch
     */
    public static TextBatch of(List<Entry> entries, Function<String, int[]> tokenize, int patch, TtdOptions options) {
        Map<String, Integer> distinct = new LinkedHashMap<>();
        List<Integer> rows = new ArrayList<>();
        List<Boolean> barred = new ArrayList<>();
        int[] offsets = new int[entries.size() + 1];
        for (int s = 0; s < entries.size(); s++) {
            Entry entry = entries.get(s);
            rows.add(number(distinct, entry.caption));
            barred.add(false);
            for (Tag tag : entry.tags) {
                rows.add(number(distinct, tag.word()));
                barred.add(options.tags().bars(tag));
            }
            offsets[s + 1] = rows.size();
        }
        PreparedImage first = entries.get(0).image;
        int cells = first.height() / patch * (first.width() / patch);
        boolean[] valid = options.maskPadding() ? validCells(entries, patch, cells) : null;
        return new TextBatch(
                distinct.keySet().stream().map(tokenize).toList(),
                RowMix.select(rows.stream().mapToInt(Integer::intValue).toArray()),
                new MapPlan(cells, offsets, valid),
                barred.contains(true) ? toArray(barred) : null,
                options.pseudoTags() instanceof PseudoTags.Listed list ? given(entries, list, options.tags()) : null);
    }

    private static float[] given(List<Entry> entries, PseudoTags.Listed list, TagOptions options) {
        List<Float> flags = new ArrayList<>();
        for (Entry entry : entries) {
            flags.add(0f);
            entry.tags.forEach(tag -> flags.add(list.words().contains(tag.word()) && !options.bars(tag) ? 1f : 0f));
        }
        float[] array = new float[flags.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = flags.get(i);
        }
        return array;
    }

    private static int number(Map<String, Integer> distinct, String text) {
        return distinct.computeIfAbsent(text, t -> distinct.size());
    }

    private static boolean[] toArray(List<Boolean> flags) {
        boolean[] array = new boolean[flags.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = flags.get(i);
        }
        return array;
    }

    /**
     * A cell is valid if the centre of its patch shows the picture. A picture so narrow that it meets no centre is valid
     * as a whole with its padding; null if nothing is padded.
     */
    private static boolean[] validCells(List<Entry> entries, int patch, int cells) {
        boolean[] valid = new boolean[entries.size() * cells];
        boolean padded = false;
        for (int s = 0; s < entries.size(); s++) {
            PreparedImage image = entries.get(s).image;
            int columns = image.width() / patch;
            int found = 0;
            for (int cell = 0; cell < cells; cell++) {
                double x = (cell % columns + 0.5) * patch;
                double y = (cell / columns + 0.5) * patch;
                PreparedImage.Region region = image.valid();
                valid[s * cells + cell] = x >= region.x()
                        && x < region.x() + region.width()
                        && y >= region.y()
                        && y < region.y() + region.height();
                found += valid[s * cells + cell] ? 1 : 0;
            }
            if (found == 0) {
                Arrays.fill(valid, s * cells, (s + 1) * cells, true);
            }
            padded |= found > 0 && found < cells;
        }
        return padded ? valid : null;
    }
}
