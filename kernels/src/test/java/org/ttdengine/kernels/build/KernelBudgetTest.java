package org.ttdengine.kernels.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ttdengine.kernels.Architecture.SM_80;
import static org.ttdengine.kernels.Architecture.SM_86;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.ttdengine.kernels.Assembly;
import org.ttdengine.kernels.KernelSpec;
import org.ttdengine.kernels.PtxEntry;

class KernelBudgetTest {
    private static final KernelSpec KERNEL = new KernelSpec("module", "kernel", 256, 64, 8192);
    private static final PtxEntry ENTRY = new PtxEntry("kernel", List.of(), 256);

    @Test
    void aKernelAtItsBudgetsPasses() {
        assertThat(KernelBudget.violations(KERNEL, ENTRY, SM_80, new Assembly(64, 0, 0, 0, 8192)))
                .isEmpty();
    }

    @Test
    void oneRegisterTooManyIsAViolation() {
        assertThat(KernelBudget.violations(KERNEL, ENTRY, SM_80, new Assembly(65, 0, 0, 0, 0)))
                .containsExactly("module.kernel on sm_80: 65 registers, budget 64");
    }

    @Test
    void spillsAndLocalArraysAreViolations() {
        assertThat(KernelBudget.violations(KERNEL, ENTRY, SM_80, new Assembly(64, 8, 8, 8, 0)))
                .singleElement()
                .asString()
                .contains("uses local memory");
        assertThat(KernelBudget.violations(KERNEL, ENTRY, SM_80, new Assembly(64, 8, 0, 0, 0)))
                .hasSize(1);
    }

    @Test
    void tooMuchSharedMemoryIsAViolation() {
        assertThat(KernelBudget.violations(KERNEL, ENTRY, SM_80, new Assembly(64, 0, 0, 0, 8193)))
                .singleElement()
                .asString()
                .contains("8193 bytes of static shared memory, budget 8192");
    }

    @Test
    void launchBoundsMustBeThoseOfTheSpecification() {
        PtxEntry narrow = new PtxEntry("kernel", List.of(), 128);
        assertThat(KernelBudget.violations(KERNEL, narrow, SM_80, new Assembly(64, 0, 0, 0, 0)))
                .singleElement()
                .asString()
                .contains("128 threads");
    }

    @Test
    void aBlockThatFitsNoMultiprocessorIsAViolation() {
        KernelSpec wide = new KernelSpec("module", "kernel", 1024, 80, 0);
        PtxEntry entry = new PtxEntry("kernel", List.of(), 1024);
        assertThat(KernelBudget.violations(wide, entry, SM_86, new Assembly(80, 0, 0, 0, 0)))
                .singleElement()
                .asString()
                .contains("for want of REGISTERS");
    }
}
