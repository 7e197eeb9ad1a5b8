package org.ttdengine.emulator.driver;

import static jcuda.driver.JCudaDriver.cuGraphCreate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.ttdengine.emulator.driver.Cuda.expect;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jcuda.driver.CUgraph;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.Test;

/** The names {@code libcuda.so.1} exports: a missing one would end the JVM at its first call. */
final class ExportTest {
    private static final int JCUDA_LINKS_TO = 312;
    /** What JCuda refers to among its native methods by the versioned name, e.g. cuMemAlloc as cuMemAlloc_v2. */
    private static final Pattern VERSION = Pattern.compile("_v\\d+$");

    @Test
    void everyNameJcudaLinksToIsExported() throws IOException {
        Cuda.emulatorOrSkip();
        List<String> names = Arrays.asList(NativeShim.functionNames());
        assertThat(names).hasSize(JCUDA_LINKS_TO).doesNotHaveDuplicates();
        String library = text(NativeShim.class.getResourceAsStream("libcuda.so.1"));
        assertThat(names).allSatisfy(name -> assertThat(library).contains("\0" + name.replace("-", "") + "\0"));
        assertThat(names.stream().map(name -> name.replace("-", ""))).isSubsetOf(linkedByJcuda());
    }

    /** Names in the native library of JCuda, as its dynamic symbol table holds them. */
    private static List<String> linkedByJcuda() throws IOException {
        String library = text(JCudaDriver.class.getResourceAsStream("/lib/libJCudaDriver-12.6.0-linux-x86_64.so"));
        return Pattern.compile("\0(cu[A-Z]\\w+)(?=\0)")
                .matcher(library)
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    private static String text(InputStream library) throws IOException {
        try (library) {
            return new String(library.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void everyNativeMethodOfJcudaThatTheEmulatorClaimsExistsThere() {
        Cuda.emulatorOrSkip();
        List<String> natives = Arrays.stream(JCudaDriver.class.getDeclaredMethods())
                .map(Method::getName)
                .filter(name -> name.endsWith("Native"))
                .map(name -> name.substring(0, name.length() - "Native".length()))
                .collect(Collectors.toList());
        assertThat(Arrays.stream(NativeShim.functionNames())
                        .filter(name -> !name.startsWith("-"))
                        .map(name -> VERSION.matcher(name).replaceAll("")))
                .isSubsetOf(natives);
    }

    @Test
    void whatIsNotImplementedSaysSoAndIsCounted() {
        try (Cuda cuda = new Cuda()) {
            int before = cuda.emulator.unsupportedCalls().getOrDefault("cuGraphCreate", 0);
            expect(CUresult.CUDA_ERROR_NOT_SUPPORTED, cuGraphCreate(new CUgraph(), 0));
            expect(CUresult.CUDA_ERROR_NOT_SUPPORTED, cuGraphCreate(new CUgraph(), 0));
            assertThat(cuda.emulator.unsupportedCalls()).containsEntry("cuGraphCreate", before + 2);
        }
    }
}
