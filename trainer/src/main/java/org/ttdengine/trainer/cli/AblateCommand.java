package org.ttdengine.trainer.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.backend.Phi;
import org.ttdengine.lora.Lora;
import org.ttdengine.trainer.DemoModel;
import org.ttdengine.trainer.Ttd;
import org.ttdengine.trainer.cli.launch.Terminal;
import org.ttdengine.trainer.data.PairSource;
import org.ttdengine.trainer.data.demo.DemoWords;
import org.ttdengine.trainer.eval.EvalListener;
import org.ttdengine.trainer.eval.EvalOptions;
import org.ttdengine.trainer.eval.FirstSamples;
import org.ttdengine.trainer.eval.FittedPhi;
import org.ttdengine.trainer.eval.LabelledSamples;
import org.ttdengine.trainer.eval.LabelledSets;
import org.ttdengine.trainer.eval.ModelScores;
import org.ttdengine.trainer.eval.RememberedSamples;
import org.ttdengine.trainer.eval.ScoredTags;
import org.ttdengine.trainer.eval.Split;
import org.ttdengine.trainer.run.JsonLines;
import org.ttdengine.trainer.run.RunFolder;
import org.ttdengine.trainer.train.TrainOptions;
import org.ttdengine.trainer.ttd.PhiCalibration;
import org.ttdengine.trainer.ttd.TagScorer;
import org.ttdengine.trainer.ttd.TtdOptions;
import org.ttdengine.vit.Clip;
import org.ttdengine.vit.ClipState;
import org.ttdengine.vit.image.Augmentation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains with parts of the method left out or exchanged, and measures each. */
@Command(
        name = "ablate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "The ablations of the paper's Tables 5 and 8 on the demo's scenes: no training; the tag loss, the"
                    + " distillation loss and both, with a moving and a frozen teacher; tags by image scores and all"
                    + " words for things, colours, materials and places. Mean and, in brackets, standard deviation over"
                    + " the seeds, in percent.",
            "Finished runs are kept in OUT/ablation.jsonl: the same command goes on where it was stopped. Options that"
                    + " are not given are those of train --data demo: " + DemoDefaults.TRAINING + "."
        })
final class AblateCommand implements Callable<Integer> {
    private static final String RESULTS = "ablation.jsonl";

    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelOptions model;

    @Mixin
    private DeviceOptions device;

    @Mixin
    private MethodOptions method;

    @Mixin
    private TrainingOptions training;

    @Option(
            names = "--out",
            defaultValue = "ttd-ablation",
            description = "Folder of the runs (default: ${DEFAULT-VALUE}).")
    private Path out;

    @Option(
            names = "--seeds",
            defaultValue = "3",
            description = "Runs of each kind, of --seed and the numbers after it (default: ${DEFAULT-VALUE}).")
    private int seeds;

    @Option(
            names = "--split",
            defaultValue = "validation",
            description = "What is reported: validation or test (default: ${DEFAULT-VALUE}).")
    private Split split;

    @Option(names = "--eval-samples", description = "Scenes of a split that are looked at (default: all 1000).")
    private Integer evalSamples;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    /** A row and a seed. */
    private record Run(Ablation ablation, long seed) {}

    @Override
    public Integer call() throws IOException {
        RunConfig.preset(spec, DemoDefaults.training());
        if (seeds < 1) {
            throw new IllegalArgumentException("--seeds must be at least 1, not " + seeds);
        }
        if (evalSamples != null && evalSamples < 1) {
            throw new IllegalArgumentException("--eval-samples must be at least 1, not " + evalSamples);
        }
        ClipState state = model.read();
        options(state, method.ttd(false, Phi.CLIP), model.seed(), 1);
        try (RunFolder folder = RunFolder.open(out)) {
            RunConfig.of(spec).claim(folder);
            try (Device open = device.open();
                    Clip clip = Clip.of(state, model.tokenizer(), open)) {
                run(folder, clip, MicroBatch.fitting(state.config(), imageSize(), training.batch(), open), state);
            }
        }
        return 0;
    }

