package org.ttdengine.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BatchLoaderTest {
    private static final long SEED = 21;
    private static final LongConsumer DELAYS =
            index -> LockSupport.parkNanos(1_000L * (SplitMix64.mix(System.nanoTime(), index) & 1023));

    private static final ListPairs FLAWED = new ListPairs(23, Set.of(0L, 4L, 5L, 19L), Set.of(7L), DELAYS);

    private final List<String> skips = new ArrayList<>();

    @Test
    void batchesAreThoseOfASequentialRunWhateverTheNumberOfWorkers() throws IOException {
        DataCursor cursor = DataCursor.of(FLAWED.size(), 8, true);
        List<String> samples = new ArrayList<>();
        List<String> skipped = new ArrayList<>();
        for (long position = 0; position < 6 * 23; position++) {
            DataCursor.Place place = cursor.at(position);
            Pair pair = FLAWED.get(place.index());
            if (FLAWED.silent().contains(place.index())) {
                skipped.add(pair.name() + ": the caption is empty");
            } else if (FLAWED.broken().contains(place.index())) {
                skipped.add(pair.name() + ": is broken");
            } else {
                float[] pixels = Pictures.seeded(pair.image().load(Pictures::tiny), SplitMix64.mix(SEED, position))
                        .pixels();
                samples.add(position + " " + place.epoch() + " " + pair.caption() + " " + Arrays.toString(pixels));
            }
        }
        for (int workers : new int[] {1, 2, 7}) {
            skips.clear();
            List<String> loaded = new ArrayList<>();
            try (BatchLoader loader = start(FLAWED, cursor, 5, workers, 0, 6 * 23)) {
                for (Optional<Batch> batch = loader.next(); batch.isPresent(); batch = loader.next()) {
                    loaded.addAll(samples(batch.get()));
                }
            }
            assertThat(loaded).as("%d workers", workers).isEqualTo(samples);
            assertThat(skips).as("%d workers", workers).isEqualTo(skipped);
        }
    }

    @Test
    void aRunGoesOnAtAnyBatchBoundaryAsIfItHadNeverStopped() throws IOException {
        DataCursor cursor = DataCursor.of(FLAWED.size(), 8, true);
        List<List<String>> whole = new ArrayList<>();
        List<Long> boundaries = new ArrayList<>(List.of(0L));
        List<Integer> skipsBefore = new ArrayList<>(List.of(0));
        try (BatchLoader loader = start(FLAWED, cursor, 4, 2, 0, Long.MAX_VALUE)) {
            for (int i = 0; i < 12; i++) {
                Batch batch = loader.next().orElseThrow();
                assertThat(batch.firstPosition()).isEqualTo(boundaries.get(i));
                assertThat(batch.samples()).hasSize(4);
                assertThat(batch.epoch()).isEqualTo(batch.samples().get(0).epoch());
                whole.add(samples(batch));
                boundaries.add(batch.nextPosition());
                skipsBefore.add(skips.size());
            }
        }
        List<String> wholeSkips = List.copyOf(skips);
        for (int i = 0; i < 12; i++) {
            skips.clear();
            try (BatchLoader loader = start(FLAWED, cursor, 4, 3, boundaries.get(i), Long.MAX_VALUE)) {
                for (int j = i; j < 12; j++) {
                    assertThat(samples(loader.next().orElseThrow())).isEqualTo(whole.get(j));
                }
            }
            assertThat(skips).isEqualTo(wholeSkips.subList(skipsBefore.get(i), wholeSkips.size()));
        }
    }

    @Test
    void theEndPositionCutsTheLastBatchShort() throws IOException {
        DataCursor cursor = DataCursor.of(10, 1, true);
        try (BatchLoader loader = start(ListPairs.of(10), cursor, 4, 3, 0, cursor.endOf(1))) {
            assertThat(loader.next().orElseThrow().samples()).hasSize(4);
            assertThat(loader.next().orElseThrow().samples()).hasSize(4);
            Batch last = loader.next().orElseThrow();
            assertThat(last.samples()).hasSize(2);
            assertThat(last.nextPosition()).isEqualTo(10);
            assertThat(loader.next()).isEmpty();
            assertThat(loader.next()).isEmpty();
        }
    }

    @Test
    void ranksDrawTheirOwnAugmentations() throws IOException {
        List<String> both = new ArrayList<>();
        for (int rank = 0; rank < 2; rank++) {
            DataCursor cursor = new DataCursor(10, 1, true, rank, 2);
            try (BatchLoader loader = start(ListPairs.of(10), cursor, 5, 2, 0, Long.MAX_VALUE)) {
                for (Sample sample : loader.next().orElseThrow().samples()) {
                    both.add(Float.toString(sample.image().pixels()[1]));
                }
            }
        }
        assertThat(both).hasSize(10).doesNotHaveDuplicates();
    }

    @Test
    void dataWithoutAUsablePairEndInAMessage() {
        ListPairs pairs = new ListPairs(6, Set.of(0L, 1L, 2L, 3L, 4L, 5L), Set.of(), index -> {});
        try (BatchLoader loader = start(pairs, DataCursor.of(6, 1, false), 4, 2, 0, Long.MAX_VALUE)) {
            assertThatThrownBy(loader::next)
                    .isInstanceOf(IOException.class)
                    .hasMessage("no usable pair in a list; the last was pair-5: is broken");
        }
        assertThat(skips).hasSize(6);
    }

    @Test
    void damageThatMakesReadersThrowAnythingIsSkippedAndToldInOneLine() throws IOException {
        ListPairs pairs = ListPairs.of(5).with(index -> {
            if (index == 1) {
                throw new ArrayIndexOutOfBoundsException("17");
            }
            if (index == 3) {
                throw new IllegalArgumentException("wrong\nin two lines");
            }
        });
        try (BatchLoader loader = start(pairs, DataCursor.of(5, 1, false), 3, 2, 0, 5)) {
            assertThat(loader.next().orElseThrow().samples().stream().map(Sample::name))
                    .containsExactly("pair-0", "pair-2", "pair-4");
        }
        assertThat(skips).containsExactly("pair-1: java.lang.ArrayIndexOutOfBoundsException: 17", "pair-3: wrong");
    }

    @Test
    void aPictureTheAugmentationRefusesIsSkipped() throws IOException {
        BatchPlan plan = new BatchPlan(2, 1, 0, 0, 3);
        try (BatchLoader loader = BatchLoader.start(
                ListPairs.of(3),
                DataCursor.of(3, 0, false),
                Pictures::tiny,
                (image, seed) -> {
                    if (image.rgb()[0] == 1) {
                        throw new IllegalArgumentException("too small");
                    }
                    return Pictures.seeded(image, seed);
                },
                plan,
                this::skipped)) {
            assertThat(loader.next().orElseThrow().samples()).hasSize(2);
        }
        assertThat(skips).containsExactly("pair-1: too small");
    }

    @Test
    void workersStopWhenTheRingIsFull() throws IOException {
        AtomicInteger loads = new AtomicInteger();
        ListPairs pairs = ListPairs.of(1000).with(index -> loads.incrementAndGet());
        int lookAhead = new BatchPlan(4, 3, 0, 0, Long.MAX_VALUE).lookAhead();
        try (BatchLoader loader = start(pairs, DataCursor.of(1000, 1, true), 4, 3, 0, Long.MAX_VALUE)) {
            assertThat(settled(loads)).isEqualTo(lookAhead);
            loader.next();
            assertThat(settled(loads)).isEqualTo(lookAhead + 4);
        }
    }

    /** The count once it has not changed for a tenth of a second. */
    private static int settled(AtomicInteger count) {
        int last = -1;
        while (last != count.get()) {
            last = count.get();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
        return last;
    }

    @Test
    void waitingForSlowDataIsMeasured() throws IOException {
        ListPairs pairs = ListPairs.of(10).with(index -> LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(40)));
        try (BatchLoader loader = start(pairs, DataCursor.of(10, 1, true), 2, 1, 0, Long.MAX_VALUE)) {
            assertThat(loader.next().orElseThrow().waitMillis()).isGreaterThan(40);
        }
    }

    @Test
    void anErrorInAWorkerReachesTheCaller() {
        ListPairs pairs = ListPairs.of(10).with(index -> {
            if (index == 3) {
                throw new OutOfMemoryError("for the test");
            }
        });
        try (BatchLoader loader = start(pairs, DataCursor.of(10, 1, false), 10, 3, 0, Long.MAX_VALUE)) {
            assertThatThrownBy(loader::next)
                    .isInstanceOf(OutOfMemoryError.class)
                    .hasMessage("for the test");
            assertThatThrownBy(loader::next).isInstanceOf(OutOfMemoryError.class);
        }
    }

    @Test
    void aFaultOfTheProgramIsNoDataProblem() {
        BatchPlan plan = new BatchPlan(2, 1, 0, 0, 3);
        try (BatchLoader loader = BatchLoader.start(
                ListPairs.of(3),
                DataCursor.of(3, 0, false),
                Pictures::tiny,
                (image, seed) -> {
                    throw new IllegalStateException("a fault");
                },
                plan,
                this::skipped)) {
            assertThatThrownBy(loader::next)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("a fault")
                    .hasRootCauseMessage("a fault");
        }
        assertThat(skips).isEmpty();
    }

    @Test
    void closingEndsAllWorkersAndFreesAWaitingCaller() throws Exception {
        Set<Thread> workers = ConcurrentHashMap.newKeySet();
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch blocked = new CountDownLatch(1);
        ListPairs pairs = ListPairs.of(100).with(index -> {
            workers.add(Thread.currentThread());
            if (index == 0) {
                started.countDown();
                awaitUninterrupted(blocked);
            }
        });
        BatchLoader loader = start(pairs, DataCursor.of(100, 1, false), 4, 4, 0, Long.MAX_VALUE);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread caller = new Thread(() -> {
            try {
                loader.next();
            } catch (IOException | RuntimeException e) {
                thrown.set(e);
            }
        });
        caller.start();
        started.await();
        Thread closer = new Thread(loader::close);
        closer.start();
        caller.join();
        assertThat(thrown.get()).isInstanceOf(IllegalStateException.class).hasMessage("the loader is closed");
        blocked.countDown();
        closer.join();
        assertThat(workers).isNotEmpty().noneMatch(Thread::isAlive);
        loader.close();
        assertThatThrownBy(loader::next).hasMessage("the loader is closed");
    }

    @Test
    void anInterruptedCallerStopsWaiting() throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        ListPairs pairs = ListPairs.of(10).with(index -> awaitUninterrupted(blocked));
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        try (BatchLoader loader = start(pairs, DataCursor.of(10, 1, false), 4, 2, 0, Long.MAX_VALUE)) {
            Thread caller = new Thread(() -> {
                try {
                    loader.next();
                } catch (IOException e) {
                    thrown.set(e);
                }
            });
            caller.start();
            caller.interrupt();
            caller.join();
            blocked.countDown();
        }
        assertThat(thrown.get()).isInstanceOf(InterruptedIOException.class);
    }

    @Test
    void plansAndCursorsThatDoNotFitAreRefused() {
        assertThatThrownBy(() -> new BatchPlan(0, 1, 0, 0, 1)).hasMessageContaining("not 0");
        assertThatThrownBy(() -> new BatchPlan(1, 0, 0, 0, 1)).hasMessageContaining("workers");
        assertThatThrownBy(() -> new BatchPlan(1, 1, 0, 5, 4)).hasMessageContaining("5 to 4");
        assertThatThrownBy(() -> start(ListPairs.of(3), DataCursor.of(4, 1, true), 1, 1, 0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("4 pairs");
    }

    private BatchLoader start(PairSource pairs, DataCursor cursor, int batch, int workers, long start, long end) {
        BatchPlan plan = new BatchPlan(batch, workers, SEED, start, end);
        return BatchLoader.start(pairs, cursor, Pictures::tiny, Pictures::seeded, plan, this::skipped);
    }

    private void skipped(String name, String reason) {
        skips.add(name + ": " + reason);
    }

    private static List<String> samples(Batch batch) {
        assertThat(batch.samples()).extracting(Sample::position).isSorted().doesNotHaveDuplicates();
        return batch.samples().stream()
                .map(sample -> sample.position() + " " + sample.epoch() + " " + sample.caption() + " "
                        + Arrays.toString(sample.image().pixels()))
                .toList();
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        boolean interrupted = false;
        while (true) {
            try {
                latch.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
