package org.ttdengine.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ttdengine.vit.ClipConfig;
import org.ttdengine.vit.ClipModule;

class LoraTargetsTest {
    private static final String PATH = "vision_model.encoder.layers.3.self_attn.q_proj";

    @ParameterizedTest
    @CsvSource({"q, q_proj", "k, k_proj", "v, v_proj", "o, out_proj", "out, out_proj", "q_proj, q_proj", "fc1, fc1"})
    void shortNamesStandForLongOnes(String given, String name) {
        assertThat(LoraTargets.parse(given).names()).containsExactly(name);
    }

    @Test
    void severalNamesAreSeparatedByCommas() {
        LoraTargets targets = LoraTargets.parse("q, v ,fc2");
        assertThat(targets.names()).containsExactly("q_proj", "v_proj", "fc2");
        assertThat(targets).hasToString("q_proj,v_proj,fc2");
        assertThat(targets.match(PATH)).isTrue();
        assertThat(targets.match("text_model.encoder.layers.0.mlp.fc1")).isFalse();
    }

    @Test
    void aNameIsAWholePathOrItsLastParts() {
        assertThat(LoraTargets.suffixes(List.of("proj")).match(PATH)).isFalse();
        assertThat(LoraTargets.suffixes(List.of("self_attn.q_proj")).match(PATH))
                .isTrue();
        assertThat(LoraTargets.suffixes(List.of(PATH)).match(PATH)).isTrue();
        assertThat(LoraTargets.suffixes(List.of("q.proj")).match(PATH)).isFalse();
    }

    @Test
    void aRegularExpressionMatchesTheWholePath() {
        LoraTargets targets = LoraTargets.parse("vision_model\\..*\\.(q|v)_proj");
        assertThat(targets.names()).isEmpty();
        assertThat(targets.match(PATH)).isTrue();
        assertThat(targets.match("text_model.encoder.layers.3.self_attn.q_proj"))
                .isFalse();
        assertThat(LoraTargets.regex("q_proj").match(PATH)).isFalse();
    }

    @Test
    void whatIsNeitherIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LoraTargets.parse("q,("))
                .withMessageStartingWith("LoRA targets 'q,(' are neither names out of [q_proj, k_proj, v_proj,"
                        + " out_proj, fc1, fc2] nor a regular expression: ");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LoraTargets.suffixes(List.of()))
                .withMessage("LoRA needs at least one target module");
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 0", "1025, 1, 0", "1, 0, 0", "1, NaN, 0", "1, Infinity, 0", "1, 1, 1", "1, 1, -0.1", "1, 1, NaN"
    })
    void anImpossibleConfigurationIsRefused(int rank, double alpha, double dropout) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LoraConfig(rank, alpha, dropout, LoraTargets.parse("q")))
                .withMessageMatching("LoRA (rank|alpha|dropout) must be .*, not .*");
    }

    @Test
    void thePapersPlacementAddsItsNumberOfWeightsToVitB16() {
        LoraConfig paper = LoraConfig.paper();
        long added = ClipModule.of(ClipConfig.VIT_B_16).stream()
                .filter(module -> paper.targets().match(module.path()))
                .mapToLong(module -> (long) paper.rank() * (module.in() + module.out()))
                .sum();
        assertThat(added).isEqualTo(614_400);
        assertThat(paper.alpha()).isEqualTo(paper.rank());
        assertThat(paper.dropout()).isZero();
    }
}
