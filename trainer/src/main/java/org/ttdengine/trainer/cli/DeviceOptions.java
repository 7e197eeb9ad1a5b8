package org.ttdengine.trainer.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.backend.cuda.CudaException;
import org.ttdengine.engine.backend.cuda.MatMulProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Where a command computes. */
final class DeviceOptions {
    private static final Pattern CUDA = Pattern.compile("cuda(?::(\\d{1,4}))?");

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

    @Option(
            names = "--gemm",
            defaultValue = "auto",
            description = "Matrix products on a GPU: own kernels, cublas, or auto: cublas where libcublas.so.12 is"
                    + " installed (default: ${DEFAULT-VALUE}).")
    private MatMulProvider gemm;

    /**
     * Opens the device and says once on the standard error which one {@code auto} took, and why.
     *
     * @throws CudaException if the GPU that was asked for cannot be used
     */
    Device open() {
        if (threads < 0) {
            throw new IllegalArgumentException("--threads must be at least 1, not " + threads);
        }
        DType weights = precision();
        if (device.equals("auto")) {
            return automatic(weights);
        }
        if (device.equals("cpu")) {
            return cpu(weights);
        }
        Matcher cuda = CUDA.matcher(device);
        if (!cuda.matches()) {
            throw new IllegalArgumentException("--device must be auto, cpu or cuda[:N], not " + device);
        }
        return Device.cuda(cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1)), weights, gemm);
    }

    /** Type of weights and activations. */
    DType precision() {
        return switch (precision) {
            case "fp32" -> DType.F32;
            case "bf16" -> DType.BF16;
            default -> throw new IllegalArgumentException("--precision must be fp32 or bf16, not " + precision);
        };
    }

    private Device automatic(DType weights) {
        try {
            Device gpu = Device.cuda(0, weights, gemm);
            say("device: " + gpu.name());
            return gpu;
        } catch (CudaException e) {
            Device processor = cpu(weights);
            say("device: cpu with " + threads() + " threads (" + e.getMessage() + ")");
            return processor;
        }
    }

    private Device cpu(DType weights) {
        if (weights != DType.F32) {
            throw new CudaException("--precision bf16: needs a CUDA device; use --precision fp32");
        }
        return Device.cpu(threads());
    }

    private void say(String message) {
        command.commandLine().getErr().println(message);
    }

    /** Threads that compute. */
    int threads() {
        return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    }
}
