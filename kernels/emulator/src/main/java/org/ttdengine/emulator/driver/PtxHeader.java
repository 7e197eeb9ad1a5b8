package org.ttdengine.emulator.driver;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The two directives by which a driver decides whether it takes a PTX text at all.
 *
 * @param version PTX ISA version times ten
 * @param target compute capability times ten
 * @param onlyThisTarget whether the target has a suffix, such as sm_90a, that binds it to that one architecture
 */
record PtxHeader(int version, int target, boolean onlyThisTarget) {
    private static final Pattern VERSION = Pattern.compile("^\\s*\\.version\\s+(\\d+)\\.(\\d+)", Pattern.MULTILINE);
    private static final Pattern TARGET = Pattern.compile("^\\s*\\.target\\s+sm_(\\d+)([af]?)", Pattern.MULTILINE);

    static PtxHeader of(String ptx) {
        Matcher version = VERSION.matcher(ptx);
        Matcher target = TARGET.matcher(ptx);
        if (!version.find() || !target.find()) {
            throw new CudaException(CudaStatus.INVALID_PTX, "no .version and .target sm_NN at the start");
        }
        int number = Integer.parseInt(version.group(1)) * 10 + Integer.parseInt(version.group(2));
        return new PtxHeader(
                number, Integer.parseInt(target.group(1)), !target.group(2).isEmpty());
    }

    /** Refuses text newer than the driver. Releases by "PTX ISA, Release Notes": CUDA 11.x takes 7.x, 12.0 takes 8.0. */
    void requireDriver(int driverVersion) {
        int newest = newestVersion(driverVersion);
        if (version > newest) {
            throw new CudaException(
                    CudaStatus.UNSUPPORTED_PTX_VERSION,
                    ".version " + version / 10.0 + ", a driver of CUDA " + driverVersion / 1000 + "."
                            + driverVersion % 1000 / 10 + " takes at most " + newest / 10.0);
        }
    }

    private static int newestVersion(int driverVersion) {
        int major = driverVersion / 1000;
        int minor = driverVersion % 1000 / 10;
        return switch (major) {
            case 11 -> 70 + minor;
            case 12 -> minor <= 5 ? 80 + minor : 79 + minor;
            default -> major > 12 ? 90 + minor : 0;
        };
    }

    /** Refuses text for a newer device. */
    void requireDevice(int capability) {
        if (target > capability || onlyThisTarget && target != capability) {
            throw new CudaException(
                    CudaStatus.NO_BINARY_FOR_GPU,
                    ".target sm_" + target + " does not run on a device of compute capability " + capability / 10.0);
        }
    }
}
