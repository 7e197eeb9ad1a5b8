package org.ttdengine.engine.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ttdengine.emulator.Emulator;
import org.ttdengine.emulator.FaultInjection;
import org.ttdengine.emulator.machine.DeviceFault;
import org.ttdengine.emulator.machine.MachineOptions;
import org.ttdengine.emulator.machine.MachineOptions.Schedule;
import org.ttdengine.emulator.memory.LiveAllocation;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.testing.EmulatedGpu;
import org.ttdengine.kernels.ElementKernels;
import org.ttdengine.kernels.KernelSpec;

/** Defects planted in what the engine launches, allocates and copies: the emulated GPU finds each, and the engine says so. */
class CudaDefectsTest {
    private static final int N = 100;

    private Emulator emulator;
    private MachineOptions before;
    private List<LiveAllocation> alive;
    private Device device;
    private CudaContext context;

    @BeforeEach
    void open() {
        emulator = EmulatedGpu.install();
        before = emulator.machine();
        alive = emulator.liveAllocations();
        emulator.machine(MachineOptions.checked());
        device = EmulatedGpu.openDirect(DType.F32);
        context = ((CudaBackend) device.backend()).context();
    }

    @AfterEach
    void close() {
        emulator.inject(FaultInjection.none());
        device.close();
        emulator.machine(before);
    }

    private void launch(KernelSpec kernel, Object... arguments) {
        context.kernel(kernel).launch(LaunchShape.covering(N, kernel.maxThreads()), arguments);
    }

    private CudaException failureOf(Runnable work) {
        return catchThrowableOfType(CudaException.class, work::run);
    }

    private DeviceFault lastFault() {
        List<DeviceFault> faults = emulator.faults();
        return faults.get(faults.size() - 1);
    }

    @ParameterizedTest
    @EnumSource(Schedule.class)
    void aKernelThatLeavesItsTensorIsReportedAndLosesTheDevice(Schedule order) {
        emulator.machine(MachineOptions.checked().withSchedule(order, 3));
        try (Scope scope = device.scope("one too many")) {
            Tensor x = scope.zeros("x", Shape.of(N));
            launch(ElementKernels.FILL_F32, 1f, x, N);
            context.synchronize();
            launch(ElementKernels.FILL_F32, 1f, x, N + 1);
            CudaException failure = failureOf(context::synchronize);
            assertThat(failure.code()).isEqualTo(700);
            assertThat(failure)
                    .hasMessageContaining("CUDA_ERROR_ILLEGAL_ADDRESS")
                    .hasMessageContaining("touched memory it does not own");
            assertThat(lastFault().kind()).isEqualTo(DeviceFault.Kind.ILLEGAL_ADDRESS);
            assertThat(lastFault()).hasMessageContaining("fill_f32").hasMessageContaining("CudaMemory.java:");
            assertThat(failureOf(x::toDoubles).code()).as("sticky").isEqualTo(700);
            assertThat(failureOf(() -> launch(ElementKernels.FILL_F32, 1f, x, N))
                            .code())
                    .as("sticky")
                    .isEqualTo(700);
        } catch (CudaException closing) {
            assertThat(closing.code()).as("memory of a lost device").isEqualTo(700);
        }
    }

    @Test
    void aTensorThatNobodyWroteIsNotRead() {
        Scope scope = device.scope("never written");
        Tensor x = scope.empty("x", Shape.of(N));
        Tensor y = scope.zeros("y", Shape.of(N));
        launch(ElementKernels.COPY_F32_F32, x, y, N);
        assertThat(failureOf(context::synchronize).code()).isEqualTo(719);
        assertThat(lastFault().kind()).isEqualTo(DeviceFault.Kind.UNINITIALISED_READ);
    }

    @Test
    void aTensorIsNotUsedAfterItsScope() {
        Scope scope = device.scope("too long");
        Tensor x = scope.zeros("x", Shape.of(N));
        long address = ((CudaStorage) x.storage()).address();
        scope.close();
        launch(ElementKernels.FILL_F32, 1f, address, N);
        assertThat(failureOf(context::synchronize).code()).isEqualTo(700);
        assertThat(lastFault().kind()).isEqualTo(DeviceFault.Kind.USE_AFTER_FREE);
    }

