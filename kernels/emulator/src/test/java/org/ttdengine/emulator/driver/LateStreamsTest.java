package org.ttdengine.emulator.driver;

import static jcuda.driver.JCudaDriver.cuCtxSynchronize;
import static jcuda.driver.JCudaDriver.cuEventCreate;
import static jcuda.driver.JCudaDriver.cuEventDestroy;
import static jcuda.driver.JCudaDriver.cuEventElapsedTime;
import static jcuda.driver.JCudaDriver.cuEventQuery;
import static jcuda.driver.JCudaDriver.cuEventRecord;
import static jcuda.driver.JCudaDriver.cuEventSynchronize;
import static jcuda.driver.JCudaDriver.cuMemAllocHost;
import static jcuda.driver.JCudaDriver.cuMemFreeHost;
import static jcuda.driver.JCudaDriver.cuMemcpyDtoDAsync;
import static jcuda.driver.JCudaDriver.cuMemcpyDtoH;
import static jcuda.driver.JCudaDriver.cuMemcpyDtoHAsync;
import static jcuda.driver.JCudaDriver.cuMemcpyHtoDAsync;
import static jcuda.driver.JCudaDriver.cuMemsetD32;
import static jcuda.driver.JCudaDriver.cuMemsetD32Async;
import static jcuda.driver.JCudaDriver.cuStreamCreate;
import static jcuda.driver.JCudaDriver.cuStreamDestroy;
import static jcuda.driver.JCudaDriver.cuStreamQuery;
import static jcuda.driver.JCudaDriver.cuStreamSynchronize;
import static jcuda.driver.JCudaDriver.cuStreamWaitEvent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.ttdengine.emulator.driver.Cuda.expect;
import static org.ttdengine.emulator.driver.Cuda.ok;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;
import java.util.TreeSet;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUevent;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ttdengine.emulator.machine.MachineOptions;
import org.ttdengine.emulator.machine.MachineOptions.Schedule;

/** What a program that forgets to wait sees: old data, because nothing runs before something waits for it. */
final class LateStreamsTest {
    private static final int NON_BLOCKING = 1;
    private static final int NEW = 42;

    private Cuda cuda;
    private MachineOptions before;
    private CUdeviceptr device;
    private final Pointer pinned = new Pointer();
    private ByteBuffer host;

    @BeforeEach
    void createContext() {
        cuda = new Cuda();
        before = cuda.emulator.machine();
        device = cuda.allocate(4);
        ok(cuMemAllocHost(pinned, 4));
        host = pinned.getByteBuffer(0, 4).order(ByteOrder.nativeOrder());
        ok(cuMemsetD32(device, 0, 1));
        ok(cuCtxSynchronize());
    }

    @AfterEach
    void destroyContext() {
        cuda.emulator.blocking(false);
        cuda.emulator.machine(before);
        ok(cuMemFreeHost(pinned));
        cuda.close();
    }

    private CUstream stream(int flags) {
        CUstream stream = new CUstream();
        ok(cuStreamCreate(stream, flags));
        return stream;
    }

    private static CUevent event(int flags) {
        CUevent event = new CUevent();
        ok(cuEventCreate(event, flags));
        return event;
    }

    private int onDevice() {
        int[] value = new int[1];
        ok(cuMemcpyDtoH(Pointer.to(value), device, 4));
        return value[0];
    }

    @Test
    void anAsynchronousCopyToPageLockedMemoryIsSeenOnlyAfterSynchronisation() {
        CUstream stream = stream(0);
        ok(cuMemsetD32Async(device, NEW, 1, stream));
        ok(cuMemcpyDtoHAsync(pinned, device, 4, stream));
        assertThat(host.getInt(0)).as("nobody waited").isZero();
        ok(cuStreamSynchronize(stream));
        assertThat(host.getInt(0)).isEqualTo(NEW);
    }

    @Test
    void anAsynchronousCopyFromPageLockedMemoryReadsItLate() {
        CUstream stream = stream(0);
        host.putInt(0, 7);
        ok(cuMemcpyHtoDAsync(device, pinned, 4, stream));
        host.putInt(0, NEW);
        assertThat(onDevice()).as("changed before the copy ran").isEqualTo(NEW);
    }

    @Test
    void pageableMemoryIsStagedAtOnceAndArrivesLate() {
        CUstream stream = stream(NON_BLOCKING);
        int[] source = {NEW};
        ok(cuMemcpyHtoDAsync(device, Pointer.to(source), 4, stream));
        source[0] = 7;
        assertThat(onDevice())
                .as("the default stream does not wait for a non-blocking one")
                .isZero();
        ok(cuStreamSynchronize(stream));
        assertThat(onDevice()).isEqualTo(NEW);
    }

    @Test
    void anAsynchronousCopyToPageableMemoryIsWaitedFor() {
        CUstream stream = stream(0);
        int[] target = new int[1];
        ok(cuMemsetD32Async(device, NEW, 1, stream));
        ok(cuMemcpyDtoHAsync(Pointer.to(target), device, 4, stream));
        assertThat(target[0]).isEqualTo(NEW);
    }

