package org.ttdengine.kernels;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.NoSuchElementException;

/** The PTX modules that come with the program, as resources {@code ptx/NAME.ptx} of this package. */
public final class PtxModules {
    private PtxModules() {}

    /**
     * Reads a module. Nothing is cached: a context loads each of its modules once.
     *
     * @param name name of the module, without extension
     * @throws NoSuchElementException if the program has no such module
     */
    public static PtxModule load(String name) {
        String resource = "ptx/" + name + ".ptx";
        try (InputStream stream = PtxModules.class.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new NoSuchElementException("no PTX module " + name + " (resource " + resource + ")");
            }
            return PtxModule.parse(name, new String(stream.readAllBytes(), StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException("PTX module " + name + " cannot be read", e);
        }
    }
}
