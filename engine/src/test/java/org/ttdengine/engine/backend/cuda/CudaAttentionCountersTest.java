package org.ttdengine.engine.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ttdengine.emulator.Emulator;
import org.ttdengine.emulator.LaunchReport;
import org.ttdengine.emulator.machine.MachineOptions;
import org.ttdengine.emulator.memory.MemoryCounters;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.backend.AttentionPlan;
import org.ttdengine.engine.testing.EmulatedGpu;

/** What the fast attention kernels cost: counts of the emulated device, which do not depend on the numbers. */
class CudaAttentionCountersTest {
    /** Elements of products of one mma.sync m16n8k16. */
    private static final long MMA_PRODUCTS = 16 * 8 * 16;

    private static Emulator emulator;

    @BeforeAll
    static void install() {
        emulator = Emulator.install();
    }

    @ParameterizedTest
    @CsvSource({"F32, 32", "F32, 64", "BF16, 32", "BF16, 64"})
    void sharedMemoryHasNoBankConflicts(DType dtype, int headSize) {
        AttentionPlan plan = new AttentionPlan(new int[] {0, 77, 80}, 2, true);
        for (LaunchReport launch : launches(dtype, plan, headSize)) {
            MemoryCounters memory = launch.counters().memory;
            assertThat(memory.sharedLoadConflicts).as(launch.kernel()).isZero();
            assertThat(memory.sharedStoreConflicts).as(launch.kernel()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"F32, 32", "F32, 64", "BF16, 32", "BF16, 64"})
    void globalAccessesMoveWholeSectors(DType dtype, int headSize) {
        for (LaunchReport launch : launches(dtype, AttentionPlan.regular(1, 128, 2, false), headSize)) {
            MemoryCounters memory = launch.counters().memory;
            assertThat(memory.globalLoadSectors).as(launch.kernel()).isEqualTo(memory.globalLoadSectorsMinimum);
            assertThat(memory.globalStoreSectors).as(launch.kernel()).isEqualTo(memory.globalStoreSectorsMinimum);
        }
    }

    @ParameterizedTest
    @CsvSource({"32, false", "64, false", "32, true", "64, true"})
    void tensorCoresMultiplyNothingInVain(int headSize, boolean causal) {
        AttentionPlan plan = AttentionPlan.regular(2, 128, 1, causal);
        long pieces = causal ? 8 * 9 / 2 : 8 * 8;
        long product = plan.sequences() * pieces * 16 * 16 * headSize / MMA_PRODUCTS;
        List<LaunchReport> launches = launches(DType.BF16, plan, headSize);
        assertThat(launches)
                .extracting(launch -> launch.counters().mmaInstructions)
                .as("two products forward; none for delta; three for dQ; four for dK and dV")
                .containsExactly(2 * product, 0L, 3 * product, 4 * product);
    }

    @Test
    void raggedBatchesLeaveNoBlockIdle() {
        AttentionPlan plan = new AttentionPlan(new int[] {0, 1, 1, 130, 133}, 3, false);
        for (LaunchReport launch : launches(DType.BF16, plan, 32)) {
            if (!launch.kernel().contains("delta")) {
                assertThat(launch.grid().count()).as(launch.kernel()).isEqualTo(3 * (1 + 3 + 1));
            }
        }
    }

    /** Forward, delta, dQ, and dK with dV. */
    private static List<LaunchReport> launches(DType dtype, AttentionPlan plan, int headSize) {
        int width = plan.heads() * headSize;
        emulator.machine(MachineOptions.checked());
        try (Device device = EmulatedGpu.open(dtype);
                Scope scope = device.scope("counted")) {
            CudaAttention attention = new CudaAttention(((CudaBackend) device.backend()).context());
            Shape wide = Shape.of(plan.tokens(), 3 * width);
            Shape narrow = Shape.of(plan.tokens(), width);
            SplittableRandom random = new SplittableRandom(2);
            Tensor qkv = scope.empty("qkv", wide, dtype)
                    .set(random.doubles(wide.size(), -1, 1).toArray());
            Tensor dout = scope.empty("dout", narrow, dtype)
                    .set(random.doubles(narrow.size(), -1, 1).toArray());
            Tensor out = scope.empty("out", narrow, dtype);
            Tensor logSumExp = scope.empty("lse", Shape.of(plan.heads(), plan.tokens()), DType.F32);
            Tensor dqkv = scope.empty("dqkv", wide, dtype);
            emulator.resetCounters();
            attention.attention(plan, qkv, out, logSumExp);
            attention.attentionBackward(plan, qkv, out, logSumExp, dout, dqkv);
            assertThat(dqkv.toDoubles()).doesNotContain(Double.NaN);
            return List.copyOf(emulator.counters());
        }
    }
}
