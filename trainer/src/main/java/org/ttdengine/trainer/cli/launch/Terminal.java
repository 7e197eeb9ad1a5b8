package org.ttdengine.trainer.cli.launch;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Where the standard streams lead. */
public final class Terminal {
    private static final int STDOUT = 1;
    private static final int STDERR = 2;

    private Terminal() {}

    /** Whether the standard output is a terminal. */
    public static boolean stdout() {
        return leadsToTerminal(STDOUT);
    }

    /** Whether the standard error is a terminal. */
    public static boolean stderr() {
        return leadsToTerminal(STDERR);
    }

    /**
     * Whether colours may be written to a terminal: it must name its kind, as all that know escape sequences do, and
     * nobody asked for none (https://no-color.org).
     *
     * @param environment the variables of the process
     */
    public static boolean wantsColours(Map<String, String> environment) {
        boolean refused = !environment.getOrDefault("NO_COLOR", "").isEmpty();
        String kind = environment.getOrDefault("TERM", "dumb");
        return !refused && (!kind.equals("dumb") || environment.containsKey("WT_SESSION"));
    }

    /** The character set in which {@code System.out} writes: by name since JDK 19, before that the default one. */
    public static Charset stdoutCharset() {
        return charset("stdout.encoding");
    }

    /** The character set in which {@code System.err} writes. */
    public static Charset stderrCharset() {
        return charset("stderr.encoding");
    }

    private static Charset charset(String property) {
        String name = System.getProperty(property, System.getProperty("sun." + property));
        return name != null && Charset.isSupported(name) ? Charset.forName(name) : Charset.defaultCharset();
    }

    /**
     * On Linux the kernel tells where each stream leads. Elsewhere there is only the console, which from JDK 22 on
     * exists for redirected streams too.
     */
    private static boolean leadsToTerminal(int descriptor) {
        Path link = Path.of("/proc/self/fd/" + descriptor);
        if (Files.isSymbolicLink(link)) {
            try {
                return isTerminalDevice(Files.readSymbolicLink(link).toString());
            } catch (IOException e) {
                return false;
            }
        }
        return System.console() != null;
    }

    static boolean isTerminalDevice(String device) {
        return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty") || device.equals("/dev/console");
    }
}
