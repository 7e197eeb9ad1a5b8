package org.ttdengine.kernels.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.ttdengine.kernels.Architecture;
import org.ttdengine.kernels.Assembly;
import org.ttdengine.kernels.KernelCatalogue;
import org.ttdengine.kernels.KernelLock;
import org.ttdengine.kernels.KernelSpec;
import org.ttdengine.kernels.PtxEntry;
import org.ttdengine.kernels.PtxModule;
import org.ttdengine.kernels.PtxModules;

/** NVIDIA's assembler accepts every module on every promised architecture, and every kernel keeps to its budget. */
class PtxAssemblyTest {
    private static final String[] YOUNGER = {"sm_100", "sm_120"};
    private static final String TRIAL = """
            .version 8.0
            .target sm_80
            .address_size 64
            .visible .entry trial(.param .u64 trial_param_0)
            .maxntid 32, 1, 1
            {
                .reg .b64 %rd<3>;
                .reg .b32 %r<3>;
                ld.param.u64 %rd1, [trial_param_0];
                mov.u32 %r1, %tid.x;
                st.global.u32 [%rd1], %r1;
                ret;
            }
            """;

    private final KernelLock lock = KernelLock.load();

    @Test
    void catalogueAndPtxNameTheSameKernels() {
        Stream<String> compiled = lock.modules().keySet().stream()
                .map(PtxModules::load)
                .flatMap(module -> module.entries().stream().map(entry -> module.name() + "." + entry.name()));
        assertThat(KernelCatalogue.all().stream().map(kernel -> kernel.module() + "." + kernel.name()))
                .as("kernels of the catalogue")
                .containsExactlyInAnyOrderElementsOf(compiled.toList());
    }

    /** One module on one architecture. */
    private record Assembling(PtxModule module, Architecture architecture) {
        @Override
        public String toString() {
            return module.name() + " on " + architecture.target();
        }
    }

    @TestFactory
    Stream<DynamicTest> everyKernelKeepsToItsBudget() {
        Map<Assembling, Map<String, Assembly>> assembled = KernelCatalogue.modules().stream()
                .map(PtxModules::load)
                .flatMap(module ->
                        Stream.of(Architecture.values()).map(architecture -> new Assembling(module, architecture)))
                .toList()
                .parallelStream()
                .collect(Collectors.toConcurrentMap(
                        assembling -> assembling,
                        assembling -> PtxAssembler.assemble(assembling.module().text(), assembling.architecture())));
        return assembled.keySet().stream()
                .sorted(Comparator.comparing(Assembling::toString))
                .map(assembling -> DynamicTest.dynamicTest(
                        assembling.toString(),
                        () -> check(assembling.module(), assembling.architecture(), assembled.get(assembling))));
    }

    private void check(PtxModule module, Architecture architecture, Map<String, Assembly> assemblies) {
        List<KernelSpec> kernels = KernelCatalogue.all().stream()
                .filter(kernel -> kernel.module().equals(module.name()))
                .toList();
        assertThat(kernels)
                .flatMap(kernel -> KernelBudget.violations(
                        kernel, module.entry(kernel.name()), architecture, assemblies.get(kernel.name())))
                .isEmpty();
        for (KernelSpec kernel : kernels) {
            assertThat(lock.assembly(kernel, architecture))
                    .as(kernel.name() + " in the lock; run kernels/build-ptx")
                    .isEqualTo(assemblies.get(kernel.name()));
        }
    }

    @TestFactory
    Stream<DynamicTest> youngerArchitecturesTakeTheSamePtxWithoutSpills() {
        return Stream.of(YOUNGER)
                .map(target -> DynamicTest.dynamicTest(target, () -> {
                    InstalledPtxas ptxas = InstalledPtxas.find()
                            .orElseGet(() -> Toolkit.missing("ptxas", "no module is assembled for " + target));
                    KernelCatalogue.modules().parallelStream().forEach(name -> ptxas.assemble(
                                    PtxModules.load(name).text(), target)
                            .forEach((kernel, assembly) -> assertThat(assembly.staysInRegisters())
                                    .as(name + "." + kernel + " on " + target + ": " + assembly)
                                    .isTrue()));
                }));
    }

    @Test
    void theAssemblerTakesAPlainKernel() {
        for (Architecture architecture : Architecture.values()) {
            assertThat(PtxAssembler.assemble(TRIAL, architecture)).containsOnlyKeys("trial");
        }
    }

    @Test
    void anInstructionThatDoesNotExistIsRefusedWithItsLine() {
        String ptx = TRIAL.replace("mov.u32 %r1, %tid.x;", "move.u32 %r1, %tid.x;");
        assertThatExceptionOfType(PtxRefusedException.class)
                .isThrownBy(() -> PtxAssembler.assemble(ptx, Architecture.SM_80))
                .withMessageContaining("line 10;");
    }

    @Test
    void ptxNewerThanADriverOfCuda12TakesIsRefused() {
        String ptx = TRIAL.replace(".version 8.0", ".version 8.1");
        assertThatExceptionOfType(PtxRefusedException.class)
                .isThrownBy(() -> PtxAssembler.assemble(ptx, Architecture.SM_80))
                .withMessageContaining("8.1");
    }

    @Test
    void aKernelWithTooFewRegistersIsSeenToSpill() {
        StringBuilder body = new StringBuilder();
        for (int i = 0; i < 64; i++) {
            body.append(String.format("ld.volatile.global.u32 %%v%d, [%%rd1+%d];%n", i, 4 * i));
        }
        for (int i = 0; i < 64; i++) {
            body.append(String.format("st.volatile.global.u32 [%%rd1+%d], %%v%d;%n", 4 * i, i));
        }
        String ptx = TRIAL.replace(".maxntid 32, 1, 1", ".maxnreg 24")
                .replace(".reg .b32 %r<3>;", ".reg .b32 %r<3>; .reg .b32 %v<64>;")
                .replace("ret;", body + "ret;");
        Assembly assembly = PtxAssembler.assemble(ptx, Architecture.SM_80).get("trial");
        assertThat(assembly.spillStoreBytes()).isPositive();
        assertThat(assembly.staysInRegisters()).isFalse();
    }

    @Test
    void thePtxSaysWhatTheTrialKernelTakes() {
        PtxEntry entry = PtxModule.parse("trial", TRIAL).entry("trial");
        assertThat(entry.maxThreads()).isEqualTo(32);
        assertThat(entry.parameterBytes()).isEqualTo(8);
    }
}
