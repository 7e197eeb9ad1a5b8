package org.ttdengine.kernels.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;
import org.ttdengine.kernels.Assembly;

class AssemblerLogTest {
    private static final String LOG = """
            ptxas info    : 0 bytes gmem
            ptxas info    : Compiling entry function 'first' for 'sm_80'
            ptxas info    : Function properties for first
                0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
            ptxas info    : Used 24 registers, used 1 barriers, 2048 bytes smem, 368 bytes cmem[0]
            ptxas info    : Compiling entry function 'second' for 'sm_80'
            ptxas info    : Function properties for second
                40 bytes stack frame, 36 bytes spill stores, 32 bytes spill loads
            ptxas info    : Used 255 registers, 372 bytes cmem[0]
            """;

    @Test
    void everyKernelGetsItsOwnFigures() {
        assertThat(AssemblerLog.parse(LOG))
                .containsOnlyKeys("first", "second")
                .containsEntry("first", new Assembly(24, 0, 0, 0, 2048))
                .containsEntry("second", new Assembly(255, 40, 36, 32, 0));
    }

    @Test
    void aLogWithoutSpillFiguresIsNotTakenForOneWithoutSpills() {
        assertThatIllegalStateException()
                .isThrownBy(() -> AssemblerLog.parse(LOG.replace("spill stores", "stores")))
                .withMessageContaining("first");
    }
}