    @Test
    void theDefaultStreamAndBlockingStreamsWaitForEachOther() {
        CUstream stream = stream(0);
        ok(cuMemsetD32Async(device, NEW, 1, stream));
        assertThat(onDevice()).isEqualTo(NEW);
        ok(cuMemsetD32(device, 43, 1));
        ok(cuMemcpyDtoHAsync(pinned, device, 4, stream));
        ok(cuStreamSynchronize(stream));
        assertThat(host.getInt(0)).isEqualTo(43);
    }

    @ParameterizedTest
    @EnumSource(Schedule.class)
    void aWaitForAnEventOrdersStreamsUnderEverySchedule(Schedule schedule) {
        for (int seed = 0; seed < 20; seed++) {
            cuda.emulator.machine(before.withSchedule(schedule, seed));
            CUstream producer = stream(NON_BLOCKING);
            CUstream consumer = stream(NON_BLOCKING);
            CUevent written = event(2);
            ok(cuMemsetD32Async(device, seed + 1, 1, producer));
            ok(cuEventRecord(written, producer));
            ok(cuStreamWaitEvent(consumer, written, 0));
            ok(cuMemcpyDtoHAsync(pinned, device, 4, consumer));
            ok(cuStreamSynchronize(consumer));
            assertThat(host.getInt(0)).isEqualTo(seed + 1);
            ok(cuEventDestroy(written));
            ok(cuStreamDestroy(producer));
            ok(cuStreamDestroy(consumer));
        }
    }

    @Test
    void unorderedStreamsGiveDifferentResultsBySeed() {
        Set<Integer> seen = new TreeSet<>();
        for (int seed = 0; seed < 20; seed++) {
            cuda.emulator.machine(before.withSchedule(Schedule.RANDOM, seed));
            CUstream first = stream(NON_BLOCKING);
            CUstream second = stream(NON_BLOCKING);
            ok(cuMemsetD32Async(device, 1, 1, first));
            ok(cuMemsetD32Async(device, 2, 1, second));
            ok(cuCtxSynchronize());
            seen.add(onDevice());
        }
        assertThat(seen).containsExactly(1, 2);
    }

    @Test
    void whatAnEventRecordedWhenTheWaitWasMadeCounts() {
        CUstream stream = stream(NON_BLOCKING);
        CUstream other = stream(NON_BLOCKING);
        CUevent event = event(2);
        ok(cuStreamWaitEvent(other, event, 0));
        ok(cuMemsetD32Async(device, NEW, 1, stream));
        ok(cuEventRecord(event, stream));
        ok(cuMemcpyDtoHAsync(pinned, device, 4, other));
        ok(cuStreamSynchronize(other));
        assertThat(host.getInt(0)).as("the wait came before the record").isZero();
    }

    @Test
    void pollingMakesProgress() {
        CUstream stream = stream(NON_BLOCKING);
        CUevent event = event(0);
        ok(cuStreamQuery(stream));
        ok(cuMemsetD32Async(device, 1, 1, stream));
        ok(cuEventRecord(event, stream));
        expect(CUresult.CUDA_ERROR_NOT_READY, cuEventQuery(event));
        expect(CUresult.CUDA_ERROR_NOT_READY, cuStreamQuery(stream));
        ok(cuStreamQuery(stream));
        ok(cuEventQuery(event));
    }

    @Test
    void eventsTellTheTimeBetweenThemOnceBothArePast() {
        CUstream stream = stream(0);
        CUevent start = event(0);
        CUevent end = event(0);
        float[] time = {-1};
        expect(CUresult.CUDA_ERROR_INVALID_HANDLE, cuEventElapsedTime(time, start, end));
        ok(cuEventRecord(start, stream));
        ok(cuMemcpyDtoDAsync(device, device, 4, stream));
        ok(cuEventRecord(end, stream));
        expect(CUresult.CUDA_ERROR_NOT_READY, cuEventElapsedTime(time, start, end));
        ok(cuEventSynchronize(end));
        ok(cuEventElapsedTime(time, start, end));
        assertThat(time[0]).isGreaterThanOrEqualTo(0);
        expect(CUresult.CUDA_ERROR_INVALID_HANDLE, cuEventElapsedTime(time, start, event(2)));
    }

    @Test
    void aDestroyedStreamStillFinishesItsWork() {
        CUstream stream = stream(0);
        ok(cuMemsetD32Async(device, NEW, 1, stream));
        ok(cuStreamDestroy(stream));
        expect(CUresult.CUDA_ERROR_INVALID_HANDLE, cuStreamSynchronize(stream));
        assertThat(onDevice()).isEqualTo(NEW);
    }

    @Test
    void blockingModeRunsOperationsWhenTheyAreSubmitted() {
        cuda.emulator.blocking(true);
        CUstream stream = stream(NON_BLOCKING);
        ok(cuMemsetD32Async(device, NEW, 1, stream));
        ok(cuMemcpyDtoHAsync(pinned, device, 4, stream));
        assertThat(host.getInt(0)).isEqualTo(NEW);
    }

    @Test
    void aLongQueueRunsByItself() {
        CUstream stream = stream(NON_BLOCKING);
        for (int i = 0; i < 3000; i++) {
            ok(cuMemsetD32Async(device, i, 1, stream));
        }
        assertThat(onDevice()).isBetween(1000, 2998);
    }
}
