package org.ttdengine.kernels.build;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.ttdengine.kernels.Architecture;
import org.ttdengine.kernels.Assembly;
import org.ttdengine.kernels.KernelLock;
import org.ttdengine.kernels.ModuleRecord;
import org.ttdengine.kernels.PtxEntry;
import org.ttdengine.kernels.PtxModule;

/**
 * Compiles CUDA sources to the PTX that is committed, assembles it for every promised architecture and writes the lock.
 * The profile {@code ptx} runs it; {@code kernels/build-ptx} is the short form.
 */
public final class BuildPtx {
    private static final String RESOURCES = "src/main/resources/org/ttdengine/kernels/ptx";
    private static final String LOCK = "kernels.lock.json";

    private final KernelSources sources;
    private final Path output;
    private final Nvcc nvcc;
    private final PrintStream report;
    private final TreeMap<String, ModuleRecord> modules = new TreeMap<>();
    private final TreeMap<String, Map<Architecture, Assembly>> kernels = new TreeMap<>();

    private BuildPtx(Path project, Nvcc nvcc, PrintStream report) {
        this.sources = new KernelSources(project.resolve("src/main/cuda"));
        this.output = project.resolve(RESOURCES);
        this.nvcc = nvcc;
        this.report = report;
    }

    /**
     * Builds modules.
     *
     * @param arguments folder of the Maven module {@code kernels}; then names of PTX modules, or {@code all}
     */
    public static void main(String[] arguments) throws IOException {
        Nvcc nvcc = Nvcc.find().orElseThrow(() -> new IllegalStateException("nvcc is not on the PATH"));
        List<String> names = Stream.of(arguments)
                .skip(1)
                .flatMap(argument -> Stream.of(argument.trim().split("\\s+")))
                .toList();
        BuildPtx build = new BuildPtx(Path.of(arguments[0]), nvcc, System.out);
        if (names.equals(List.of("all"))) {
            build.all();
        } else {
            build.some(names);
        }
    }

    private void all() throws IOException {
        build(sources.modules());
    }

    private void some(List<String> names) throws IOException {
        if (Files.exists(output.resolve(LOCK))) {
            KernelLock old = KernelLock.parse(Files.readString(output.resolve(LOCK)));
            modules.putAll(old.modules());
            kernels.putAll(old.kernels());
        }
        build(names);
    }

    private void build(List<String> names) throws IOException {
        Files.createDirectories(output);
        for (String name : names) {
            buildModule(name);
        }
        removeModulesWithoutSource(sources.modules());
        Files.writeString(output.resolve(LOCK), new KernelLock(modules, kernels).render());
    }

    private void buildModule(String name) throws IOException {
        String ptx = nvcc.compile(sources, name);
        PtxModule module = PtxModule.parse(name, ptx);
        Files.writeString(output.resolve(name + ".ptx"), ptx);
        modules.put(
                name,
                new ModuleRecord(
                        sources.hash(name),
                        KernelSources.sha256(ptx),
                        nvcc.release(),
                        Nvcc.options(),
                        module.version(),
                        module.target()));
        kernels.keySet().removeIf(kernel -> kernel.startsWith(name + "."));
        report.printf("%s.ptx: %,d kernels, %,d bytes%n", name, module.entries().size(), ptx.length());
        for (Architecture architecture : Architecture.values()) {
            PtxAssembler.assemble(ptx, architecture).forEach((kernel, assembly) -> kernels.computeIfAbsent(
                            name + "." + kernel, key -> new EnumMap<>(Architecture.class))
                    .put(architecture, assembly));
        }
        for (PtxEntry entry : module.entries()) {
            print(entry, kernels.get(name + "." + entry.name()));
        }
    }

    private void print(PtxEntry entry, Map<Architecture, Assembly> assemblies) {
        int registers = 0;
        boolean staysInRegisters = true;
        for (Assembly assembly : assemblies.values()) {
            registers = Math.max(registers, assembly.registers());
            staysInRegisters &= assembly.staysInRegisters();
        }
        report.printf(
                "  %-44s %4d threads %4d registers %6d bytes shared%s%n",
                entry.name(),
                entry.maxThreads(),
                registers,
                assemblies.get(Architecture.SM_80).sharedBytes(),
                staysInRegisters ? "" : "  USES LOCAL MEMORY: " + assemblies);
    }

    private void removeModulesWithoutSource(List<String> existing) throws IOException {
        modules.keySet().retainAll(existing);
        kernels.keySet().removeIf(kernel -> !modules.containsKey(kernel.substring(0, kernel.indexOf('.'))));
        try (Stream<Path> files = Files.list(output)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".ptx")).toList()) {
                String name = file.getFileName().toString().replaceFirst("\\.ptx$", "");
                if (!existing.contains(name)) {
                    Files.delete(file);
                    report.println("removed " + name + ".ptx, which has no source");
                }
            }
        }
    }
}
