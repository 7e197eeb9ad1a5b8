package org.ttdengine.engine.io;

import java.io.IOException;
import java.nio.file.Path;

/** A tensor file that cannot be used: its one-line message names the file and what is wrong with it. */
public final class TensorFileException extends IOException {
    private static final int LONGEST_MESSAGE = 1000;

    /** A message of the form {@code <file>: <problem>}; control characters a hostile file smuggled in are replaced. */
    public TensorFileException(Path file, String problem) {
        super(oneLine(file + ": " + problem));
    }

    /** As {@link #TensorFileException(Path, String)}, keeping what led to it. */
    public TensorFileException(Path file, String problem, Throwable cause) {
        super(oneLine(file + ": " + problem), cause);
    }

    private static String oneLine(String message) {
        String cut = message.length() <= LONGEST_MESSAGE ? message : message.substring(0, LONGEST_MESSAGE) + "...";
        return cut.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
    }
}
