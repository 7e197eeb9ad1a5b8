package org.ttdengine.emulator.driver;

import java.util.List;

/** Streams and events. */
final class StreamCalls {
    static final int LEAST_PRIORITY = 0;
    static final int GREATEST_PRIORITY = -5;

    private final Driver driver;
    private final Timeline timeline;

    StreamCalls(Driver driver) {
        this.driver = driver;
        this.timeline = driver.timeline();
    }

    void register(FunctionTable table) {
        table.context("cuStreamCreate", (context, a) -> HostMemory.putLong(a[0], create(context, (int) a[1], 0)))
                .context(
                        "cuStreamCreateWithPriority",
                        (context, a) -> HostMemory.putLong(a[0], create(context, (int) a[1], (int) a[2])))
                .context("cuStreamDestroy_v2", (context, a) -> driver.handles()
                        .remove(a[0], Stream.class)
                        .destroy())
                .context("cuStreamSynchronize", (context, a) -> {
                    Stream stream = driver.stream(context, a[0]);
                    timeline.complete(stream);
                    stream.context().requireHealthy();
                })
                .context("cuStreamQuery", (context, a) -> {
                    Stream stream = driver.stream(context, a[0]);
                    poll(stream.context(), stream.queue().isEmpty());
                })
                .context("cuStreamWaitEvent", (context, a) -> waitEvent(driver.stream(context, a[0]), event(a[1])))
                .context(
                        "cuStreamGetPriority",
                        (context, a) -> HostMemory.putInt(
                                a[1], driver.stream(context, a[0]).priority()))
                .context(
                        "cuStreamGetFlags",
                        (context, a) -> HostMemory.putInt(
                                a[1], driver.stream(context, a[0]).flags()))
                .context(
                        "cuStreamGetId",
                        (context, a) -> HostMemory.putLong(
                                a[1], driver.stream(context, a[0]).handle()))
                .context(
                        "cuStreamGetCtx",
                        (context, a) -> HostMemory.putLong(
                                a[1], driver.stream(context, a[0]).context().handle()))
                .context("cuStreamIsCapturing", (context, a) -> {
                    driver.stream(context, a[0]);
                    HostMemory.putInt(a[1], 0);
                })
                .context(
                        "cuEventCreate",
                        (context, a) ->
                                HostMemory.putLong(a[0], driver.handles().add(new Event(context, (int) a[1]))))
                .context("cuEventDestroy_v2", (context, a) -> driver.handles().remove(a[0], Event.class))
                .context("cuEventRecord", (context, a) -> record(event(a[0]), driver.stream(context, a[1])))
                .context("cuEventRecordWithFlags", (context, a) -> record(event(a[0]), driver.stream(context, a[1])))
                .context("cuEventQuery", (context, a) -> {
                    Event event = event(a[0]);
                    poll(event.context(), event.complete());
                })
                .context("cuEventSynchronize", (context, a) -> {
                    Event event = event(a[0]);
                    if (!event.complete()) {
                        timeline.complete(event.recorded());
                    }
                    event.context().requireHealthy();
                })
                .context(
                        "cuEventElapsedTime",
                        (context, a) -> HostMemory.putFloat(a[0], elapsed(event(a[1]), event(a[2]))));
    }

    private Event event(long handle) {
        return driver.handles().get(handle, Event.class);
    }

    private long create(Context context, int flags, int priority) {
        if ((flags & ~Stream.NON_BLOCKING) != 0) {
            throw new CudaException(CudaStatus.INVALID_VALUE, "stream flags " + flags);
        }
        long handle = driver.handles().reserve();
        int clamped = Math.max(GREATEST_PRIORITY, Math.min(LEAST_PRIORITY, priority));
        Stream stream = new Stream(context, handle, flags, clamped);
        driver.handles().put(handle, stream);
        timeline.add(stream);
        return handle;
    }

    /** The stream goes on when what the event records now is done; an event never recorded holds nothing up. */
    private void waitEvent(Stream stream, Event event) {
        if (!event.complete()) {
            timeline.submit(stream, "wait for event", List.of(event.recorded()), () -> {});
        }
    }

    private void record(Event event, Stream stream) {
        if (event.context() != stream.context()) {
            throw new CudaException(CudaStatus.INVALID_HANDLE, "event and stream belong to different contexts");
        }
        event.record(timeline.submit(stream, "record event", () -> {}));
    }

    /** A question does not wait, but time passes: unless complete, one pending operation runs. */
    private void poll(Context context, boolean complete) {
        if (!complete) {
            timeline.tick();
            context.requireHealthy();
            throw new CudaException(CudaStatus.NOT_READY, null);
        }
    }

    private static float elapsed(Event start, Event end) {
        if (!start.timed() || !end.timed() || start.recorded() == null || end.recorded() == null) {
            throw new CudaException(CudaStatus.INVALID_HANDLE, "time between events needs two timed and recorded ones");
        }
        if (!start.complete() || !end.complete()) {
            throw new CudaException(CudaStatus.NOT_READY, null);
        }
        return (end.recorded().completedAt() - start.recorded().completedAt()) / 1e6f;
    }
}
