package org.ttdengine.emulator.driver;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** The C half of the driver: {@code libcuda.so.1} and {@code libcublas.so.12} beside this class, from {@code src/main/c}. */
final class NativeShim {
    /** Libraries as {@link #bind} numbers them. */
    static final int CUDA = 0;

    static final int CUBLAS = 1;

    private static final String[] LIBRARIES = {"libcuda.so.1", "libcublas.so.12"};

    private NativeShim() {}

    /**
     * Extracts the libraries and loads them into this JVM.
     *
     * @throws EmulatorUnavailableException with one line that says why there is no emulated device here
     */
    static void load() {
        String platform = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        if (!platform.equals("Linux amd64")) {
            throw new EmulatorUnavailableException(
                    "the emulated CUDA device needs Linux on x86-64, this is " + platform);
        }
        for (String library : LIBRARIES) {
            load(library);
        }
    }

    private static void load(String name) {
        try (InputStream library = NativeShim.class.getResourceAsStream(name)) {
            if (library == null) {
                throw new EmulatorUnavailableException(
                        "the emulated CUDA device was not built: no " + name + " among the classes (was gcc missing?)");
            }
            Path directory = Files.createTempDirectory("ttd-emulator");
            Path file = directory.resolve(name);
            try {
                Files.copy(library, file);
                System.load(file.toString());
            } finally {
                // A loaded library stays mapped; nothing is left behind even if the JVM is killed.
                Files.deleteIfExists(file);
                Files.delete(directory);
            }
        } catch (IOException | UnsatisfiedLinkError e) {
            throw new EmulatorUnavailableException("the emulated CUDA device cannot be loaded: " + e.getMessage(), e);
        }
    }

    /** Names of all functions of libcuda in the order of their numbers; a leading '-' marks an unsupported one. */
    static native String[] functionNames();

    /** The same of libcublas. */
    static native String[] cublasFunctionNames();

    /** Sends all calls of a library to {@code dispatcher}; before, every function returns that it is not initialised. */
    static native void bind(int library, Dispatcher dispatcher);

    /** {@code bytes} of host memory at {@code address}, in place and in big-endian order like any new buffer. */
    static native ByteBuffer view(long address, long bytes);

    /** Bytes before the terminating zero. */
    static native long length(long address);

    /** Zeroed, page-aligned host memory; 0 if there is none. */
    static native long allocate(long bytes);

    /** Gives back what {@link #allocate} returned. */
    static native void free(long address);
}
