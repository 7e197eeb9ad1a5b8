package org.ttdengine.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class KernelSpecTest {
    @Test
    void theLargestBudgetsOfAllDevicesAreAccepted() {
        assertThat(new KernelSpec("module", "kernel", 1024, 255, 99 * 1024).sharedBudget())
                .isEqualTo(101_376);
    }

    @Test
    void aBudgetThatSomeDeviceCannotGiveIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new KernelSpec("module", "kernel", 1025, 64, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new KernelSpec("module", "kernel", 256, 256, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new KernelSpec("module", "kernel", 256, 64, 101_377))
                .withMessageContaining("kernel kernel: 101377 bytes of shared memory");
    }

    @Test
    void namesOfTheCatalogueAreUnique() {
        assertThat(KernelCatalogue.all()).extracting(KernelSpec::name).doesNotHaveDuplicates();
    }
}
