package org.ttdengine.vit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.autograd.Parameter;

class TrainableClipTest {
    @Test
    void theStateComesBackAsItWentIn() {
        ClipState state = TinyClip.hashed(TinyClip.SMALL);
        try (Device device = Device.cpu(1);
                Clip frozen = Clip.of(state, device);
                Clip trainable = Clip.trainable(state, null, device)) {
            for (Clip clip : new Clip[] {frozen, trainable}) {
                assertThat(clip.state().config()).isEqualTo(state.config());
                assertThat(clip.state().tensors().keySet())
                        .containsExactlyInAnyOrderElementsOf(state.tensors().keySet());
                state.tensors()
                        .forEach((name, values) ->
                                assertThat(clip.state().tensor(name)).as(name).isEqualTo(values));
            }
        }
    }

    @Test
    void everyWeightOfATrainableModelHasAGradientAndNoneOfAFrozenOne() {
        ClipState state = TinyClip.hashed(TinyClip.SMALL);
        try (Device device = Device.cpu(1);
                Clip frozen = Clip.of(state, device);
                Clip trainable = Clip.trainable(state, null, device)) {
            assertThat(frozen.parameters()).noneMatch(Parameter::isTrainable);
            assertThat(trainable.parameters()).allMatch(Parameter::isTrainable);
            assertThat(trainable.parameters().stream().map(Parameter::name))
                    .containsExactlyInAnyOrderElementsOf(
                            ClipTensors.of(state.config()).keySet());
            assertThat(trainable.logScale().name()).isEqualTo("logit_scale");
        }
    }

    @Test
    void weightsInBfloat16CannotAllBeTrained() {
        ClipState state = TinyClip.hashed(TinyClip.SMALL);
        try (Device device = Device.reference(DType.BF16)) {
            assertThatThrownBy(() -> Clip.trainable(state, null, device))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("--precision bf16");
        }
    }
}
