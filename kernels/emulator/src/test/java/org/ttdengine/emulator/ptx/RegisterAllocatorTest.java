package org.ttdengine.emulator.ptx;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RegisterAllocatorTest {

    private static PtxKernel kernel(String body) {
        String declarations = ".reg .pred %p<4>;\n.reg .b32 %r<200>;\n.reg .b64 %rd<4>;\n";
        return PtxParser.parse(".version 8.0\n.target sm_80\n.visible .entry k()\n{\n" + declarations + body + "\n}\n")
                .kernels()
                .get("k");
    }

    private static int place(PtxKernel kernel, int statement, int operand) {
        return ((Operand.Register) kernel.code().get(statement).operand(operand)).index();
    }

    @Test
    void aChainOfTemporariesNeedsTwoPlaces() {
        StringBuilder body = new StringBuilder("mov.u32 %r0, 1;\n");
        for (int i = 1; i < 200; i++) {
            body.append("add.s32 %r").append(i).append(", %r").append(i - 1).append(", 1;\n");
        }
        assertThat(kernel(body.toString()).registers().words()).isEqualTo(2);
    }

    /** %r1 is read again when the loop comes round, after its last reader in the text. */
    @Test
    void valuesCarriedRoundALoopKeepTheirPlace() {
        PtxKernel kernel = kernel("mov.u32 %r1, 1;\nmov.u32 %r2, 0;\nLOOP:\nadd.s32 %r2, %r2, %r1;\nmov.u32 %r3, 5;\n"
                + "add.s32 %r4, %r3, %r3;\nsetp.lt.s32 %p1, %r2, 9;\n@%p1 bra LOOP;\nret;");
        int carried = place(kernel, 0, 0);
        assertThat(place(kernel, 3, 0)).isNotEqualTo(carried);
        assertThat(place(kernel, 4, 0)).isNotEqualTo(carried);
    }

    /** The way round the loop goes past a guarded branch: %r1 is read there before the branch's own target. */
    @Test
    void aGuardedBranchMayFallThrough() {
        PtxKernel kernel = kernel("mov.u32 %r1, 1;\nmov.u32 %r2, 0;\nLOOP:\n@%p2 bra END;\nadd.s32 %r2, %r2, %r1;\n"
                + "mov.u32 %r3, 5;\nst.global.u32 [%rd1], %r3;\nbra LOOP;\nEND:\nret;");
        assertThat(place(kernel, 4, 0)).isNotEqualTo(place(kernel, 0, 0));
    }

    /** A guarded write leaves the old value in the lanes it does not touch: here it is carried round the loop. */
    @Test
    void guardedWritesKeepTheOldValueAlive() {
        PtxKernel kernel = kernel("mov.u32 %r1, 1;\nLOOP:\n@%p1 mov.u32 %r1, 7;\nst.global.u32 [%rd1], %r1;\n"
                + "mov.u32 %r3, 5;\nsetp.lt.s32 %p1, %r3, 9;\n@%p1 bra LOOP;\nret;");
        assertThat(place(kernel, 1, 0)).isEqualTo(place(kernel, 0, 0));
        assertThat(place(kernel, 3, 0)).isNotEqualTo(place(kernel, 0, 0));
    }

    @Test
    void aResultDoesNotTakeThePlaceOfItsOwnSources() {
        PtxKernel kernel =
                kernel("mov.u32 %r1, 1;\nmov.u32 %r2, 2;\nadd.s32 %r3, %r1, %r2;\nst.global.u32 [%rd1], %r3;");
        assertThat(place(kernel, 2, 0)).isNotIn(place(kernel, 0, 0), place(kernel, 1, 0));
    }
}
