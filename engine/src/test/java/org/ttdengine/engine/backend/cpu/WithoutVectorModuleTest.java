package org.ttdengine.engine.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.Shape;

/** A virtual machine started without {@code --add-modules jdk.incubator.vector}. */
class WithoutVectorModuleTest {
    /** What runs in the other virtual machine. */
    static final class Program {
        private Program() {}

        public static void main(String[] args) {
            try (Device device = Device.cpu(2);
                    Scope scope = device.scope("program")) {
                double value = scope.of("x", Shape.of(1), 3).item();
                System.out.println(device.name() + " " + value);
            }
        }
    }

    @Test
    void theProcessorFallsBackToTheScalarPathAndNamesTheFlag() throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(
                        java, "-Xshare:auto", "-cp", System.getProperty("java.class.path"), Program.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        assertThat(output).contains("cpu (scalar) 3.0").contains("--add-modules jdk.incubator.vector");
    }
}
