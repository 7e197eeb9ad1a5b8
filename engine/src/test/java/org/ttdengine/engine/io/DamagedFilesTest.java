package org.ttdengine.engine.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ttdengine.engine.Shape;

/** However a valid file is damaged, it either still reads or is refused with a {@link TensorFileException}. */
@Timeout(120)
class DamagedFilesTest {
    private static final int ROUNDS = 600;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dtypes.pt",
                "dtypes_protocol4.pt",
                "strides.pt",
                "wrapped.pt",
                "script.pt",
                "dtypes_legacy.pt",
                "wrapped_legacy.pt"
            })
    void torchFiles(String fixture) throws IOException {
        damage(TorchFixtures.bytes(fixture), folder.resolve(fixture));
    }

    @Test
    void safetensorsFiles() throws IOException {
        Path file = folder.resolve("model.safetensors");
        new SafetensorsWriter()
                .metadata("format", "pt")
                .floats("visual.proj", Shape.of(2, 3), new float[6])
                .halves("ln_final.weight", Shape.of(4), new float[4])
                .longs("position_ids", Shape.of(1, 2), new long[2])
                .bools("mask", Shape.of(3), new boolean[3])
                .write(file);
        damage(Files.readAllBytes(file), file);
    }

    private static void damage(byte[] valid, Path file) throws IOException {
        Random random = new Random(file.getFileName().toString().hashCode());
        int read = 0;
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Files.write(file, damaged(valid, random));
            try (TensorFile opened = TensorFiles.open(file)) {
                for (String name : opened.names()) {
                    opened.readFloats(name);
                    opened.readBytes(name);
                }
                read++;
            } catch (TensorFileException expected) {
                assertThat(expected).hasMessageStartingWith(file.toString()).hasMessageNotContaining("\n");
                refused++;
            } catch (RuntimeException | IOException | Error e) {
                throw new AssertionError("round " + round + " of " + file.getFileName(), e);
            }
        }
        assertThat(refused).as("refused files").isGreaterThan(ROUNDS / 10);
        assertThat(read).as("files that still read").isPositive();
    }

    private static byte[] damaged(byte[] valid, Random random) {
        byte[] bytes = valid.clone();
        switch (random.nextInt(5)) {
            case 0 -> {
                return Arrays.copyOf(bytes, random.nextInt(bytes.length));
            }
            case 1 -> {
                int from = random.nextInt(bytes.length);
                int to = Math.min(bytes.length, from + 1 + random.nextInt(8));
                Arrays.fill(bytes, from, to, (byte) 0xff);
            }
            case 2 -> {
                int length = random.nextInt(Math.min(32, bytes.length));
                int from = random.nextInt(bytes.length - length);
                System.arraycopy(bytes, from, bytes, random.nextInt(bytes.length - length), length);
            }
            default -> {
                for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                }
            }
        }
        return bytes;
    }
}
