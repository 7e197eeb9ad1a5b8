package org.ttdengine.emulator.ptx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.ttdengine.emulator.ptx.Operand.Immediate;

class PtxParserTest {
    private static final String HEAD = ".version 8.0\n.target sm_80\n.address_size 64\n";

    private static PtxKernel kernel(String body) {
        return PtxParser.parse(HEAD + ".visible .entry k()\n{\n" + body + "\n}\n")
                .kernels()
                .get("k");
    }

    @Test
    void parametersAreLaidOutByTheirAlignment() {
        PtxModule module = PtxParser.parse(HEAD
                + ".visible .entry k(\n.param .u32 a,\n.param .u64 b,\n.param .f32 c,\n.param .align 16 .b8 d[20]\n)\n"
                + ".maxntid 128, 2, 1\n.minnctapersm 2\n{\nret;\n}\n");
        PtxKernel kernel = module.kernels().get("k");
        assertThat(kernel.parameters()).extracting(PtxParameter::offset).containsExactly(0, 8, 16, 32);
        assertThat(kernel.parameterBytes()).isEqualTo(52);
        assertThat(kernel.maxThreads()).isEqualTo(256);
        assertThat(module.version()).isEqualTo("8.0");
        assertThat(module.target()).isEqualTo("sm_80");
    }

    @Test
    void variablesKeepTheirInitialBytes() {
        PtxModule module = PtxParser.parse(HEAD
                + ".const .align 4 .b8 tab[6] = {1, 2, 255};\n.global .align 4 .u32 g[2] = {1, 0xFFFFFFFF};\n"
                + ".extern .shared .align 16 .b8 dyn[];\n.global .f32 pi = 0f40490FDB;\n");
        assertThat(module.variables().get(0).initial()).containsExactly(1, 2, -1, 0, 0, 0);
        assertThat(module.variables().get(1).initial()).containsExactly(1, 0, 0, 0, -1, -1, -1, -1);
        assertThat(module.variables().get(2).size()).isZero();
        assertThat(module.variables().get(3).initial()).containsExactly(0xDB, 0x0F, 0x49, 0x40);
    }

    @Test
    void literalsKeepTheirBits() {
        PtxKernel kernel = kernel(".reg .f32 %f<2>;\n.reg .f64 %d<2>;\n.reg .b32 %r<2>;\n"
                + "mov.f32 %f1, 0fBF800000;\nmov.f64 %d1, 0d400921FB54442D18;\nmov.u32 %r1, -7;\nmov.b32 %r1, 0x80008000U;\n"
                + "mov.f64 %d1, 1.5;\nmov.u32 %r1, 0b101;\nmov.u32 %r1, 017;");
        List<Operand> values = kernel.code().stream()
                .filter(statement -> statement.opcode().equals("mov"))
                .map(statement -> statement.operand(1))
                .toList();
        assertThat(values)
                .containsExactly(
                        new Immediate(0xBF80_0000L, Immediate.Form.FLOAT),
                        new Immediate(0x4009_21FB_5444_2D18L, Immediate.Form.DOUBLE),
                        new Immediate(-7, Immediate.Form.INTEGER),
                        new Immediate(0x8000_8000L, Immediate.Form.INTEGER),
                        new Immediate(Double.doubleToRawLongBits(1.5), Immediate.Form.DOUBLE),
                        new Immediate(5, Immediate.Form.INTEGER),
                        new Immediate(15, Immediate.Form.INTEGER));
    }

    @Test
    void operandsOfEveryShapeAreRead() {
        PtxInstruction statement = kernel(".reg .pred %p<3>;\n.reg .b32 %r<9>;\n.reg .b64 %rd<3>;\n"
                        + "@!%p1 ld.global.v4.u32 {%r1, %r2, _, %r4}, [%rd1+-16];")
                .code()
                .get(0);
        assertThat(statement.guard()).isInstanceOf(Operand.Negated.class);
        assertThat(statement.modifiers()).containsExactly("global", "v4", "u32");
        assertThat(((Operand.Vector) statement.operand(0)).elements().get(2)).isEqualTo(new Operand.Sink());
        Operand.Address address = (Operand.Address) statement.operand(1);
        assertThat(address.offset()).isEqualTo(-16);
        assertThat(((Operand.Register) address.base()).name()).isEqualTo("%rd1");
        assertThat(statement.line()).isEqualTo(9);
    }

    @Test
    void innerScopesHideOuterRegistersAndLabels() {
        PtxKernel kernel = kernel(".reg .pred %p<2>;\n.reg .b32 %r<3>;\nsetp.eq.s32 %p1, %r1, 0;\nL:\n"
                + "{ .reg .pred %p1; setp.ne.s32 %p1, %r2, 0; @%p1 bra L; L: }\n@%p1 bra L;\nadd.s32 %r1, %r1, %r2;");
        Operand.Register outer = (Operand.Register) kernel.code().get(0).operand(0);
        Operand.Register inner = (Operand.Register) kernel.code().get(1).operand(0);
        assertThat(outer.index()).isNotEqualTo(inner.index());
        Operand.Symbol innerTarget = (Operand.Symbol) kernel.code().get(2).operand(0);
        Operand.Symbol outerTarget = (Operand.Symbol) kernel.code().get(3).operand(0);
        assertThat(kernel.labels().get(innerTarget.name())).isEqualTo(3);
        assertThat(kernel.labels().get(outerTarget.name())).isEqualTo(1);
    }

    @Test
    void debuggingDirectivesAreSkipped() {
        PtxKernel kernel = PtxParser.parse(HEAD
                        + ".file 1 \"a.cu\"\n.visible .entry k()\n{\n.loc 1 5 3\n.pragma \"nounroll\";\n"
                        + ".loc 1 6 0, function_name $L__info_string0, inlined_at 1 5 3\nret;\n}\n"
                        + ".section .debug_str\n{\n$L__info_string0:\n.b8 95, 90\n}\n")
                .kernels()
                .get("k");
        assertThat(kernel.code().get(0).opcode()).isEqualTo("ret");
    }

    @Test
    void errorsNameTheirLine() {
        assertThatThrownBy(() -> kernel("ret")).isInstanceOfSatisfying(PtxException.class, e -> assertThat(e.line())
                .isEqualTo(7));
        assertThatThrownBy(() -> kernel(".reg .b128 %x;"))
                .isInstanceOf(PtxException.class)
                .hasMessageContaining("line 6")
                .hasMessageContaining(".b128");
    }
}
