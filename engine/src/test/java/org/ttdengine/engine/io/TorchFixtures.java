package org.ttdengine.engine.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The checkpoints {@code make_torch_fixtures.py} wrote. */
final class TorchFixtures {
    private TorchFixtures() {}

    static byte[] bytes(String name) throws IOException {
        try (InputStream in = TorchFixtures.class.getResourceAsStream("/torch/" + name)) {
            if (in == null) {
                throw new IOException("no fixture " + name);
            }
            return in.readAllBytes();
        }
    }

    static Path copy(String name, Path folder) throws IOException {
        return Files.write(folder.resolve(name), bytes(name));
    }
}
