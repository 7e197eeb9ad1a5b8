package org.ttdengine.vit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ttdengine.engine.backend.Activation;

class ClipConfigJsonTest {
    @TempDir
    private Path folder;

    private ClipConfig read(String json) throws IOException {
        return ClipConfigJson.read(Files.writeString(folder.resolve("config.json"), json));
    }

    @Test
    void whatIsWrittenIsReadBack() throws IOException {
        ClipConfig other = new ClipConfig(
                new ClipConfig.Vision(96, 3, 6, 100, 8, 40),
                new ClipConfig.Text(64, 2, 4, 90, 12, 50),
                24,
                Activation.GELU_ERF,
                1e-6);
        for (ClipConfig config : new ClipConfig[] {ClipConfig.VIT_B_16, other}) {
            assertThat(read(ClipConfigJson.write(config))).isEqualTo(config);
        }
    }

    @Test
    void openAisConfigurationIsVitB16() throws IOException {
        String published = """
                {"architectures": ["CLIPModel"], "initializer_factor": 1.0, "logit_scale_init_value": 2.6592,
                 "model_type": "clip", "projection_dim": 512,
                 "text_config": {"hidden_act": "quick_gelu", "num_attention_heads": 8, "eos_token_id": 2},
                 "vision_config": {"patch_size": 16, "hidden_act": "quick_gelu"}}
                """;
        assertThat(read(published)).isEqualTo(ClipConfig.VIT_B_16);
    }

    @Test
    void openClipsConfigurationOfVitB16HasTheExactGelu() throws IOException {
        String published = """
                {"model_cfg": {"embed_dim": 512,
                   "vision_cfg": {"image_size": 224, "layers": 12, "width": 768, "patch_size": 16},
                   "text_cfg": {"context_length": 77, "vocab_size": 49408, "width": 512, "heads": 8, "layers": 12}}}
                """;
        assertThat(read(published)).isEqualTo(ClipConfig.VIT_B_16.withActivation(Activation.GELU_ERF));
        assertThat(read(published.replace("\"embed_dim\"", "\"quick_gelu\": true, \"embed_dim\"")))
                .isEqualTo(ClipConfig.VIT_B_16);
    }

    @Test
    void huggingFacesDefaultsFillWhatIsLeftOut() throws IOException {
        ClipConfig config = read("{\"vision_config\": {}}");
        assertThat(config.vision()).isEqualTo(new ClipConfig.Vision(768, 12, 12, 3072, 32, 224));
        assertThat(config.text()).isEqualTo(new ClipConfig.Text(512, 12, 8, 2048, 77, 49408));
        assertThat(config.embedding()).isEqualTo(512);
        assertThat(config.activation()).isEqualTo(Activation.QUICK_GELU);
        assertThat(config.epsilon()).isEqualTo(1e-5);
    }
}
