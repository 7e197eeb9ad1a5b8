package org.ttdengine.trainer.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.backend.Activation;
import org.ttdengine.trainer.ttd.Grounding;
import org.ttdengine.trainer.ttd.TagScorer;
import org.ttdengine.trainer.ttd.TtdOptions;
import org.ttdengine.vit.Clip;
import org.ttdengine.vit.ClipConfig;
import org.ttdengine.vit.ClipState;
import org.ttdengine.vit.image.Normalization;
import org.ttdengine.vit.text.ClipTokenizer;

class EvaluationTest {
    private static final Offset<Float> ROUNDING = Offset.offset(1e-5f);

    private static Device device;
    private static Clip clip;

    @BeforeAll
    static void open() throws IOException {
        ClipTokenizer tokenizer = ClipTokenizer.ofMerges(List.of());
        ClipConfig config = new ClipConfig(
                new ClipConfig.Vision(32, 2, 2, 64, 8, 32),
                new ClipConfig.Text(32, 2, 2, 64, 16, tokenizer.vocabularySize()),
                16,
                Activation.QUICK_GELU,
                1e-5);
        device = Device.cpu(1);
        clip = Clip.of(ClipState.random(config, 3), tokenizer, device);
    }

    @AfterAll
    static void close() {
        clip.close();
        device.close();
    }

    private static EvalOptions options(EvalOptions.Resize resize, int batch, int workers) {
        return new EvalOptions(TtdOptions.paper(), resize, 32, Normalization.IMAGENET, batch, workers);
    }

    private static List<Observation> observe(LabelledSamples samples, EvalOptions options) throws IOException {
        List<Observation> seen = new ArrayList<>();
        Evaluation.run(clip, samples, options, true, EvalListener.SILENT, List.of(seen::add));
        return seen;
    }

    @Test
    void everySampleIsSeenInOrderAsItIsAlone() throws IOException {
        LabelledSamples samples = MadeUpSamples.of(23);
        for (EvalOptions.Resize resize : EvalOptions.Resize.values()) {
            EvalOptions options = options(resize, 4, 3);
            List<Observation> seen = observe(samples, options);
            assertThat(seen)
                    .extracting(observation -> observation.sample().name())
                    .containsExactlyElementsOf(
                            IntStream.range(0, 23).mapToObj(i -> "sample-" + i).toList());
            for (Observation observation : seen) {
                LabelledSample sample = observation.sample();
                Grounding alone = Grounding.of(
                        clip,
                        options.prepare(sample.image(), 8),
                        sample.caption(),
                        observation.words().candidates(),
                        clip::tokens,
                        options.method());
                assertThat(observation.grounding().cosines()).containsExactly(alone.cosines(), ROUNDING);
                assertThat(observation.grounding().pixels()).containsExactly(alone.pixels(), ROUNDING);
                assertThat(observation.grounding().texts()).containsExactly(alone.texts(), ROUNDING);
                assertThat(observation.grounding().selected()).isEqualTo(alone.selected());
                assertThat(observation.grounding().grid()).isEqualTo(alone.grid());
            }
        }
    }

    @Test
    void picturesAreSquashedToASquareOrKeepTheirAspectRatio() throws IOException {
        LabelledSamples samples = MadeUpSamples.of(6);
        assertThat(observe(samples, options(EvalOptions.Resize.SQUASH, 2, 1)))
                .extracting(o -> o.grounding().grid().columns())
                .containsOnly(4);
        assertThat(observe(samples, options(EvalOptions.Resize.SHORT, 2, 1)))
                .extracting(o -> o.grounding().grid().columns())
                .containsExactly(4, 4, 4, 4, 4, 6);
    }

    @Test
    void theNumberOfReadersDoesNotChangeABit() throws IOException {
        ModelScores one = scores(options(EvalOptions.Resize.SQUASH, 4, 1));
        assertThat(scores(options(EvalOptions.Resize.SQUASH, 4, 4))).isEqualTo(one);
        assertThat(one.tags()).hasSize(ScoredTags.paper().size());
        assertThat(one.masks()).hasSize(9);
    }

    private static ModelScores scores(EvalOptions options) throws IOException {
        return ModelScores.of(
                clip,
                Optional.of(MadeUpSamples.of(7)),
                MadeUpSamples.of(17),
                options,
                ScoredTags.paper(),
                0.5,
                EvalListener.SILENT);
    }

