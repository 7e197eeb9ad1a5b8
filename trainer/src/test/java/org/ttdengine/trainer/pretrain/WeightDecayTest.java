package org.ttdengine.trainer.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.autograd.Parameter;
import org.ttdengine.engine.backend.Activation;
import org.ttdengine.trainer.train.AdamW;
import org.ttdengine.vit.ClipConfig;
import org.ttdengine.vit.ClipTensors;

class WeightDecayTest {
    private static final ClipConfig CONFIG = new ClipConfig(
            new ClipConfig.Vision(8, 1, 2, 16, 4, 8),
            new ClipConfig.Text(8, 1, 2, 16, 6, 9),
            4,
            Activation.QUICK_GELU,
            1e-5);

    private static Stream<String> names(boolean decayed) {
        return ClipTensors.of(CONFIG).keySet().stream().filter(name -> WeightDecay.decays(name) == decayed);
    }

    @Test
    void matricesDecay() {
        assertThat(names(true))
                .containsExactlyInAnyOrder(
                        "visual.conv1.weight",
                        "visual.transformer.resblocks.0.attn.in_proj_weight",
                        "visual.transformer.resblocks.0.attn.out_proj.weight",
                        "visual.transformer.resblocks.0.mlp.c_fc.weight",
                        "visual.transformer.resblocks.0.mlp.c_proj.weight",
                        "visual.proj",
                        "token_embedding.weight",
                        "transformer.resblocks.0.attn.in_proj_weight",
                        "transformer.resblocks.0.attn.out_proj.weight",
                        "transformer.resblocks.0.mlp.c_fc.weight",
                        "transformer.resblocks.0.mlp.c_proj.weight",
                        "text_projection");
    }

    @Test
    void biasesNormsClassTokenPositionsAndTemperatureDoNot() {
        assertThat(names(false))
                .contains(
                        "visual.class_embedding",
                        "visual.positional_embedding",
                        "positional_embedding",
                        "logit_scale",
                        "visual.ln_pre.weight",
                        "ln_final.bias",
                        "transformer.resblocks.0.attn.in_proj_bias",
                        "transformer.resblocks.0.mlp.c_fc.bias",
                        "transformer.resblocks.0.ln_2.weight");
    }

    /** Without gradient AdamW leaves a weight alone but for the decay, w (1 - rate decay). */
    @Test
    void onlyTheGroupWithADecayShrinksWithoutGradient() {
        try (Device device = Device.cpu(1);
                Scope scope = device.scope("test")) {
            Parameter matrix = parameter(scope, "visual.proj");
            Parameter bias = parameter(scope, "visual.ln_post.bias");
            try (AdamW optimizer =
                    new AdamW(device.scope("moments"), 0.98, WeightDecay.groups(List.of(bias, matrix), 0.5))) {
                optimizer.step(1, 0.1, 0, optimizer.gradientNorm());
            }
            assertThat(matrix.value().toFloats()).containsExactly(0.95f, 1.9f);
            assertThat(bias.value().toFloats()).containsExactly(1, 2);
        }
    }

    /** After gradients 1 and 0 the second moment is beta2 (1 - beta2), the first 0.09, both then corrected. */
    @Test
    void theSecondMomentDecaysWithBeta2() {
        for (double beta2 : new double[] {0.98, 0.5}) {
            try (Device device = Device.cpu(1);
                    Scope scope = device.scope("test")) {
                Parameter bias = parameter(scope, "visual.ln_post.bias");
                try (AdamW optimizer =
                        new AdamW(device.scope("moments"), beta2, WeightDecay.groups(List.of(bias), 0))) {
                    bias.gradient().set(new float[] {1, 1});
                    optimizer.step(1, 0, 0, optimizer.gradientNorm());
                    bias.gradient().set(new float[] {0, 0});
                    optimizer.step(2, 0.1, 0, optimizer.gradientNorm());
                }
                double first = 0.09 / (1 - 0.81);
                double second = beta2 * (1 - beta2) / (1 - beta2 * beta2);
                double expected = 1 - 0.1 * first / Math.sqrt(second);
                assertThat((double) bias.value().toFloats()[0]).isCloseTo(expected, Offset.offset(1e-6));
            }
        }
    }

    private static Parameter parameter(Scope scope, String name) {
        return Parameter.trainable(name, scope.of(name, Shape.of(2), 1, 2), scope);
    }
}
