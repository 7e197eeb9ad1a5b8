package org.ttdengine.trainer.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.ttdengine.trainer.ttd.PseudoTags;
import org.ttdengine.trainer.ttd.TtdOptions;

/**
 * One way to train: a row of the paper's Tables 5 and 8.
 *
 * @param name the losses, the teacher, and where the tags come from, if not from pixel scores
 * @param method how it is trained; null for not at all
 */
record Ablation(String name, TtdOptions method) {
    /**
     * All rows: no training; each loss alone and both, with either teacher; both losses with other tags.
     *
     * @param method both losses, by pixel scores
     * @param nouns words that are tags wherever they occur
     */
    static List<Ablation> of(TtdOptions method, Set<String> nouns) {
        List<Ablation> rows = new ArrayList<>();
        rows.add(new Ablation("no training", null));
        for (boolean frozen : new boolean[] {false, true}) {
            String teacher = frozen ? "frozen teacher" : "moving teacher";
            rows.add(new Ablation("tag loss, " + teacher, variant(method, 0, method.tagWeight(), frozen)));
            rows.add(new Ablation("distillation, " + teacher, variant(method, method.distillWeight(), 0, frozen)));
            rows.add(new Ablation(
                    "both, " + teacher, variant(method, method.distillWeight(), method.tagWeight(), frozen)));
        }
        TtdOptions moving = variant(method, method.distillWeight(), method.tagWeight(), false);
        rows.add(new Ablation("both, moving teacher, tags by image", moving.with(PseudoTags.IMAGE)));
        rows.add(new Ablation("both, moving teacher, all nouns", moving.with(new PseudoTags.Listed(nouns))));
        return List.copyOf(rows);
    }

    private static TtdOptions variant(TtdOptions from, double distillWeight, double tagWeight, boolean frozen) {
        return new TtdOptions(
                from.tags(),
                from.phi(),
                from.maskPadding(),
                distillWeight,
                tagWeight,
                from.meanOverCells(),
                from.hardTargets(),
                frozen,
                PseudoTags.PIXEL);
    }

    /** Whether seeds make a difference. */
    boolean trains() {
        return method != null;
    }

    /** The name of the row's folder for a seed. */
    String folder(long seed) {
        return name.replaceAll("[^a-z]+", "-") + "-seed-" + seed;
    }
}
