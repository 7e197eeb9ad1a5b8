package org.ttdengine.engine.backend.cuda;

import java.util.Map;

/** A CUDA device cannot be used, or a call of its driver failed; the message says what to do next. */
public final class CudaException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What to do about the codes that users meet. */
    private static final Map<Integer, String> ADVICE = Map.ofEntries(
            Map.entry(2, "use a smaller --batch or --image-size, or --accumulate"),
            Map.entry(3, "the driver was not initialised: this is a bug, please report it"),
            Map.entry(
                    34,
                    "this libcuda.so is the toolkit's stub: put the driver's own library first on the library path"),
            Map.entry(100, "no NVIDIA GPU is visible: check nvidia-smi and CUDA_VISIBLE_DEVICES, or use --device cpu"),
            Map.entry(101, "there is no such GPU: check the number after --device cuda:"),
            Map.entry(200, "the program's kernels are damaged: reinstall ttd-engine.jar"),
            Map.entry(209, "this GPU is too old: compute capability 8.0 (Ampere) or newer is needed, or --device cpu"),
            Map.entry(218, "the driver rejects the program's kernels: update the NVIDIA driver to 525 or newer"),
            Map.entry(222, "the driver is too old for the program's kernels: update it to 525 or newer"),
            Map.entry(
                    700,
                    "a kernel touched memory it does not own: please report it with the output of doctor --selftest"),
            Map.entry(701, "a kernel asked for more than this GPU has: please report it with the output of doctor"),
            Map.entry(716, "a kernel made a misaligned access: please report it with the output of doctor --selftest"),
            Map.entry(719, "a kernel failed: check dmesg for Xid messages"),
            Map.entry(
                    46, "another process holds the GPU exclusively: wait for it, or take another with --device cuda:N"),
            Map.entry(999, "the device or its driver failed: check nvidia-smi and dmesg"));

    private final int code;

    /** A condition that is not the failure of a call. */
    public CudaException(String message) {
        super(message);
        this.code = 0;
    }

    /** A condition caused by another exception. */
    public CudaException(String message, Throwable cause) {
        super(message, cause);
        this.code = 0;
    }

    /**
     * The failure of a driver call.
     *
     * @param function the call
     * @param code what it returned, a {@code CUresult}
     * @param name the code's name
     * @param meaning the driver's description of it
     */
    CudaException(String function, int code, String name, String meaning) {
        super(function + " failed: " + meaning + " (" + name + ", " + code + "); "
                + ADVICE.getOrDefault(code, "check nvidia-smi and the driver's version"));
        this.code = code;
    }

    /** The driver's code, 0 if no call failed. */
    public int code() {
        return code;
    }
}
