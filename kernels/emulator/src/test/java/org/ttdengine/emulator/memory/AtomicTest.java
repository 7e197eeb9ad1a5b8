package org.ttdengine.emulator.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ttdengine.emulator.machine.MachineOptions;

class AtomicTest {

    @ParameterizedTest
    @CsvSource({
        "add.u32, 5, 7, 12",
        "add.s32, 5, -7, -2",
        "min.u32, 5, -7, 5",
        "min.s32, 5, -7, -7",
        "max.u32, 5, -7, -7",
        "max.s32, -5, 7, 7",
        "and.b32, 12, 10, 8",
        "or.b32, 12, 10, 14",
        "xor.b32, 12, 10, 6",
        "exch.b32, 12, 10, 10",
        "inc.u32, 5, 5, 0",
        "inc.u32, 4, 5, 5",
        "dec.u32, 0, 9, 9",
        "dec.u32, 8, 9, 7"
    })
    void integerOperationsReturnTheOldValue(String operation, int old, int operand, int result) {
        for (String space : new String[] {"global", "shared"}) {
            String address = space.equals("global") ? "[%rd1]" : "[smem]";
            TestKernel kernel =
                    new TestKernel("""
                    ld.global.u32 %%r4, [%%rd1];
                    st.shared.u32 [smem], %%r4;
                    mov.u32 %%r5, %d;
                    atom.%s.%s %%r6, %s, %%r5;
                    ld.%s.u32 %%r7, %s;
                    st.global.u32 [%%rd2], %%r6;
                    st.global.u32 [%%rd2+4], %%r7;
                    """.formatted(operand, space, operation, address, space, address)).threads(1);
            long place = kernel.buffer("place", old);
            long out = kernel.empty("out", 8);
            kernel.run(place, out);
            assertThat(kernel.words(out, 2)).containsExactly(old, result);
        }
    }

    @Test
    void compareAndSwapStoresOnlyOnAMatch() {
        TestKernel kernel = new TestKernel("""
                        atom.global.cas.b32 %r4, [%rd1], 3, 8;
                        atom.global.cas.b32 %r5, [%rd1], 3, 9;
                        st.global.v2.u32 [%rd2], {%r4, %r5};
                        """).threads(1);
        long place = kernel.buffer("place", 3);
        long out = kernel.empty("out", 8);
        kernel.run(place, out);
        assertThat(kernel.words(out, 2)).containsExactly(3, 8);
        assertThat(kernel.words(place, 1)).containsExactly(8);
    }

    @Test
    void blocksOnSeveralWorkersLoseNoAddition() {
        TestKernel kernel = new TestKernel("""
                        red.global.add.u32 [%rd1], 1;
                        mov.f32 %f1, 0f3F800000;
                        red.global.add.f32 [%rd1+4], %f1;
                        atom.global.add.u64 %rd5, [%rd1+8], 4294967297;
                        """)
                .threads(64)
                .blocks(200)
                .options(MachineOptions.checked().withWorkers(4));
        long place = kernel.buffer("place", new int[4]);
        kernel.run(place, 0);
        int[] words = kernel.words(place, 4);
        assertThat(words).containsExactly(12_800, Float.floatToIntBits(12_800f), 12_800, 12_800);
    }
}
