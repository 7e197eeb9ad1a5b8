package org.ttdengine.engine.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkerPoolTest {
    @Test
    void everyTaskRunsOnceWhateverTheNumberOfThreads() {
        for (int threads : new int[] {1, 2, 5}) {
            try (WorkerPool pool = new WorkerPool(threads)) {
                assertThat(pool.threads()).isEqualTo(threads);
                for (int tasks : new int[] {0, 1, 2, 7, 1000}) {
                    AtomicIntegerArray runs = new AtomicIntegerArray(tasks);
                    pool.run(tasks, runs::incrementAndGet);
                    assertThat(IntStream.range(0, tasks).map(runs::get)).allMatch(count -> count == 1);
                }
            }
        }
    }

    @Test
    void manyShortLoopsInSuccessionLoseNoTask() {
        try (WorkerPool pool = new WorkerPool(3)) {
            AtomicInteger runs = new AtomicInteger();
            for (int loop = 0; loop < 3000; loop++) {
                pool.run(5, task -> runs.incrementAndGet());
                assertThat(runs.get()).isEqualTo(5 * (loop + 1));
            }
        }
    }

    @Test
    void sleepingWorkersWakeUp() {
        try (WorkerPool pool = new WorkerPool(2)) {
            for (int loop = 0; loop < 20; loop++) {
                LockSupport.parkNanos(2_000_000);
                CountDownLatch both = new CountDownLatch(2);
                pool.run(2, task -> meet(both));
                assertThat(both.getCount()).isZero();
            }
        }
    }

    @Test
    void noTwoTasksShareAWorkerNumberAtTheSameTime() {
        try (WorkerPool pool = new WorkerPool(4)) {
            AtomicIntegerArray busy = new AtomicIntegerArray(4);
            pool.run(500, (task, worker) -> {
                assertThat(busy.incrementAndGet(worker)).isEqualTo(1);
                Thread.onSpinWait();
                busy.decrementAndGet(worker);
            });
        }
    }

    @Test
    void theExceptionOfATaskReachesTheCallerAndThePoolGoesOn() {
        try (WorkerPool pool = new WorkerPool(2)) {
            for (int failing : new int[] {0, 99}) {
                assertThatThrownBy(() -> pool.run(100, task -> {
                            if (task == failing) {
                                throw new IllegalArgumentException("task " + task);
                            }
                        }))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("task " + failing);
            }
            assertThatThrownBy(() -> pool.run(1, task -> {
                        throw new StackOverflowError("deep");
                    }))
                    .isInstanceOf(StackOverflowError.class);
            AtomicInteger runs = new AtomicInteger();
            pool.run(10, task -> runs.incrementAndGet());
            assertThat(runs.get()).isEqualTo(10);
        }
    }

    @Test
    void aLoopInsideATaskIsRefusedOnEveryThread() {
        try (WorkerPool pool = new WorkerPool(2)) {
            CountDownLatch both = new CountDownLatch(2);
            AtomicInteger refused = new AtomicInteger();
            pool.run(2, task -> {
                meet(both);
                assertThatThrownBy(() -> pool.run(1, inner -> {}))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("same pool");
                refused.incrementAndGet();
            });
            assertThat(refused.get()).isEqualTo(2);
        }
    }

    @Test
    void loopsOfSeveralCallersTakeTurns() throws InterruptedException {
        try (WorkerPool pool = new WorkerPool(2)) {
            AtomicInteger inside = new AtomicInteger();
            AtomicReference<Throwable> failure = new AtomicReference<>();
            Runnable caller = () -> {
                for (int i = 0; i < 200; i++) {
                    pool.run(2, (task, worker) -> {
                        assertThat(inside.incrementAndGet()).isLessThanOrEqualTo(2);
                        inside.decrementAndGet();
                    });
                }
            };
            Thread other = new Thread(caller);
            other.setUncaughtExceptionHandler((thread, e) -> failure.set(e));
            other.start();
            caller.run();
            other.join();
            assertThat(failure.get()).isNull();
        }
    }

    @Test
    void aClosedPoolHasNoThreadsAndRefusesLoops() {
        WorkerPool pool = new WorkerPool(3);
        pool.close();
        pool.close();
        assertThatThrownBy(() -> pool.run(1, task -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(() -> new WorkerPool(0)).isInstanceOf(IllegalArgumentException.class);
    }

    private static void meet(CountDownLatch latch) {
        latch.countDown();
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
