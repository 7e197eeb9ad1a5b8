package org.ttdengine.emulator.driver;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** The driver functions that are implemented, by name. Arguments come as 64-bit integers in the order of the C prototype. */
final class FunctionTable {
    /** What a function does; any result but success is a {@link CudaException}. */
    interface Call {
        void run(long[] arguments);
    }

    /** A function that works on the calling thread's current context. */
    interface ContextCall {
        void run(Context context, long[] arguments);
    }

    private final Map<String, Call> calls = new HashMap<>();
    private final Driver driver;

    FunctionTable(Driver driver) {
        this.driver = driver;
    }

    /** A function that may be called at any time, before cuInit too. */
    FunctionTable always(String name, Call call) {
        if (calls.putIfAbsent(name, call) != null) {
            throw new IllegalStateException(name + " is registered twice");
        }
        return this;
    }

    /** A function that needs cuInit only. */
    FunctionTable initialized(String name, Call call) {
        return always(name, arguments -> {
            driver.requireInitialized();
            call.run(arguments);
        });
    }

    /** A function that needs a current context without a sticky error. */
    FunctionTable context(String name, ContextCall call) {
        return always(name, arguments -> {
            driver.requireInitialized();
            Context context = driver.current();
            context.requireHealthy();
            call.run(context, arguments);
        });
    }

    /** Registers a group of functions. */
    FunctionTable with(Consumer<FunctionTable> group) {
        group.accept(this);
        return this;
    }

    Map<String, Call> calls() {
        return Map.copyOf(calls);
    }
}
