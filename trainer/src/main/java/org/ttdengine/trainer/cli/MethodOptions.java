package org.ttdengine.trainer.cli;

import org.ttdengine.engine.backend.Phi;
import org.ttdengine.trainer.ttd.PseudoTags;
import org.ttdengine.trainer.ttd.StopWordRule;
import org.ttdengine.trainer.ttd.TagOptions;
import org.ttdengine.trainer.ttd.TtdOptions;
import org.ttdengine.vit.image.Normalization;
import picocli.CommandLine.Option;

/** The open choices of TTD; the defaults are the recommended ones. */
final class MethodOptions {
    private static final String AUTO = "auto";

    @Option(
            names = "--phi",
            description =
                    "Similarity sigmoid(w cos + b) as w,b; auto: fitted to model and data without labels, by train"
                            + " and eval; cosine: the cosine itself (default: 10,-2.5, which is CLIP's; auto where the model"
                            + " or the data are the demo's).")
    private String phi;

    @Option(
            names = "--normalize",
            defaultValue = "imagenet",
            description = "Mean and deviation of pixels: imagenet or clip (default: ${DEFAULT-VALUE}).")
    private String normalize;

    @Option(
            names = "--stop-words",
            defaultValue = "keep",
            description = "keep as candidates, drop before scoring, or reject after (default: ${DEFAULT-VALUE}).")
    private StopWordRule stopWords;

    @Option(names = "--keep-punctuation", description = "Words without letter or digit are candidates too.")
    private boolean keepPunctuation;

    @Option(names = "--whitespace-only", description = "Words keep the punctuation at their edges.")
    private boolean whitespaceOnly;

    @Option(
            names = "--max-tags",
            defaultValue = "40",
            description = "Candidates per caption (default: ${DEFAULT-VALUE}).")
    private int maxTags;

    @Option(names = "--count-padding", description = "Padded cells take part in scores, targets and losses.")
    private boolean countPadding;

    @Option(
            names = "--distill-weight",
            defaultValue = "1",
            description = "Factor of L_distill (default: ${DEFAULT-VALUE}).")
    private double distillWeight;

    @Option(names = "--tag-weight", defaultValue = "1", description = "Factor of L_tag (default: ${DEFAULT-VALUE}).")
    private double tagWeight;

    @Option(names = "--sum-cells", description = "Sum instead of mean of squares over the cells of a map.")
    private boolean sumCells;

    @Option(names = "--hard-targets", description = "Targets cut at one half to 0 and 1.")
    private boolean hardTargets;

    /**
     * Whether phi is to be fitted to model and data.
     *
     * @param demo whether the model or the data are the demo's, for which that is usual
     */
    boolean phiIsAuto(boolean demo) {
        return phi == null ? demo : phi.equals(AUTO);
    }

    /** The method; with a fitted phi where it is not given in numbers. */
    TtdOptions ttd(boolean frozenTeacher, Phi fitted) {
        TagOptions tags = tags();
        return new TtdOptions(
                tags,
                fitted,
                !countPadding,
                distillWeight,
                tagWeight,
                !sumCells,
                hardTargets,
                frozenTeacher,
                PseudoTags.PIXEL);
    }

    /** How captions become tags. */
    TagOptions tags() {
        return new TagOptions(stopWords, keepPunctuation, !whitespaceOnly, maxTags);
    }

    /** Phi as it was given, or CLIP's. */
    Phi phi() {
        if (phi == null) {
            return Phi.CLIP;
        }
        if (phi.equals(AUTO)) {
            throw new IllegalArgumentException(
                    "--phi auto needs pairs to look at, which only train, eval and the demo's model have; give w,b");
        }
        if (phi.equals("cosine")) {
            return Phi.COSINE;
        }
        String[] parts = phi.split(",", -1);
        try {
            if (parts.length == 2) {
                return Phi.sigmoid(Double.parseDouble(parts[0]), Double.parseDouble(parts[1]));
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("--phi takes two numbers w,b, not '" + phi + "'", e);
        }
        throw new IllegalArgumentException("--phi takes two numbers w,b, not '" + phi + "'");
    }

    Normalization normalization() {
        return switch (normalize) {
            case "imagenet" -> Normalization.IMAGENET;
            case "clip" -> Normalization.CLIP;
            default -> throw new IllegalArgumentException("--normalize must be imagenet or clip, not " + normalize);
        };
    }
}
