package org.ttdengine.kernels.build;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ttdengine.kernels.Assembly;

/**
 * The assembler of an installed CUDA toolkit, for architectures younger than the library in {@link PtxAssembler} knows.
 *
 * @param program path of ptxas
 */
record InstalledPtxas(Path program) {
    /** The ptxas on the PATH, if there is one. */
    static Optional<InstalledPtxas> find() {
        return Command.find("ptxas").map(InstalledPtxas::new);
    }

    /**
     * Assembles a module.
     *
     * @param target architecture, for example {@code sm_120}
     * @return figures of each of its kernels
     * @throws PtxRefusedException with the assembler's messages if it refuses the text
     */
    Map<String, Assembly> assemble(String ptx, String target) {
        try {
            Path folder = Files.createTempDirectory("ptxas");
            Path input = folder.resolve("module.ptx");
            Path output = folder.resolve("module.cubin");
            try {
                Files.writeString(input, ptx);
                Command.Result result = Command.run(
                        folder,
                        List.of(
                                program.toString(),
                                "--verbose",
                                "--gpu-name=" + target,
                                input.toString(),
                                "-o",
                                output.toString()));
                if (result.status() != 0) {
                    throw new PtxRefusedException(target + ":\n" + result.output());
                }
                return AssemblerLog.parse(result.output());
            } finally {
                Files.deleteIfExists(input);
                Files.deleteIfExists(output);
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("ptxas for " + target, e);
        }
    }
}
