package org.ttdengine.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

class PtxModuleTest {
    private static final String TEXT = """
            // layer.cu
            .version 8.0
            .target sm_90a, debug
            .address_size 64
            .visible .entry scale_f32(
            	.param .u64 scale_f32_param_0,
            	.param .u32 scale_f32_param_1,
            	.param .align 8 .b8 scale_f32_param_2[24],
            	.param .f32 scale_f32_param_3
            )
            .maxntid 32, 8, 1
            .minnctapersm 2
            {
            	ret;
            }
            .visible .entry nothing()
            {
            	ret;
            }
            """;

    private final PtxModule module = PtxModule.parse("layer", TEXT);

    @Test
    void versionAndTargetAreRead() {
        assertThat(module.version()).isEqualTo("8.0");
        assertThat(module.target()).isEqualTo("sm_90a");
        assertThat(module.text()).isEqualTo(TEXT);
    }

    @Test
    void parametersLieAtTheirAlignedOffsets() {
        assertThat(module.entry("scale_f32").parameters())
                .isEqualTo(List.of(
                        new PtxParameter("u64", 8, 0),
                        new PtxParameter("u32", 4, 8),
                        new PtxParameter("b8", 24, 16),
                        new PtxParameter("f32", 4, 40)));
        assertThat(module.entry("scale_f32").parameterBytes()).isEqualTo(44);
    }

    @Test
    void launchBoundsAreTheProductOfTheDimensions() {
        assertThat(module.entry("scale_f32").maxThreads()).isEqualTo(256);
    }

    @Test
    void aKernelMayHaveNeitherParametersNorBounds() {
        assertThat(module.entry("nothing")).isEqualTo(new PtxEntry("nothing", List.of(), 0));
        assertThat(module.entry("nothing").parameterBytes()).isZero();
    }

    @Test
    void entriesKeepTheOrderOfTheText() {
        assertThat(module.entries()).extracting(PtxEntry::name).containsExactly("scale_f32", "nothing");
    }

    @Test
    void anUnknownKernelIsNamed() {
        assertThatExceptionOfType(NoSuchElementException.class)
                .isThrownBy(() -> module.entry("scale_f16"))
                .withMessage("PTX module layer has no kernel scale_f16");
    }

    @Test
    void aParameterOfUnknownTypeIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PtxModule.parse("layer", TEXT.replace(".param .f32", ".param .texref")))
                .withMessageContaining("scale_f32")
                .withMessageContaining("texref");
    }

    @Test
    void textWithoutAVersionIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PtxModule.parse("layer", TEXT.replace(".version 8.0", "")));
    }
}
