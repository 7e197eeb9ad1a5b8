package org.ttdengine.trainer.cli;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ttdengine.trainer.eval.Observation;
import org.ttdengine.trainer.eval.SampleVisitor;

/** Writes names and captions of the samples it sees, a line each with a tab between; nothing if there is no file. */
final class CaptionsFile implements SampleVisitor, AutoCloseable {
    private final BufferedWriter out;

    private CaptionsFile(BufferedWriter out) {
        this.out = out;
    }

    /** Replaces a file; null for none. */
    static CaptionsFile open(Path file) throws IOException {
        return new CaptionsFile(
                file == null
                        ? new BufferedWriter(Writer.nullWriter())
                        : Files.newBufferedWriter(file, StandardCharsets.UTF_8));
    }

    @Override
    public void visit(Observation observation) throws IOException {
        String caption = observation.sample().caption().replaceAll("\\s+", " ");
        out.write(observation.sample().name() + "\t" + caption + "\n");
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
