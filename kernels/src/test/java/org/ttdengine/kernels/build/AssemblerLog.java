package org.ttdengine.kernels.build;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ttdengine.kernels.Assembly;

/** Reads what ptxas says under {@code --verbose}: for each kernel its name, local memory, registers and shared memory. */
final class AssemblerLog {
    private static final Pattern KERNEL = Pattern.compile("Compiling entry function '([^']+)' for '[^']+'");
    private static final Pattern LOCAL =
            Pattern.compile("(\\d+) bytes stack frame, (\\d+) bytes spill stores, (\\d+) bytes spill loads");
    private static final Pattern USED = Pattern.compile("Used (\\d+) registers(.*)");
    private static final Pattern SHARED = Pattern.compile("(\\d+) bytes smem");

    private AssemblerLog() {}

    /**
     * Figures of every kernel of the log.
     *
     * @throws IllegalStateException if the log lacks a figure, so that a change of its form cannot pass for "no spills"
     */
    static Map<String, Assembly> parse(String log) {
        Map<String, Assembly> kernels = new LinkedHashMap<>();
        String[] sections = log.split("(?=ptxas info\\s*: Compiling entry function)");
        for (String section : sections) {
            Matcher kernel = KERNEL.matcher(section);
            if (kernel.find()) {
                kernels.put(kernel.group(1), assembly(section));
            }
        }
        return kernels;
    }

    private static Assembly assembly(String section) {
        Matcher local = LOCAL.matcher(section);
        Matcher used = USED.matcher(section);
        if (!local.find() || !used.find()) {
            throw new IllegalStateException("ptxas does not say what a kernel uses:\n" + section);
        }
        Matcher shared = SHARED.matcher(used.group(2));
        return new Assembly(
                Integer.parseInt(used.group(1)),
                Integer.parseInt(local.group(1)),
                Integer.parseInt(local.group(2)),
                Integer.parseInt(local.group(3)),
                shared.find() ? Integer.parseInt(shared.group(1)) : 0);
    }
}
