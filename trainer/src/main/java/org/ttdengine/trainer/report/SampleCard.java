package org.ttdengine.trainer.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.ttdengine.trainer.eval.Mask;
import org.ttdengine.trainer.ttd.CaptionTags;
import org.ttdengine.trainer.ttd.StopWordRule;
import org.ttdengine.trainer.ttd.Tag;
import org.ttdengine.trainer.ttd.TagOptions;

/** A sample in HTML: its caption with the fate of every word, its picture, and its maps before and after training. */
final class SampleCard {
    /** Words whose maps are shown. */
    private static final int MOST_WORDS = 10;

    /** Words among them that were rightly rejected both times. */
    private static final int OTHER_WORDS = 2;

    /** How a word between white space is spelt as a candidate. */
    private static final TagOptions SPELLING = new TagOptions(StopWordRule.KEEP, true, true, 1);

    private final ChangedSample sample;
    private final Tiles tiles;

    SampleCard(ChangedSample sample) {
        this.sample = sample;
        this.tiles = Tiles.of(sample.picture());
    }

    String html() {
        StringBuilder html = new StringBuilder("<article class=\"sample\">\n<div class=\"words\">");
        html.append("<span class=\"when\">before</span><p>").append(caption(sample.before()));
        html.append("</p><span class=\"when\">after</span><p>").append(caption(sample.after()));
        html.append("</p></div>\n<p class=\"change\">")
                .append(change(
                        "CaptionIoU", sample.before().iou(), sample.after().iou()));
        html.append(" · ")
                .append(change("tag F1", sample.before().f1(), sample.after().f1()));
        html.append(" · ").append(Html.text(sample.name())).append("</p>\n<div class=\"maps\">");
        html.append(pair(
                "picture · truth",
                Html.image(tiles.png(), "map", "The picture: " + sample.before().caption()),
                Html.image(tiles.spotlight(sample.union()), "map", "Where the caption's true words are"),
                "picture",
                "truth"));
        html.append(maps(0, "<b>whole caption</b>", "the whole caption", sample.union()));
        for (int t : shownWords()) {
            Tag tag = sample.before().tags().get(t);
            Mask nowhere = Mask.empty(1, 1);
            html.append(maps(
                    1 + t,
                    fates(t),
                    "\"" + tag.word() + "\", " + fate(sample.before(), t).meaning() + " before, "
                            + fate(sample.after(), t).meaning() + " after",
                    sample.masks().getOrDefault(tag.word(), nowhere)));
        }
        return html.append("</div></article>\n").toString();
    }

    private static String change(String figure, double before, double after) {
        return String.format(
                Locale.ROOT, "%s %s → <b>%s</b>", figure, EffectTables.percent(before), EffectTables.percent(after));
    }

    private WordFate fate(ModelView view, int tag) {
        return WordFate.of(view.selected()[tag], sample.truth()[tag]);
    }

    /** The word as it fared before, and after if that differs. */
    private String fates(int t) {
        String word = sample.before().tags().get(t).word();
        WordFate before = fate(sample.before(), t);
        WordFate after = fate(sample.after(), t);
        return before == after ? after.html(word) : before.html(word) + " → " + after.html(word);
    }

    /** The caption with every candidate in the style of its fate; what is no candidate stays plain. */
    private String caption(ModelView view) {
        Map<String, WordFate> fates = new HashMap<>();
        for (int t = 0; t < view.tags().size(); t++) {
            fates.put(view.tags().get(t).word(), fate(view, t));
        }
        List<String> words = new ArrayList<>();
        for (String word : view.caption().strip().split("\\s+")) {
            WordFate fate = CaptionTags.of(word, SPELLING).stream()
                    .findFirst()
                    .map(tag -> fates.get(tag.word()))
                    .orElse(null);
            words.add(fate == null ? Html.text(word) : fate.html(word));
        }
        return String.join(" ", words);
    }

    /** The words that are true or were selected at any time, and a few others; in caption order. */
    private List<Integer> shownWords() {
        int count = (int) IntStream.range(0, sample.truth().length)
                .filter(t -> rank(t) <= 1)
                .count();
        return IntStream.range(0, sample.truth().length)
                .boxed()
                .sorted(Comparator.comparingInt(this::rank))
                .limit(Math.min(MOST_WORDS, count + OTHER_WORDS))
                .sorted()
                .toList();
    }

    /** Words that matter come first: the true ones, then the selected; stop words come last. */
    private int rank(int t) {
        if (sample.truth()[t]) {
            return 0;
        }
        if (sample.before().selected()[t] || sample.after().selected()[t]) {
            return 1;
        }
        return sample.before().tags().get(t).stopWord() ? 3 : 2;
    }

    private String maps(int text, String title, String what, Mask truth) {
        return pair(
                title,
                Html.image(
                        tiles.heat(sample.before().map(text), sample.before().grid(), truth),
                        "map",
                        "Heat map before training of " + what),
                Html.image(
                        tiles.heat(sample.after().map(text), sample.after().grid(), truth),
                        "map",
                        "Heat map after training of " + what),
                "before",
                "after");
    }

    private static String pair(String title, String left, String right, String leftName, String rightName) {
        return "<figure class=\"pair\"><figcaption>" + title + "</figcaption><div>" + left + right
                + "</div><div class=\"sides\" aria-hidden=\"true\"><span>" + leftName + "</span><span>" + rightName
                + "</span></div></figure>\n";
    }
}
