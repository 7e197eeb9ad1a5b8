package org.ttdengine.trainer.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import org.ttdengine.engine.OutOfDeviceMemoryException;
import org.ttdengine.engine.backend.cuda.CudaException;
import org.ttdengine.trainer.run.Disk;
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
        print(command, firstLine(e.getMessage()) + "; see " + name + " --help");
        return WRONG_USAGE;
    }

    /** A command that could not do its work. */
    static int failed(Exception e, CommandLine command, boolean debug) {
        print(command, message(e));
        trace(e, command, debug);
        return e instanceof IllegalArgumentException ? WRONG_USAGE : FAILED;
    }

    /** A command that needs more memory than there is. */
    static int outOfMemory(OutOfMemoryError e, CommandLine command, boolean debug) {
        long heap = Runtime.getRuntime().maxMemory() >> 20;
        print(
                command,
                "out of memory: Java may use " + heap + " MB; give it more with -Xmx, or take a smaller"
                        + " --batch, --micro-batch, --image-size or model");
        trace(e, command, debug);
        return FAILED;
    }

    private static String message(Exception e) {
        if (e instanceof FileSystemException system && system.getFile() != null) {
            return withAdvice(e, system.getFile() + ": " + Disk.reason(e));
        }
        if (e instanceof IOException
                || e instanceof IllegalArgumentException
                || e instanceof CudaException
                || e instanceof OutOfDeviceMemoryException) {
            return withAdvice(e, firstLine(String.valueOf(e.getMessage())));
        }
        return "internal error: " + firstLine(e.toString()) + "; run again with --debug and report it";
    }

    private static String withAdvice(Exception e, String message) {
        return Disk.isFull(e) && !message.contains("free some space")
                ? message + "; free some space and try again"
                : message;
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse(text);
    }

    private static void print(CommandLine command, String message) {
        command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + message);
        command.getErr().flush();
    }

    private static void trace(Throwable e, CommandLine command, boolean debug) {
        if (debug) {
            PrintWriter err = command.getErr();
            e.printStackTrace(err);
            err.flush();
        }
    }
}
