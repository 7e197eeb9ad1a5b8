package org.ttdengine.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.ttdengine.emulator.machine.MachineOptions.Schedule;

final class EmulatorOptionsTest {
    private static EmulatorOptions parse(Map<String, String> values) {
        return EmulatorOptions.parse(values::get);
    }

    @Test
    void byDefaultEverythingIsCheckedOnOneDevice() {
        EmulatorOptions options = parse(Map.of());
        assertThat(options.devices()).isOne();
        assertThat(options.capability()).isEqualTo(80);
        assertThat(options.driverVersion()).isEqualTo(12000);
        assertThat(options.memory()).isEqualTo(4L << 30);
        assertThat(options.machine().memcheck()).isTrue();
        assertThat(options.machine().racecheck()).isTrue();
        assertThat(options.machine().schedule()).isEqualTo(Schedule.FORWARD);
        assertThat(options.fail()).isEqualTo(FaultInjection.none());
    }

    @Test
    void everyOptionIsRead() {
        EmulatorOptions options = parse(Map.ofEntries(
                Map.entry("schedule", "random"),
                Map.entry("seed", "7"),
                Map.entry("workers", "3"),
                Map.entry("checks", "fast"),
                Map.entry("counters", "true"),
                Map.entry("blocking", "true"),
                Map.entry("trace", "true"),
                Map.entry("devices", "2"),
                Map.entry("capability", "8.6"),
                Map.entry("memory", "512M"),
                Map.entry("driver", "12.4"),
                Map.entry("absent", "true"),
                Map.entry("fail", "allocation:3, launch:10,lost:500")));
        assertThat(options.machine().schedule()).isEqualTo(Schedule.RANDOM);
        assertThat(options.machine().seed()).isEqualTo(7);
        assertThat(options.machine().workers()).isEqualTo(3);
        assertThat(options.machine().memcheck()).isTrue();
        assertThat(options.machine().initcheck()).isFalse();
        assertThat(options.machine().counters()).isTrue();
        assertThat(options.blocking()).isTrue();
        assertThat(options.trace()).isTrue();
        assertThat(options.devices()).isEqualTo(2);
        assertThat(options.capability()).isEqualTo(86);
        assertThat(options.memory()).isEqualTo(512L << 20);
        assertThat(options.driverVersion()).isEqualTo(12040);
        assertThat(options.absent()).isTrue();
        assertThat(options.fail()).isEqualTo(new FaultInjection(3, 10, 500));
    }

    @Test
    void whatCannotBeMeantIsRefused() {
        for (String[] option : new String[][] {
            {"schedule", "sideways"},
            {"checks", "some"},
            {"blocking", "yes"},
            {"devices", "0"},
            {"capability", "7.0"},
            {"memory", "lots"},
            {"driver", "12"},
            {"fail", "fire:1"},
            {"fail", "launch:0"}
        }) {
            assertThatIllegalArgumentException().as(option[0]).isThrownBy(() -> parse(Map.of(option[0], option[1])));
        }
    }
}
