package org.ttdengine.trainer.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Errors as the user sees them: one line that says what is wrong and what to do. */
final class Failures {
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;

    private Failures() {}

    /** A command line that cannot be understood. */
    static int wrongUsage(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        print(command, name + ": " + firstLine(e.getMessage()) + "; see " + name + " --help");
        return WRONG_USAGE;
    }

    /** A command that could not do its work. */
    static int failed(Exception e, CommandLine command, boolean debug) {
        String name = command.getCommandSpec().qualifiedName();
        print(command, name + ": " + message(e));
        if (debug) {
            PrintWriter err = command.getErr();
            e.printStackTrace(err);
            err.flush();
        }
        return e instanceof IllegalArgumentException ? WRONG_USAGE : FAILED;
    }

    private static String message(Exception e) {
        if (e instanceof NoSuchFileException missing) {
            return missing.getFile() + ": no such file or folder";
        }
        if (e instanceof AccessDeniedException denied) {
            return denied.getFile() + ": permission denied";
        }
        if (e instanceof FileSystemException system && system.getReason() != null) {
            return system.getFile() + ": " + system.getReason();
        }
        if (e instanceof IOException || e instanceof IllegalArgumentException) {
            return firstLine(String.valueOf(e.getMessage()));
        }
        return "internal error: " + firstLine(e.toString()) + "; run again with --debug and report it";
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse(text);
    }

    private static void print(CommandLine command, String line) {
        command.getErr().println(line);
        command.getErr().flush();
    }
}
