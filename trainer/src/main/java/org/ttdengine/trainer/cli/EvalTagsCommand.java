package org.ttdengine.trainer.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.ttdengine.trainer.eval.EvalOptions;
import org.ttdengine.trainer.eval.Evaluation;
import org.ttdengine.trainer.eval.EveryWord;
import org.ttdengine.trainer.eval.LabelledSamples;
import org.ttdengine.trainer.eval.ScoredTags;
import org.ttdengine.trainer.eval.TagEvaluation;
import org.ttdengine.trainer.eval.TagMethod;
import org.ttdengine.trainer.eval.TagsFile;
import org.ttdengine.trainer.ttd.TagOptions;
import org.ttdengine.trainer.ttd.TagScorer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures how well tags are found among the words of captions. */
@Command(
        name = "tags",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Measures how well the tags of pictures are found among the words of their captions: precision, recall, F1"
                    + " and accuracy over all words of all captions, mean average precision per caption, share of"
                    + " captions in which only one word was selected.",
            "All words count, stop words and punctuation included, whatever --stop-words says of the candidates."
        })
final class EvalTagsCommand implements Callable<Integer> {
    private static final String ALL = "all";
    private static final int USUAL_SIZE = 224;

    @Mixin
    private EvalInput input;

    @Option(
            names = "--scorer",
            defaultValue = ALL,
            description =
                    "all, pixel, image, text, image+text or seg; pixel is cut at the largest gap and at 0.2 to 0.8"
                            + " (default: ${DEFAULT-VALUE}).")
    private String scorer;

    @Option(
            names = "--tags-file",
            description = "Score tags found elsewhere too: a line per sample, its name, a tab, its tags between commas"
                    + " or spaces. May be given more than once.")
    private List<Path> files = List.of();

    @Option(
            names = "--captions-out",
            description = "Write the captions, a line per sample: its name, a tab, its caption.")
    private Path captionsOut;

    @Override
    public Integer call() throws IOException {
        EvalOptions usual = input.options(EvalOptions.Resize.SQUASH, USUAL_SIZE);
        List<TagMethod> methods = methods(usual.method().tags());
        LabelledSamples samples = input.samples();
        EvalProgress progress = input.progress();
        input.withModel(usual, progress, (clip, options) -> {
            TagEvaluation tags = new TagEvaluation(methods);
            progress.start(input.split().toString());
            Evaluation done;
            try (CaptionsFile captions = CaptionsFile.open(captionsOut)) {
                done = Evaluation.run(clip, samples, options, false, progress, List.of(tags, captions));
            }
            progress.finish();
            EvalTagsReport report = new EvalTagsReport(
                    new EvalSetting(input.model(), samples, input.split(), options), done, tags.rows());
            input.out().println(input.json() ? report.json() : report.table());
            input.out().flush();
        });
        return 0;
    }

    private List<TagMethod> methods(TagOptions options) throws IOException {
        List<TagMethod> methods =
                new ArrayList<>(scorer.equals(ALL) ? ScoredTags.paper() : ScoredTags.paper(TagScorer.parse(scorer)));
        for (Path file : files) {
            methods.add(TagsFile.read(file, options));
        }
        methods.add(new EveryWord());
        return methods;
    }
}
