package org.ttdengine.engine.backend.cuda;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.testing.EmulatedGpu;

/** Takes the GPU into use in a JVM of its own, and prints its name or why that did not work. */
final class OpenDevice {
    private OpenDevice() {}

    public static void main(String[] args) {
        if (args.length == 0) {
            EmulatedGpu.install();
        }
        try (Device device = Device.cuda(0, DType.F32, MatMulProvider.AUTO)) {
            System.out.println(device.name());
        } catch (CudaException e) {
            System.out.println(e.getMessage());
        }
    }

    /** What it prints on the emulated GPU, under JVM options. */
    static String onEmulatedGpu(String... options) throws IOException, InterruptedException {
        return run(List.of(options), List.of());
    }

    /** What it prints on the machine as it is, under JVM options. */
    static String onRealMachine(String... options) throws IOException, InterruptedException {
        return run(List.of(options), List.of("real"));
    }

    private static String run(List<String> options, List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path")));
        command.addAll(options);
        command.add(OpenDevice.class.getName());
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String printed = new String(process.getInputStream().readAllBytes()).strip();
        process.waitFor();
        return printed;
    }
}
