package org.ttdengine.trainer.cli;

import java.io.IOException;
import org.ttdengine.engine.Device;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Where a command computes. */
final class DeviceOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--device",
            defaultValue = "auto",
            description = "auto, cpu or cuda[:N] (default: ${DEFAULT-VALUE}).")
    private String device;

    @Option(names = "--threads", defaultValue = "0", description = "Threads that compute (default: all cores).")
    private int threads;

    @Option(
            names = "--precision",
            defaultValue = "fp32",
            description = "fp32; bf16 needs a CUDA device (default: ${DEFAULT-VALUE}).")
    private String precision;

    /** Opens the device and says once on the standard error which one was taken, and why. */
    Device open() throws IOException {
        if (threads < 0) {
            throw new IllegalArgumentException("--threads must be at least 1, not " + threads);
        }
        if (device.startsWith("cuda")) {
            throw new IOException("--device " + device + ": this build has no CUDA backend yet; use --device cpu");
        }
        if (!device.equals("auto") && !device.equals("cpu")) {
            throw new IllegalArgumentException("--device must be auto, cpu or cuda[:N], not " + device);
        }
        if (precision.equals("bf16")) {
            throw new IOException("--precision bf16: needs a CUDA device; use --precision fp32");
        }
        if (!precision.equals("fp32")) {
            throw new IllegalArgumentException("--precision must be fp32 or bf16, not " + precision);
        }
        int count = threads();
        if (device.equals("auto")) {
            command.commandLine()
                    .getErr()
                    .println("device: cpu with " + count + " threads (this build has no CUDA backend)");
        }
        return Device.cpu(count);
    }

    /** Threads that compute. */
    int threads() {
        return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    }
}
