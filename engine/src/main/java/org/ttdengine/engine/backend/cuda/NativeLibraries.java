package org.ttdengine.engine.backend.cuda;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import jcuda.driver.JCudaDriver;
import jcuda.jcublas.JCublas2;

/**
 * Loads JCuda's native libraries from where nobody else can write.
 *
 * <p>JCuda unpacks them to fixed names in the folder {@code java.io.tmpdir} and loads whatever file it finds there: in a
 * folder that others may write to, theirs; and beside another process that starts, one half written. It reads the property
 * when a library's class is initialised, and during that it names a fresh folder of the user's own.
 */
final class NativeLibraries {
    private static final System.Logger LOG = System.getLogger(NativeLibraries.class.getName());
    private static final String TEMPORARY = "java.io.tmpdir";

    private NativeLibraries() {}

    /**
     * Makes the driver's functions callable; does nothing once they are.
     *
     * @throws UnsatisfiedLinkError if libcuda.so.1 or what it needs cannot be loaded
     */
    static void loadDriver() {
        fromPrivateFolder(() -> JCudaDriver.setExceptionsEnabled(false));
    }

    /**
     * Makes the functions of cuBLAS callable; does nothing once they are.
     *
     * @throws UnsatisfiedLinkError if libcublas.so.12 or what it needs cannot be loaded
     */
    static void loadCublas() {
        fromPrivateFolder(() -> JCublas2.setExceptionsEnabled(false));
    }

    private static synchronized void fromPrivateFolder(Runnable initialisation) {
        Path folder;
        try {
            // On POSIX systems only its owner may enter it.
            folder = Files.createTempDirectory("ttd-engine-jcuda");
        } catch (IOException e) {
            throw new CudaException(
                    "the CUDA libraries cannot be unpacked: no folder can be made in " + System.getProperty(TEMPORARY)
                            + "; free some space there, or name another with JAVA_TOOL_OPTIONS=-D" + TEMPORARY + "=DIR",
                    e);
        }
        String shared = System.setProperty(TEMPORARY, folder.toString());
        try {
            initialisation.run();
        } finally {
            System.setProperty(TEMPORARY, shared);
            delete(folder);
        }
    }

    /** What is loaded stays mapped: on Linux its file can go at once, so that nothing is left even by a killed JVM. */
    private static void delete(Path folder) {
        try {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
                for (Path file : files) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "libraries of JCuda stay in " + folder, e);
        }
    }
}
