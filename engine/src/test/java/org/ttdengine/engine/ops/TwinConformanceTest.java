package org.ttdengine.engine.ops;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.backend.cuda.MatMulProvider;
import org.ttdengine.engine.testing.TwinGpu;

/**
 * Our kernels compiled by g++, which shares neither nvcc nor PTX nor the emulator with {@link CudaConformanceTest}, through
 * the CUDA backend and JCuda, against the double-precision reference. Each type runs in one order of threads.
 */
class TwinConformanceTest {
    private static TwinGpu twin;

    @BeforeAll
    static void build() {
        twin = TwinGpu.build();
    }

    @ParameterizedTest(name = "{0}, threads {1}")
    @CsvSource({"F32, reverse", "BF16, 17"})
    void everyOperationAgreesWithTheReference(DType activationType, String schedule) {
        TwinGpu.Outcome outcome = twin.run(schedule, Program.class, activationType.name());
        assertThat(outcome.status()).as(outcome.output()).isZero();
        assertThat(outcome.output().lines().filter(line -> line.startsWith(Program.RIGHT)))
                .as(outcome.output())
                .hasSize(OpSpec.all().size());
    }

    /** Compares all operations; its exit status is the number of wrong ones. */
    static final class Program {
        private static final String RIGHT = "right: ";

        private Program() {}

        public static void main(String[] arguments) {
            int wrong = 0;
            try (Device device = Device.cuda(0, DType.valueOf(arguments[0]), MatMulProvider.OWN)) {
                for (OpSpec spec : OpSpec.all()) {
                    Conformance.Report report = Conformance.check(device, spec);
                    wrong += report.isOk() ? 0 : 1;
                    System.out.println((report.isOk() ? RIGHT : "WRONG: ") + report);
                }
            }
            System.exit(wrong);
        }
    }
}
