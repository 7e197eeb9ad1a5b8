package org.ttdengine.trainer.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;
import org.ttdengine.lora.Lora;
import org.ttdengine.trainer.data.PairSource;
import org.ttdengine.trainer.data.Sample;
import org.ttdengine.trainer.ttd.TagOptions;
import org.ttdengine.trainer.ttd.TextBatch;

/** Adapters that learn by TTD. */
final class TtdLearner implements Learner {
    private final Lora lora;
    private final TrainStep step;
    private final TagOptions tags;
    private final double weightDecay;
    private final Path adapterFolder;

    TtdLearner(Lora lora, TrainStep step, TagOptions tags, double weightDecay, Path adapterFolder) {
        this.lora = lora;
        this.step = step;
        this.tags = tags;
        this.weightDecay = weightDecay;
        this.adapterFolder = adapterFolder;
    }

    @Override
    public Device device() {
        return lora.device();
    }

    @Override
    public AdamW optimizer(Scope moments) {
        return new AdamW(moments, lora.parameters(), weightDecay);
    }

    @Override
    public PairSource usable(PairSource pairs) {
        return new TaggedPairs(pairs, tags);
    }

    @Override
    public PendingResult gradients(List<List<Sample>> batches, long seed) {
        List<TextBatch.Entry> entries = batches.stream()
                .flatMap(batch -> TextBatch.entries(batch, tags).stream())
                .toList();
        return new Pending(step.gradients(entries, seed), entries.size());
    }

    private record Pending(PendingOutcome outcome, int samples) implements PendingResult {
        @Override
        public Result read() {
            TrainStep.Outcome read = outcome.read();
            Map<String, Double> terms = new LinkedHashMap<>();
            terms.put("loss_distill", read.distill());
            terms.put("loss_tag", read.tag());
            Map<String, Number> measures = new LinkedHashMap<>();
            measures.put("tags", read.tags());
            measures.put("tags_selected", read.selected());
            return new Result(read.loss(), terms, measures, samples);
        }

        @Override
        public void close() {
            outcome.close();
        }
    }

    @Override
    public void writeCheckpoint(Path folder) throws IOException {
        lora.weights().write(folder.resolve("adapter"));
    }

    @Override
    public Path result() {
        return adapterFolder;
    }

    @Override
    public void writeResult() throws IOException {
        lora.weights().write(adapterFolder);
    }
}
