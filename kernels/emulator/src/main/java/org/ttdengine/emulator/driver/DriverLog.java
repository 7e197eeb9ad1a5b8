package org.ttdengine.emulator.driver;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.ttdengine.emulator.machine.DeviceFault;
import org.ttdengine.emulator.memory.LiveAllocation;

/** What the driver says on standard error, line by line, each with the same prefix. */
final class DriverLog {
    private static final int LEAKS_SHOWN = 20;
    private static final String PREFIX = "ttd-emulator: ";

    private final PrintStream out;
    private final boolean trace;
    private final List<DeviceFault> faults = new ArrayList<>();

    /**
     * A log.
     *
     * @param trace whether every call is written with its arguments and status
     */
    DriverLog(PrintStream out, boolean trace) {
        this.out = out;
        this.trace = trace;
    }

    void line(String text) {
        out.println(PREFIX + text.replace("\n", "\n" + PREFIX));
    }

    void call(String name, long[] arguments, CudaStatus status) {
        if (trace) {
            String list = Arrays.stream(arguments)
                    .mapToObj(a -> "0x" + Long.toHexString(a))
                    .collect(Collectors.joining(", "));
            line(name + "(" + list + ") = " + status.cudaName());
        }
    }

    /** A call that was refused for a reason worth telling. */
    void refusal(String name, CudaException e) {
        if (e.getMessage() != null) {
            line(name + ": " + e.status().cudaName() + ": " + e.getMessage());
        }
    }

    /** Reports what a context did not free. */
    void leaks(List<LiveAllocation> leaked) {
        if (leaked.isEmpty()) {
            return;
        }
        long bytes = leaked.stream().mapToLong(LiveAllocation::bytes).sum();
        line(leaked.size() + " allocations (" + bytes + " bytes) were not freed:");
        leaked.stream()
                .limit(LEAKS_SHOWN)
                .forEach(leak -> line(String.format(
                        "  %d bytes at 0x%x, allocated by %s", leak.bytes(), leak.address(), leak.label())));
    }

    /** Remembers a fault for those who ask. */
    void fault(DeviceFault fault) {
        faults.add(fault);
    }

    /** The faults so far, oldest first. */
    List<DeviceFault> faults() {
        return List.copyOf(faults);
    }

    /** A defect of the emulator itself. */
    void defect(String name, RuntimeException e) {
        line(name + " failed inside the emulator; please report this");
        e.printStackTrace(out);
    }
}
