package org.ttdengine.trainer;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.ttdengine.lora.Lora;
import org.ttdengine.lora.LoraConfig;
import org.ttdengine.trainer.data.PairSource;
import org.ttdengine.trainer.run.Checkpoint;
import org.ttdengine.trainer.run.Checkpoints;
import org.ttdengine.trainer.run.Listeners;
import org.ttdengine.trainer.run.RunFolder;
import org.ttdengine.trainer.run.StepLog;
import org.ttdengine.trainer.run.TrainingListener;
import org.ttdengine.trainer.train.TrainOptions;
import org.ttdengine.trainer.train.Trainer;
import org.ttdengine.trainer.ttd.CaptionTags;
import org.ttdengine.trainer.ttd.Grounding;
import org.ttdengine.trainer.ttd.Tag;
import org.ttdengine.trainer.ttd.TagOptions;
import org.ttdengine.trainer.ttd.TagScore;
import org.ttdengine.trainer.ttd.TagScorer;
import org.ttdengine.trainer.ttd.TtdOptions;
import org.ttdengine.trainer.ttd.WholePicture;
import org.ttdengine.vit.Clip;
import org.ttdengine.vit.image.Normalization;
import org.ttdengine.vit.image.PreparedImage;
import org.ttdengine.vit.image.RgbImage;

/** TTD from Java code: train adapters for a model, find the tags of a picture. */
public final class Ttd {
    private Ttd() {}

    /** A training run of a model that has a vocabulary; set what differs from the paper, then {@link Training#run}. */
    public static Training trainer(Clip clip) {
        return new Training(clip);
    }

    /**
     * The words of a text, scored by their best pixel and selected by the largest gap, as TTD does in training.
     *
     * @param shortSide pixels to which the picture's short side is scaled; 448 for CLIP ViT-B/16
     * @return in the order of the text
     * @throws IllegalArgumentException if the text has no word
     */
    public static List<TagScore> tags(Clip clip, RgbImage image, String text, int shortSide) throws IOException {
        List<Tag> words = CaptionTags.of(text, TagOptions.defaults());
        if (words.isEmpty()) {
            throw new IllegalArgumentException("the text has no word that could be a tag: '" + text + "'");
        }
        PreparedImage whole = WholePicture.of(
                        image, shortSide, clip.config().vision().patch())
                .prepare(image, Normalization.IMAGENET);
        Grounding grounding = Grounding.of(clip, whole, text, words, clip::tokens, TtdOptions.paper());
        return TagScorer.PIXEL.score(grounding, TagScorer.PIXEL.usualSelection());
    }

    /** A training run in the making. */
    public static final class Training {
        private final Clip clip;
        private PairSource pairs;
        private LoraConfig lora = LoraConfig.paper();
        private TrainOptions options = TrainOptions.paper(448);
        private TrainingListener listener = report -> {};

        private Training(Clip clip) {
            this.clip = clip;
        }

        /** The data; closed by the caller. Required. */
        public Training pairs(PairSource source) {
            pairs = source;
            return this;
        }

        /** The adapters; the paper's unless set. */
        public Training lora(LoraConfig config) {
            lora = config;
            return this;
        }

        /** All other settings; the paper's at 448 pixels unless set. */
        public Training options(TrainOptions settings) {
            options = settings;
            return this;
        }

        /** Hears of every step, besides the log. */
        public Training listener(TrainingListener other) {
            listener = other;
            return this;
        }

        /**
         * Trains in a folder, going on from its latest checkpoint if there is one.
         *
         * @return the folder of the adapters, a PEFT directory
         */
        public Path run(Path folder) throws IOException {
            if (pairs == null) {
                throw new IllegalStateException("a training run needs pairs");
            }
            try (RunFolder run = RunFolder.open(folder);
                    Lora adapters = Lora.attach(clip, lora, options.seed())) {
                Checkpoints checkpoints = Checkpoints.open(run, options.keepCheckpoints(), warning -> {});
                Optional<Checkpoint> from = checkpoints.latest();
                Path adapter = run.path().resolve("adapter");
                Trainer trainer = new Trainer(
                        clip,
                        adapters,
                        clip::tokens,
                        pairs,
                        options,
                        checkpoints,
                        adapter,
                        JsonNodeFactory.instance.objectNode());
                long done = from.map(Checkpoint::step).orElse(0L);
                try (TrainingListener log = StepLog.continueAfter(run, done)) {
                    trainer.run(from, Listeners.all(log, listener));
                }
                return adapter;
            }
        }
    }
}