    private void run(RunFolder folder, Clip clip, int together, ClipState state) throws IOException {
        LabelledSamples validation = samples(Split.VALIDATION);
        LabelledSamples reported = split == Split.VALIDATION ? validation : samples(split);
        TtdOptions usual = method.ttd(false, phi(clip, validation));
        List<Ablation> ablations = Ablation.of(usual, Set.copyOf(DemoWords.visible()));
        List<Run> runs = ablations.stream()
                .flatMap(a -> LongStream.range(0, a.trains() ? seeds : 1).mapToObj(s -> new Run(a, model.seed() + s)))
                .toList();
        Path file = folder.path().resolve(RESULTS);
        Map<Run, JsonNode> results = finished(folder, file, runs);
        AblationProgress progress = new AblationProgress(
                spec.commandLine().getErr(),
                Terminal.stderr(),
                Terminal.stderrCharset(),
                runs.size() - results.size(),
                options(state, usual, 0, together).totalSteps(DemoDefaults.PAIRS),
                System::nanoTime);
        try (JsonLines lines = JsonLines.append(file, folder.path())) {
            for (Run run : runs) {
                if (results.containsKey(run)) {
                    continue;
                }
                progress.start(run.ablation.name() + ", seed " + run.seed);
                TtdOptions trained = run.ablation.trains() ? run.ablation.method() : usual;
                Optional<Path> adapter = run.ablation.trains()
                        ? Optional.of(train(clip, run, options(state, trained, run.seed, together), progress))
                        : Optional.empty();
                ObjectNode figures =
                        AblationTable.figures(scores(clip, adapter, usual, validation, reported, progress));
                figures.put("ablation", run.ablation.name());
                figures.put("seed", run.seed);
                figures.put("step", results.size() + 1);
                lines.write(figures);
                lines.sync();
                results.put(run, figures);
                progress.finishedRun();
            }
        }
        progress.clear();
        report(runs, results, usual, reported);
    }

    private Path train(Clip clip, Run run, TrainOptions options, AblationProgress progress) throws IOException {
        try (PairSource pairs = DemoModel.pairs(DemoDefaults.PAIRS, run.seed)) {
            return Ttd.trainer(clip)
                    .pairs(pairs)
                    .lora(training.lora())
                    .options(options)
                    .listener(progress)
                    .run(out.resolve(run.ablation.folder(run.seed)));
        }
    }

    @SuppressWarnings("try") // an adapter works by being attached
    private ModelScores scores(
            Clip clip,
            Optional<Path> adapter,
            TtdOptions usual,
            LabelledSamples validation,
            LabelledSamples reported,
            EvalListener progress)
            throws IOException {
        try (Lora lora = adapter.isPresent() ? Lora.load(clip, adapter.get(), false) : null) {
            return ModelScores.of(
                    clip,
                    Optional.of(validation),
                    reported,
                    shown(usual),
                    List.of(ScoredTags.usual(TagScorer.PIXEL), ScoredTags.usual(TagScorer.TEXT)),
                    ModelScores.PAPER_THRESHOLD,
                    progress);
        }
    }

    private LabelledSamples samples(Split of) throws IOException {
        LabelledSamples all = LabelledSets.open(ModelOptions.DEMO, of, DemoModel.IMAGE_SIZE);
        return new RememberedSamples(
                evalSamples == null || evalSamples >= all.size() ? all : new FirstSamples(all, evalSamples));
    }

    private Phi phi(Clip clip, LabelledSamples validation) throws IOException {
        if (!method.phiIsAuto(true)) {
            return method.phi();
        }
        Phi phi = FittedPhi.of(clip, validation, shown(method.ttd(false, Phi.CLIP)), EvalListener.SILENT);
        spec.commandLine().getErr().println("phi fitted to model and data: " + PhiCalibration.format(phi));
        return phi;
    }

    private EvalOptions shown(TtdOptions options) {
        EvalOptions square = EvalOptions.square(options, imageSize());
        return new EvalOptions(
                options, square.resize(), imageSize(), method.normalization(), square.batch(), square.workers());
    }

    /** Results of an earlier call; what a crash left of a line is dropped. */
    private static Map<Run, JsonNode> finished(RunFolder folder, Path file, List<Run> runs) throws IOException {
        JsonLines.truncateAfter(file, Long.MAX_VALUE, folder.path());
        Map<Run, JsonNode> results = new HashMap<>();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                JsonNode figures = new ObjectMapper().readTree(line);
                runs.stream()
                        .filter(run -> run.ablation
                                        .name()
                                        .equals(figures.path("ablation").asText())
                                && run.seed == figures.path("seed").asLong())
                        .forEach(run -> results.put(run, figures));
            }
        }
        return results;
    }

    private void report(List<Run> runs, Map<Run, JsonNode> results, TtdOptions usual, LabelledSamples reported)
            throws IOException {
        AblationTable table = new AblationTable();
        runs.forEach(run -> table.add(run.ablation.name(), results.get(run)));
        PrintWriter print = spec.commandLine().getOut();
        String phi = EvalSetting.phi(shown(usual));
        if (json) {
            ObjectNode root = Figures.object();
            root.put("model", model.model());
            root.put("data", reported.describe());
            root.put("split", split.toString());
            root.put("phi", phi);
            table.write(root);
            print.println(Figures.json(root));
        } else {
            print.println(model.model() + " on " + reported.describe() + ", split " + split + "; phi " + phi);
            print.println(table.table());
        }
        print.flush();
    }

    private int imageSize() {
        return training.imageSize(true);
    }

    private TrainOptions options(ClipState state, TtdOptions trained, long seed, int together) {
        Augmentation augmentation = training.augmentation(imageSize(), method.normalization());
        return training.options(state.config(), trained, augmentation, imageSize(), together, device.threads(), seed);
    }
}
