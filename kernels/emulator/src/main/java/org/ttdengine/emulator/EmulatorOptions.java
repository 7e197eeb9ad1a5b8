package org.ttdengine.emulator;

import java.util.Locale;
import java.util.function.UnaryOperator;
import org.ttdengine.emulator.machine.MachineOptions;
import org.ttdengine.emulator.machine.MachineOptions.Schedule;

/**
 * What the emulated device is like, and how it runs. {@link #fromEnvironment()} reads each from the system property
 * {@code ttd.emulator.NAME} or else the environment variable {@code TTD_EMULATOR_NAME}, NAME being one of
 *
 * <table>
 * <caption>options</caption>
 * <tr><td>schedule</td><td>forward (default), reverse or random: order of blocks, warps, lanes and streams</td></tr>
 * <tr><td>seed</td><td>of the random schedule (0)</td></tr>
 * <tr><td>workers</td><td>threads that run thread blocks (one per processor)</td></tr>
 * <tr><td>checks</td><td>{@code all} (default), {@code fast} (bounds and barriers only) or {@code none}</td></tr>
 * <tr><td>counters</td><td>true (default when checks are all) or false: count memory traffic and bank conflicts</td></tr>
 * <tr><td>blocking</td><td>true: an operation runs inside the call that submits it, as CUDA_LAUNCH_BLOCKING does (false)</td></tr>
 * <tr><td>trace</td><td>true: every call with its arguments and status on standard error (false)</td></tr>
 * <tr><td>devices</td><td>number of devices (1)</td></tr>
 * <tr><td>capability</td><td>compute capability 8.0 (default), 8.6, 8.9 or 9.0; 7.5 for a device that is too old</td></tr>
 * <tr><td>memory</td><td>bytes of a device, with k, m or g for powers of 1024 (4g)</td></tr>
 * <tr><td>driver</td><td>CUDA version the driver reports, e.g. 12.0 (default); limits the PTX version it takes</td></tr>
 * <tr><td>absent</td><td>true: cuInit finds no device (false)</td></tr>
 * <tr><td>fail</td><td>faults to inject, see {@link FaultInjection#parse}: e.g. {@code allocation:3,launch:10,lost:500}</td></tr>
 * </table>
 *
 * @param machine schedule, seed, workers, checks and counters
 * @param blocking whether operations run when submitted instead of late
 * @param trace whether every call is logged
 * @param devices number of devices
 * @param capability compute capability times ten, e.g. 80
 * @param memory bytes of one device
 * @param driverVersion as cuDriverGetVersion reports it, e.g. 12000
 * @param absent whether there is a driver but no device
 * @param fail faults to inject
 */
public record EmulatorOptions(
        MachineOptions machine,
        boolean blocking,
        boolean trace,
        int devices,
        int capability,
        long memory,
        int driverVersion,
        boolean absent,
        FaultInjection fail) {

    /** The options of this process; an unknown value is an {@link IllegalArgumentException}. */
    public static EmulatorOptions fromEnvironment() {
        return parse(name -> {
            String property = System.getProperty("ttd.emulator." + name);
            return property != null ? property : System.getenv("TTD_EMULATOR_" + name.toUpperCase(Locale.ROOT));
        });
    }

    /** Options from a source of texts by name; null means default. */
    static EmulatorOptions parse(UnaryOperator<String> source) {
        Values values = new Values(source);
        int devices = values.integer("devices", 1);
        if (devices < 1) {
            throw new IllegalArgumentException("emulator option devices: at least 1 (or absent=true), not " + devices);
        }
        return new EmulatorOptions(
                machine(values),
                values.flag("blocking", false),
                values.flag("trace", false),
                devices,
                capability(values.text("capability", "8.0")),
                bytes(values.text("memory", "4g")),
                driverVersion(values.text("driver", "12.0")),
                values.flag("absent", false),
                FaultInjection.parse(values.text("fail", "")));
    }

    private static MachineOptions machine(Values values) {
        String checks = values.text("checks", "all");
        boolean all = checks.equals("all");
        boolean some = all || checks.equals("fast");
        if (!some && !checks.equals("none")) {
            throw new IllegalArgumentException("emulator option checks: all, fast or none, not " + checks);
        }
        Schedule schedule = Schedule.valueOf(values.text("schedule", "forward").toUpperCase(Locale.ROOT));
        MachineOptions base = MachineOptions.checked();
        return new MachineOptions(
                schedule,
                values.integer("seed", 0),
                values.integer("workers", Runtime.getRuntime().availableProcessors()),
                values.flag("counters", all),
                some,
                all,
                all,
                some,
                base.instructionLimit());
    }

    private static int capability(String text) {
        return switch (text) {
            case "7.5" -> 75;
            case "8.0" -> 80;
            case "8.6" -> 86;
            case "8.9" -> 89;
            case "9.0" -> 90;
            default ->
                throw new IllegalArgumentException(
                        "emulator option capability: 7.5, 8.0, 8.6, 8.9 or 9.0, not " + text);
        };
    }

    private static long bytes(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        int shift = 10 * (1 + "kmg".indexOf(lower.charAt(lower.length() - 1)));
        return Long.parseLong(shift == 0 ? lower : lower.substring(0, lower.length() - 1)) << shift;
    }

    private static int driverVersion(String text) {
        String[] parts = text.split("\\.");
        if (parts.length != 2) {
            throw new IllegalArgumentException("emulator option driver: a version such as 12.0, not " + text);
        }
        return Integer.parseInt(parts[0]) * 1000 + Integer.parseInt(parts[1]) * 10;
    }

    private record Values(UnaryOperator<String> source) {
        String text(String name, String otherwise) {
            String value = source.apply(name);
            return value == null || value.isBlank() ? otherwise : value.trim();
        }

        int integer(String name, int otherwise) {
            return Integer.parseInt(text(name, Integer.toString(otherwise)));
        }

        boolean flag(String name, boolean otherwise) {
            String value = text(name, Boolean.toString(otherwise));
            if (!value.equals("true") && !value.equals("false")) {
                throw new IllegalArgumentException("emulator option " + name + ": true or false, not " + value);
            }
            return value.equals("true");
        }
    }
}
