package org.ttdengine.emulator.driver;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ttdengine.emulator.LaunchReport;
import org.ttdengine.emulator.machine.Launch;
import org.ttdengine.emulator.machine.LaunchCounters;

/** What the launches of late did, and how often each kernel ever ran. */
final class LaunchLog {
    /** Reports kept; older ones are dropped. */
    private static final int KEPT = 100_000;

    private final ArrayDeque<LaunchReport> reports = new ArrayDeque<>();
    private final Map<String, Long> runs = new TreeMap<>();

    void add(Launch launch, LaunchCounters counters) {
        if (reports.size() == KEPT) {
            reports.remove();
        }
        reports.add(new LaunchReport(launch.kernel(), launch.grid(), launch.block(), launch.dynamicShared(), counters));
        runs.merge(launch.kernel(), 1L, Long::sum);
    }

    List<LaunchReport> reports() {
        return List.copyOf(reports);
    }

    /** Launches that ran to their end, by kernel; {@link #clear} does not reset them. */
    Map<String, Long> runs() {
        return Map.copyOf(runs);
    }

    void clear() {
        reports.clear();
    }
}
