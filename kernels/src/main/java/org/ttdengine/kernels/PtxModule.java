package org.ttdengine.kernels;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A PTX module: its text and the declarations of its kernels. Only the text that nvcc emits is understood, not all that
 * PTX allows: one {@code .visible .entry} with a parameter list and performance directives up to the opening brace.
 */
public final class PtxModule {
    private static final Pattern VERSION = Pattern.compile("(?m)^\\.version\\s+(\\S+)");
    private static final Pattern TARGET = Pattern.compile("(?m)^\\.target\\s+([^\\s,]+)");
    private static final Pattern ENTRY = Pattern.compile("\\.entry\\s+([\\w$]+)\\s*(?:\\(([^)]*)\\))?\\s*([^{]*)\\{");
    private static final Pattern PARAMETER =
            Pattern.compile("\\.param\\s+(?:\\.align\\s+(\\d+)\\s+)?\\.(\\w+)\\s+[\\w$]+(?:\\[(\\d+)])?");
    private static final Pattern MAX_THREADS =
            Pattern.compile("\\.maxntid\\s+(\\d+)(?:\\s*,\\s*(\\d+))?(?:\\s*,\\s*(\\d+))?");

    private final String name;
    private final String text;
    private final String version;
    private final String target;
    private final Map<String, PtxEntry> entries;

    private PtxModule(String name, String text, String version, String target, Map<String, PtxEntry> entries) {
        this.name = name;
        this.text = text;
        this.version = version;
        this.target = target;
        this.entries = entries;
    }

    /**
     * Reads the declarations of a module.
     *
     * @param name name of the module, for messages
     * @param text its PTX
     * @throws IllegalArgumentException if the text lacks {@code .version} or {@code .target}, or declares a parameter of
     *     an unknown type
     */
    public static PtxModule parse(String name, String text) {
        Map<String, PtxEntry> entries = new LinkedHashMap<>();
        Matcher entry = ENTRY.matcher(text);
        while (entry.find()) {
            String kernel = entry.group(1);
            List<PtxParameter> parameters = parameters(name, kernel, entry.group(2) == null ? "" : entry.group(2));
            entries.put(kernel, new PtxEntry(kernel, parameters, maxThreads(entry.group(3))));
        }
        return new PtxModule(name, text, directive(VERSION, name, text), directive(TARGET, name, text), entries);
    }

    private static String directive(Pattern pattern, String module, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new IllegalArgumentException("PTX module " + module + " has no line " + pattern.pattern());
        }
        return matcher.group(1);
    }

    private static List<PtxParameter> parameters(String module, String kernel, String list) {
        List<PtxParameter> parameters = new ArrayList<>();
        Matcher matcher = PARAMETER.matcher(list);
        int end = 0;
        while (matcher.find()) {
            int element = elementBytes(module, kernel, matcher.group(2));
            int alignment = matcher.group(1) == null ? element : Integer.parseInt(matcher.group(1));
            int bytes = matcher.group(3) == null ? element : element * Integer.parseInt(matcher.group(3));
            int offset = (end + alignment - 1) / alignment * alignment;
            parameters.add(new PtxParameter(matcher.group(2), bytes, offset));
            end = offset + bytes;
        }
        return parameters;
    }

    private static int elementBytes(String module, String kernel, String type) {
        return switch (type) {
            case "b8", "u8", "s8" -> 1;
            case "b16", "u16", "s16", "f16" -> 2;
            case "b32", "u32", "s32", "f32" -> 4;
            case "b64", "u64", "s64", "f64" -> 8;
            default ->
                throw new IllegalArgumentException(
                        "PTX module " + module + ", kernel " + kernel + ": parameter of unknown type ." + type);
        };
    }

    private static int maxThreads(String directives) {
        Matcher matcher = MAX_THREADS.matcher(directives);
        if (!matcher.find()) {
            return 0;
        }
        int threads = 1;
        for (int dimension = 1; dimension <= 3; dimension++) {
            threads *= matcher.group(dimension) == null ? 1 : Integer.parseInt(matcher.group(dimension));
        }
        return threads;
    }

    /** Name of the module. */
    public String name() {
        return name;
    }

    /** The PTX, as handed to the driver. */
    public String text() {
        return text;
    }

    /** PTX language version, for example {@code 8.0}. */
    public String version() {
        return version;
    }

    /** Oldest architecture it runs on, for example {@code sm_80}. */
    public String target() {
        return target;
    }

    /** The kernels in the order of the text. */
    public List<PtxEntry> entries() {
        return List.copyOf(entries.values());
    }

    /**
     * The declaration of a kernel.
     *
     * @throws NoSuchElementException if the module has no kernel of that name
     */
    public PtxEntry entry(String kernel) {
        PtxEntry entry = entries.get(kernel);
        if (entry == null) {
            throw new NoSuchElementException("PTX module " + name + " has no kernel " + kernel);
        }
        return entry;
    }
}
