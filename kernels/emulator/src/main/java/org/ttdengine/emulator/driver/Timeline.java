package org.ttdengine.emulator.driver;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.ttdengine.emulator.machine.DeviceFault;
import org.ttdengine.emulator.machine.MachineOptions;
import org.ttdengine.emulator.machine.MachineOptions.Schedule;

/**
 * The operations of all streams, run in an order that the CUDA programming model allows and a hopeful program does not
 * expect: nothing runs before something waits for it. Then, by the schedule,
 *
 * <ul>
 *   <li>forward: what the wait needs, in the order submitted;
 *   <li>reverse: what the wait needs, of the streams that can go on always the one whose operation was submitted last;
 *   <li>random: any stream that can go on, needed or not, drawn from the seed.
 * </ul>
 */
final class Timeline {
    /** A stream with so many pending operations runs some before it takes more, as the launch queue of a device does. */
    private static final int QUEUE_LIMIT = 1024;

    private final List<Stream> streams = new ArrayList<>();
    private Schedule schedule;
    private SplittableRandom random;
    private boolean blocking;
    private long serial;

    Timeline(MachineOptions options, boolean blocking) {
        this.blocking = blocking;
        configure(options);
    }

    /** Takes schedule and seed for what runs from now on. */
    void configure(MachineOptions options) {
        schedule = options.schedule();
        random = new SplittableRandom(options.seed());
    }

    /** Whether operations run as soon as they are submitted. */
    void blocking(boolean immediately) {
        blocking = immediately;
    }

    void add(Stream stream) {
        streams.add(stream);
    }

    /** Puts an operation at the end of a stream. */
    Operation submit(Stream stream, String name, Runnable action) {
        return submit(stream, name, List.of(), action);
    }

    /**
     * Puts an operation at the end of a stream.
     *
     * @param after operations of other streams it has to wait for, besides the implicit ones of the default stream
     */
    Operation submit(Stream stream, String name, List<Operation> after, Runnable action) {
        while (stream.queue().size() >= QUEUE_LIMIT) {
            complete(stream.queue().peek());
        }
        List<Operation> dependencies = new ArrayList<>(after);
        dependencies.addAll(implicitDependencies(stream));
        dependencies.removeIf(Operation::done);
        Operation operation = new Operation(stream, serial++, name, dependencies, action);
        stream.add(operation);
        if (blocking) {
            complete(operation);
        }
        return operation;
    }

    /** The legacy default stream and the blocking streams of its context wait for each other. */
    private List<Operation> implicitDependencies(Stream stream) {
        Stream legacy = stream.context().legacyDefault();
        List<Operation> result = new ArrayList<>();
        for (Stream other : streams) {
            boolean ordered = stream == legacy ? other.blocking() : stream.blocking() && other == legacy;
            if (ordered && other != stream && other.context() == stream.context() && other.last() != null) {
                result.add(other.last());
            }
        }
        return result;
    }

    /** Returns when the operation is done. */
    void complete(Operation operation) {
        complete(List.of(operation));
    }

    /** Returns when all that was submitted to the stream is done. */
    void complete(Stream stream) {
        if (stream.last() != null) {
            complete(stream.last());
        }
    }

    /** Returns when all that was submitted to the context's streams is done. */
    void complete(Context context) {
        List<Operation> targets = new ArrayList<>();
        for (Stream stream : streams) {
            if (stream.context() == context) {
                targets.addAll(stream.queue());
            }
        }
        complete(targets);
    }

    private void complete(Collection<Operation> targets) {
        Map<Stream, Long> needed = needed(targets);
        while (needed.keySet().stream()
                .anyMatch(stream -> isNeeded(stream.queue().peek(), needed))) {
            run(choose(needed));
        }
    }

    /** Per stream the serial number up to which its pending operations must run so that the targets are done. */
    private static Map<Stream, Long> needed(Collection<Operation> targets) {
        Map<Stream, Long> result = new LinkedHashMap<>();
        ArrayDeque<Operation> open = new ArrayDeque<>(targets);
        while (!open.isEmpty()) {
            Operation operation = open.pop();
            long covered = result.getOrDefault(operation.stream(), -1L);
            if (operation.done() || operation.serial() <= covered) {
                continue;
            }
            result.put(operation.stream(), operation.serial());
            for (Operation earlier : operation.stream().queue()) {
                if (earlier.serial() > covered && earlier.serial() <= operation.serial()) {
                    open.addAll(earlier.after());
                }
            }
        }
        return result;
    }

    private static boolean isNeeded(Operation operation, Map<Stream, Long> needed) {
        return operation != null && operation.serial() <= needed.getOrDefault(operation.stream(), -1L);
    }

    private Operation choose(Map<Stream, Long> needed) {
        List<Operation> ready = ready();
        if (schedule == Schedule.RANDOM) {
            return ready.get(random.nextInt(ready.size()));
        }
        Operation chosen = null;
        for (Operation operation : ready) {
            boolean better = chosen == null || (operation.serial() < chosen.serial()) == (schedule == Schedule.FORWARD);
            if (isNeeded(operation, needed) && better) {
                chosen = operation;
            }
        }
        if (chosen == null) {
            throw new IllegalStateException("no stream can go on although operations are pending");
        }
        return chosen;
    }

    /** The heads of the streams that can go on. */
    private List<Operation> ready() {
        List<Operation> result = new ArrayList<>();
        for (Stream stream : streams) {
            Operation head = stream.queue().peek();
            if (head != null && head.ready()) {
                result.add(head);
            }
        }
        return result;
    }

    /** Runs one operation, if any can run: time passes for a program that polls. */
    void tick() {
        List<Operation> ready = ready();
        if (!ready.isEmpty()) {
            run(ready.get(schedule == Schedule.RANDOM ? random.nextInt(ready.size()) : 0));
        }
    }

    private void run(Operation operation) {
        Stream stream = operation.stream();
        stream.queue().remove();
        try {
            operation.run();
        } catch (DeviceFault fault) {
            stream.context().fail(operation.name(), fault);
            abandon(stream.context());
        }
        streams.removeIf(other -> other.destroyed() && other.queue().isEmpty());
    }

    /** Forgets all pending operations of a context, as a fault does. */
    void abandon(Context context) {
        for (Stream stream : streams) {
            if (stream.context() == context) {
                stream.queue().forEach(Operation::abandon);
                stream.queue().clear();
            }
        }
    }

    /** Abandons what is pending and removes the context's streams. */
    void remove(Context context) {
        abandon(context);
        streams.removeIf(stream -> stream.context() == context);
    }
}
