package org.ttdengine.trainer.cli.launch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The command line of a Linux process as bytes. In a locale without UTF-8 (containers and cron jobs often have none) a JVM
 * reads every byte of a non-ASCII argument as a replacement character; the kernel still has the original.
 */
final class RawArguments {
    private RawArguments() {}

    /** The arguments that {@code garbled} were made from, or {@code garbled} where the process does not show them. */
    static String[] restore(long process, String[] garbled) {
        return read(process).flatMap(all -> match(all, garbled)).orElse(garbled);
    }

    private static Optional<List<byte[]>> read(long process) {
        byte[] line;
        try {
            line = Files.readAllBytes(Path.of("/proc/" + process + "/cmdline"));
        } catch (IOException e) {
            // The launching process is gone or hidden: the arguments stay as they are.
            return Optional.empty();
        }
        List<byte[]> all = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < line.length; i++) {
            if (line[i] == 0) {
                all.add(Arrays.copyOfRange(line, start, i));
                start = i + 1;
            }
        }
        return Optional.of(all);
    }

    /** The last arguments of the command line, if they agree with the garbled ones in all that is ASCII. */
    static Optional<String[]> match(List<byte[]> all, String[] garbled) {
        int first = all.size() - garbled.length;
        if (first < 0) {
            return Optional.empty();
        }
        String[] restored = new String[garbled.length];
        for (int i = 0; i < garbled.length; i++) {
            byte[] raw = all.get(first + i);
            if (!asciiPart(raw).equals(garbled[i])) {
                return Optional.empty();
            }
            restored[i] = new String(raw, StandardCharsets.UTF_8);
        }
        return Optional.of(restored);
    }

    private static String asciiPart(byte[] raw) {
        StringBuilder text = new StringBuilder(raw.length);
        for (byte b : raw) {
            text.append(b < 0 ? '?' : (char) b);
        }
        return text.toString();
    }
}
