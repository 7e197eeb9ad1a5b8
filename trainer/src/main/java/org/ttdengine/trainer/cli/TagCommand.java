package org.ttdengine.trainer.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.ttdengine.trainer.cli.launch.Terminal;
import org.ttdengine.trainer.ttd.Grounding;
import org.ttdengine.trainer.ttd.Tag;
import org.ttdengine.trainer.ttd.TagScore;
import org.ttdengine.trainer.ttd.TagScorer;
import org.ttdengine.trainer.ttd.TagSelection;
import org.ttdengine.vit.image.Images;
import org.ttdengine.vit.image.RgbImage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Finds the tags of a picture among the words of a text. */
@Command(
        name = "tag",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Finds the tags of a picture among the words of a text, and where each is.",
            "The whole picture is seen, its sides rounded to whole patches. Rows and columns are cells of the"
                    + " patch grid, counted from 0; they tell where a word is most similar."
        })
final class TagCommand implements Callable<Integer> {
    private static final String GAP = "gap";

    @Spec
    private CommandSpec spec;

    @Option(names = "--image", required = true, description = "The picture.")
    private Path image;

    @Option(names = "--text", required = true, description = "The text whose words are the candidates.")
    private String text;

    @Option(
            names = "--scorer",
            defaultValue = "pixel",
            description = "pixel: largest similarity of any cell; image: similarity to the mean of the cells; text:"
                    + " similarity to the whole text; image+text: mean of both; seg: share of cells where the word"
                    + " is the most similar (default: ${DEFAULT-VALUE}).")
    private String scorerName;

    @Option(
            names = "--select",
            description = "gap: scores above the largest gap; a number: scores greater than that (default: gap for"
                    + " pixel, 0 for seg, else 0.5).")
    private String select;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Mixin
    private GroundingOptions options;

    @Override
    public Integer call() throws IOException {
        TagScorer scorer = TagScorer.parse(scorerName);
        TagSelection selection = select == null ? scorer.usualSelection() : selection(select);
        List<Tag> tags = options.tagsOf(text);
        int size = options.imageSize();
        RgbImage picture = Images.read(image);
        PrintWriter out = spec.commandLine().getOut();
        options.withModel(spec.commandLine().getErr(), (clip, method) -> {
            Grounding grounding = Grounding.of(
                    clip,
                    options.prepareWhole(picture, size, clip, spec.commandLine().getErr()),
                    text,
                    tags,
                    clip::tokens,
                    method);
            List<TagScore> scores = scorer.score(grounding, selection);
            if (json) {
                out.println(new TagJson(text, scorer, grounding.grid(), scores).json());
            } else {
                boolean colours = Terminal.stdout() && Terminal.wantsColours(System.getenv());
                out.println(TagTable.of(grounding.grid(), scores, Terminal.stdoutCharset(), colours));
            }
            out.flush();
        });
        return 0;
    }

    private static TagSelection selection(String rule) {
        if (rule.equals(GAP)) {
            return TagSelection.largestGap();
        }
        try {
            double threshold = Double.parseDouble(rule);
            if (Double.isFinite(threshold)) {
                return TagSelection.above(threshold);
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("--select takes gap or a number, not '" + rule + "'", e);
        }
        throw new IllegalArgumentException("--select takes gap or a finite number, not " + rule);
    }
}
