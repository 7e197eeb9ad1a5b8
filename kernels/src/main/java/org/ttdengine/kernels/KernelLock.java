package org.ttdengine.kernels;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The file {@code ptx/kernels.lock.json}: for every module how its PTX was built, and for every kernel what the assembler
 * says about it on each architecture. Each module and each kernel has one line, so that changes of different kernels
 * merge.
 *
 * @param modules by name of the module
 * @param kernels by {@code module.kernel}
 */
public record KernelLock(
        SortedMap<String, ModuleRecord> modules, SortedMap<String, Map<Architecture, Assembly>> kernels) {
    /** Name of the resource, relative to this package. */
    public static final String RESOURCE = "ptx/kernels.lock.json";

    private static final int FORMAT = 1;
    private static final String MODULE = "module ";
    private static final String KERNEL = "kernel ";

    /** Copies the maps. */
    public KernelLock {
        modules = Collections.unmodifiableSortedMap(new TreeMap<>(modules));
        kernels = Collections.unmodifiableSortedMap(new TreeMap<>(kernels));
    }

    /** The lock that comes with the program. */
    public static KernelLock load() {
        try (InputStream stream = KernelLock.class.getResourceAsStream(RESOURCE)) {
            if (stream == null) {
                throw new NoSuchElementException("no resource " + RESOURCE);
            }
            return parse(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(RESOURCE + " cannot be read", e);
        }
    }

    /**
     * Reads the text of a lock.
     *
     * @throws IllegalArgumentException if it is not JSON or of another format
     */
    public static KernelLock parse(String json) {
        JsonNode root;
        try {
            root = new ObjectMapper().readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the kernel lock is not JSON", e);
        }
        if (root.path("format").asInt() != FORMAT) {
            throw new IllegalArgumentException(
                    "the kernel lock is of format " + root.path("format") + ", not " + FORMAT);
        }
        SortedMap<String, ModuleRecord> modules = new TreeMap<>();
        SortedMap<String, Map<Architecture, Assembly>> kernels = new TreeMap<>();
        root.fields().forEachRemaining(field -> {
            String key = field.getKey();
            if (key.startsWith(MODULE)) {
                modules.put(key.substring(MODULE.length()), module(field.getValue()));
            } else if (key.startsWith(KERNEL)) {
                kernels.put(key.substring(KERNEL.length()), assemblies(field.getValue()));
            }
        });
        return new KernelLock(modules, kernels);
    }

    private static ModuleRecord module(JsonNode node) {
        return new ModuleRecord(
                text(node, "source"),
                text(node, "ptx"),
                text(node, "nvcc"),
                text(node, "options"),
                text(node, "version"),
                text(node, "target"));
    }

    private static String text(JsonNode node, String field) {
        return node.required(field).textValue();
    }

    private static Map<Architecture, Assembly> assemblies(JsonNode node) {
        Map<Architecture, Assembly> assemblies = new EnumMap<>(Architecture.class);
        for (Architecture architecture : Architecture.values()) {
            JsonNode figures = node.required(architecture.target());
            assemblies.put(
                    architecture,
                    new Assembly(
                            figures.required("registers").intValue(),
                            figures.required("stack").intValue(),
                            figures.required("spill_stores").intValue(),
                            figures.required("spill_loads").intValue(),
                            figures.required("shared").intValue()));
        }
        return Collections.unmodifiableMap(assemblies);
    }

    /** The text of the lock: entries in alphabetical order, each on one line. */
    public String render() {
        List<String> lines = new ArrayList<>();
        modules.forEach((name, module) -> lines.add(String.format(
                "\"%s%s\": {\"source\": \"%s\", \"ptx\": \"%s\", \"nvcc\": \"%s\", \"options\": \"%s\","
                        + " \"version\": \"%s\", \"target\": \"%s\"},",
                MODULE,
                name,
                module.source(),
                module.ptx(),
                module.compiler(),
                module.options(),
                module.version(),
                module.target())));
        kernels.forEach((name, assemblies) -> lines.add("\"" + KERNEL + name + "\": {" + figures(assemblies) + "},"));
        return "{\n" + String.join("\n", lines) + "\n\"format\": " + FORMAT + "\n}\n";
    }

    private static String figures(Map<Architecture, Assembly> assemblies) {
        List<String> figures = new ArrayList<>();
        assemblies.forEach((architecture, assembly) -> figures.add(String.format(
                "\"%s\": {\"registers\": %d, \"stack\": %d, \"spill_stores\": %d, \"spill_loads\": %d, \"shared\": %d}",
                architecture.target(),
                assembly.registers(),
                assembly.stackBytes(),
                assembly.spillStoreBytes(),
                assembly.spillLoadBytes(),
                assembly.sharedBytes())));
        return String.join(", ", figures);
    }

    /**
     * What the assembler says about a kernel.
     *
     * @throws NoSuchElementException if the lock does not know the kernel
     */
    public Assembly assembly(KernelSpec kernel, Architecture architecture) {
        String key = kernel.module() + "." + kernel.name();
        Map<Architecture, Assembly> assemblies = kernels.get(key);
        if (assemblies == null) {
            throw new NoSuchElementException("the kernel lock does not know " + key);
        }
        return assemblies.get(architecture);
    }
}