    @Test
    void aLaunchThatFailsIsReportedAndLosesTheDevice() {
        Scope scope = device.scope("failing");
        Tensor x = scope.zeros("x", Shape.of(N));
        context.synchronize();
        emulator.inject(FaultInjection.launchFailureAt(1));
        launch(ElementKernels.FILL_F32, 1f, x, N);
        CudaException failure = failureOf(context::synchronize);
        assertThat(failure.code()).isEqualTo(719);
        assertThat(failure).hasMessageContaining("CUDA_ERROR_LAUNCH_FAILED").hasMessageContaining("check dmesg");
        assertThat(failureOf(x::toDoubles).code()).as("sticky").isEqualTo(719);
    }

    @Test
    void aBufferThatIsNotFreedIsListedWithThePlaceThatAllocatedIt() {
        device.close();
        assertThat(emulator.liveAllocations()).as("a device leaves nothing").isEqualTo(alive);
        open();
        List<LiveAllocation> own = emulator.liveAllocations();
        context.memory().allocate(1234);
        List<LiveAllocation> leaked = emulator.liveAllocations();
        assertThat(leaked).hasSize(own.size() + 1);
        LiveAllocation leak = leaked.get(leaked.size() - 1);
        assertThat(leak.bytes()).isEqualTo(1234);
        assertThat(leak.label()).contains("aBufferThatIsNotFreed").contains("CudaDefectsTest.java:");
    }

    @Test
    void aCopyThatIsNotWaitedForShowsWhatWasThereBefore() {
        try (Scope scope = device.scope("copy");
                PinnedBuffer host = new PinnedBuffer(context, 4)) {
            Tensor x = scope.zeros("x", Shape.of(1)).set(new float[] {7});
            host.bytes().putFloat(0, -1);
            Driver.check(
                    JCudaDriver.cuMemcpyDtoHAsync(
                            host.at(0), Address.of(((CudaStorage) x.storage()).address()), 4, context.stream()),
                    "cuMemcpyDtoHAsync");
            assertThat(host.bytes().getFloat(0)).as("defect: too early").isEqualTo(-1);
            context.synchronize();
            assertThat(host.bytes().getFloat(0)).isEqualTo(7);
        }
    }

    @Test
    void aPageThatIsWrittenBeforeItsCopyIsDoneUploadsTheWrongData() {
        for (boolean waits : new boolean[] {false, true}) {
            try (Scope scope = device.scope("page");
                    PinnedBuffer host = new PinnedBuffer(context, 4)) {
                Tensor x = scope.zeros("x", Shape.of(1));
                host.bytes().putFloat(0, 1);
                Driver.check(
                        JCudaDriver.cuMemcpyHtoDAsync(
                                Address.of(((CudaStorage) x.storage()).address()), host.at(0), 4, context.stream()),
                        "cuMemcpyHtoDAsync");
                host.usedBy(context.stream());
                if (waits) {
                    host.awaitIdle();
                }
                host.bytes().putFloat(0, 2);
                assertThat(x.toFloats()[0]).as("waits " + waits).isEqualTo(waits ? 1 : 2);
            }
        }
    }

    @Test
    void aKernelThatDoesNotWaitForTheCopyStreamReadsWhatNobodyWrote() {
        CUstream copies = new CUstream();
        Driver.check(JCudaDriver.cuStreamCreate(copies, CUstream_flags.CU_STREAM_NON_BLOCKING), "cuStreamCreate");
        Scope scope = device.scope("streams");
        Tensor x = scope.empty("x", Shape.of(N));
        Tensor y = scope.zeros("y", Shape.of(N));
        context.synchronize();
        PinnedBuffer host = new PinnedBuffer(context, 4 * N);
        Driver.check(
                JCudaDriver.cuMemcpyHtoDAsync(
                        Address.of(((CudaStorage) x.storage()).address()), host.at(0), 4L * N, copies),
                "cuMemcpyHtoDAsync");
        launch(ElementKernels.COPY_F32_F32, x, y, N);
        assertThatThrownBy(context::synchronize).isInstanceOf(CudaException.class);
        assertThat(lastFault().kind()).isEqualTo(DeviceFault.Kind.UNINITIALISED_READ);
    }
}