    @Test
    void bothEvaluationsTogetherGiveWhatEachGivesAlone() throws IOException {
        EvalOptions options = options(EvalOptions.Resize.SQUASH, 4, 1);
        ModelScores both = scores(options);
        TagEvaluation tags = new TagEvaluation(ScoredTags.paper());
        Evaluation.run(clip, MadeUpSamples.of(17), options, false, EvalListener.SILENT, List.of(tags));
        assertThat(both.tags()).isEqualTo(tags.rows());
        TextSegEvaluation masks = new TextSegEvaluation(0.5);
        Evaluation.run(clip, MadeUpSamples.of(17), options, true, EvalListener.SILENT, List.of(masks));
        assertThat(both.masks()).containsAll(TextSegRow.of(masks.result(), Optional.empty(), 0.5));
    }

    @Test
    void aSampleThatCannotBeUsedIsSkippedWithOneLine() throws IOException {
        List<String> heard = new ArrayList<>();
        EvalListener listener = new EvalListener() {
            @Override
            public void progress(int done, int total) {
                heard.add(done + "/" + total);
            }

            @Override
            public void skipped(String line) {
                heard.add(line);
            }
        };
        LabelledSamples samples = new MadeUpSamples(7, Set.of(1, 6), Set.of(3));
        TagEvaluation tags = new TagEvaluation(List.of(ScoredTags.usual(TagScorer.PIXEL)));
        EvalOptions options = options(EvalOptions.Resize.SQUASH, 2, 2);
        assertThat(Evaluation.run(clip, samples, options, true, listener, List.of(tags)))
                .isEqualTo(new Evaluation(4, 3));
        assertThat(heard)
                .contains("sample-1.png: is broken", "mask-3.png: no such mask", "sample-6.png: is broken")
                .endsWith("7/7");
        assertThat(tags.rows().get(0).metrics().captions()).isEqualTo(4);
        assertThat(Evaluation.run(clip, samples, options, false, EvalListener.SILENT, List.of()))
                .isEqualTo(new Evaluation(5, 2));
    }

    @Test
    void dataWithoutAnyUsableSampleAreRefused() {
        LabelledSamples samples = new MadeUpSamples(2, Set.of(0, 1), Set.of());
        assertThatThrownBy(() -> observe(samples, options(EvalOptions.Resize.SQUASH, 2, 1)))
                .isInstanceOf(IOException.class)
                .hasMessage("no usable sample in made up; the last: sample-1.png: is broken");
    }

    @Test
    void aSquareMustBeWholePatches() {
        EvalOptions odd =
                new EvalOptions(TtdOptions.paper(), EvalOptions.Resize.SQUASH, 30, Normalization.IMAGENET, 2, 1);
        assertThatThrownBy(() -> observe(MadeUpSamples.of(2), odd))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("--image-size 30 is no multiple of the model's patch of 8");
    }

    @Test
    void rememberedSamplesAreReadOnce() throws IOException {
        LabelledSamples remembered = new RememberedSamples(new MadeUpSamples(3, Set.of(2), Set.of()));
        assertThat(remembered.get(1)).isSameAs(remembered.get(1));
        assertThatThrownBy(() -> remembered.get(2)).hasMessage("sample-2.png: is broken");
        assertThat(new FirstSamples(remembered, 2).size()).isEqualTo(2);
        assertThatThrownBy(() -> new FirstSamples(remembered, 4)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void demoSamplesKnowWhereTheirTrueWordsAre() throws IOException {
        LabelledSamples samples = DemoSamples.of(Split.TEST, 32);
        int tagged = 0;
        for (int i = 0; i < 20; i++) {
            LabelledSample sample = samples.get(i);
            CaptionWords words = CaptionWords.of(
                    sample.caption(), sample.tags(), TtdOptions.paper().tags());
            Mask union = Mask.empty(32, 32);
            for (String tag : sample.tags()) {
                assertThat(words.words()).contains(tag);
                union = union.or(sample.masks().of(tag).orElseThrow());
            }
            assertThat(sample.masks().union().pixels()).isEqualTo(union.pixels());
            tagged += words.anyTrue() ? 1 : 0;
        }
        assertThat(tagged).isGreaterThan(10);
        assertThat(DemoSamples.of(Split.VALIDATION, 32).get(0).caption())
                .isNotEqualTo(samples.get(0).caption());
    }
}
