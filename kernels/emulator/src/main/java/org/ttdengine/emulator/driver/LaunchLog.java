package org.ttdengine.emulator.driver;

import java.util.ArrayDeque;
import java.util.List;
import org.ttdengine.emulator.LaunchReport;
import org.ttdengine.emulator.machine.Launch;
import org.ttdengine.emulator.machine.LaunchCounters;

/** What the launches of late did. */
final class LaunchLog {
    /** Reports kept; older ones are dropped. */
    private static final int KEPT = 100_000;

    private final ArrayDeque<LaunchReport> reports = new ArrayDeque<>();

    void add(Launch launch, LaunchCounters counters) {
        if (reports.size() == KEPT) {
            reports.remove();
        }
        reports.add(new LaunchReport(launch.kernel(), launch.grid(), launch.block(), launch.dynamicShared(), counters));
    }

    List<LaunchReport> reports() {
        return List.copyOf(reports);
    }

    void clear() {
        reports.clear();
    }
}
