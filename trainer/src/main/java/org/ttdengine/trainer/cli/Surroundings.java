package org.ttdengine.trainer.cli;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.ttdengine.engine.backend.cpu.CpuFeatures;
import org.ttdengine.engine.backend.cuda.CudaException;
import org.ttdengine.engine.backend.cuda.Gpu;
import org.ttdengine.trainer.run.Disk;
import org.ttdengine.vit.image.Images;
import org.ttdengine.vit.image.RgbImage;

/** What the program finds around it: Java, processor, memory, picture formats, folders. */
final class Surroundings {
    private static final int NEWEST_TESTED_JDK = 25;

    private Surroundings() {}

    /** Everything {@code doctor} reports. */
    static List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        findings.add(Finding.ok("ttd-engine", Main.Version.text()));
        findings.add(java());
        findings.add(vectors());
        findings.add(Finding.ok("threads", Integer.toString(Runtime.getRuntime().availableProcessors())));
        findings.add(Finding.ok("max heap", megabytes(Runtime.getRuntime().maxMemory())));
        findings.add(physicalMemory());
        findings.add(
                Finding.ok("system", property("os.name") + " " + property("os.version") + ", " + property("os.arch")));
        findings.add(picture("JPEG, CMYK", "cmyk.jpg"));
        findings.add(picture("WebP", "lossless.webp"));
        findings.add(writable("temporary folder", Path.of(property("java.io.tmpdir")), Finding.State.BROKEN));
        findings.add(writable("current folder", Path.of("").toAbsolutePath(), Finding.State.NOTE));
        findings.addAll(gpus());
        return List.copyOf(findings);
    }

    private static String property(String name) {
        return System.getProperty(name, "unknown");
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%d MB", bytes >> 20);
    }

    private static Finding java() {
        String value = property("java.vendor") + " " + Runtime.version() + " (" + property("java.vm.name") + ")";
        return Runtime.version().feature() <= NEWEST_TESTED_JDK
                ? Finding.ok("Java", value)
                : new Finding(
                        "Java", value + "; newer than the newest tested, " + NEWEST_TESTED_JDK, Finding.State.NOTE);
    }

    private static Finding vectors() {
        return CpuFeatures.vectorModulePresent()
                ? Finding.ok("vectors", CpuFeatures.preferredVectorBits() + " bits (jdk.incubator.vector)")
                : new Finding(
                        "vectors",
                        "none, many times slower: start java with --add-modules jdk.incubator.vector",
                        Finding.State.NOTE);
    }

    private static Finding physicalMemory() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? Finding.ok("physical memory", megabytes(system.getTotalMemorySize()))
                : new Finding("physical memory", "unknown", Finding.State.NOTE);
    }

    /** Decodes a picture that comes with the program: its decoder may be missing from the class path. */
    private static Finding picture(String format, String resource) {
        try (InputStream in = Surroundings.class.getResourceAsStream(resource)) {
            if (in == null) {
                return new Finding(format, "the sample picture is missing: the jar is damaged", Finding.State.BROKEN);
            }
            RgbImage image = Images.decode(in.readAllBytes(), resource);
            return Finding.ok(format, "decodes (" + image.width() + "x" + image.height() + " sample)");
        } catch (IOException | LinkageError e) {
            return new Finding(format, Disk.reason(e), Finding.State.BROKEN);
        }
    }

    /** GPUs are no must: their absence is worth a note. */
    private static List<Finding> gpus() {
        try {
            List<Finding> findings = new ArrayList<>();
            findings.add(Finding.ok("CUDA driver", "for CUDA " + Gpu.driverVersion()));
            for (Gpu gpu : Gpu.all()) {
                findings.add(
                        gpu.isSupported()
                                ? Finding.ok("cuda:" + gpu.ordinal(), gpu.toString())
                                : new Finding(
                                        "cuda:" + gpu.ordinal(),
                                        gpu + "; too old for the kernels",
                                        Finding.State.NOTE));
            }
            return findings;
        } catch (CudaException e) {
            return List.of(new Finding("CUDA", e.getMessage(), Finding.State.NOTE));
        }
    }

    private static Finding writable(String name, Path folder, Finding.State otherwise) {
        try {
            Files.delete(Files.createTempFile(folder, ".ttd-doctor", ".tmp"));
            return Finding.ok(name, folder + " is writable");
        } catch (IOException e) {
            return new Finding(name, folder + " is not writable: " + Disk.reason(e), otherwise);
        }
    }
}
