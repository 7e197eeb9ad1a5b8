package org.ttdengine.trainer.cli.launch;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * Starts the program anew in a JVM that has the incubating vector module, which the manifest of a jar cannot ask for.
 * The second JVM has the same class path, arguments, streams and environment, and the first one stands for it: it passes
 * the exit code on, a signal that ends the first ends the second, and the second does not outlive the first.
 */
public final class Launcher {
    /** How long the program may take to end after a signal before it is killed. */
    private static final long GRACE_SECONDS = 30;

    /** The first JVM got its options from these too; they are passed on with the others. */
    private static final List<String> OPTION_VARIABLES =
            List.of("JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS");

    /** Set where the first JVM could not read or pass on arguments beyond ASCII. */
    private static final String ASCII_ONLY = "ttd.launcher.ascii";

    private Launcher() {}

    /**
     * Runs the program in a second JVM if this one lacks the vector module and the Java installation has it.
     *
     * @param mainClass the class whose {@code main} called this
     * @param args its arguments
     * @return the exit code of the second JVM, with which to exit; empty where the caller is to go on in this one
     * @throws IOException one line, if the second JVM cannot be started
     */
    public static OptionalInt relaunchIfNeeded(String mainClass, String[] args) throws IOException {
        Long parent = Long.getLong(ParentWatch.PARENT);
        if (parent != null) {
            ParentWatch.start(parent);
            return OptionalInt.empty();
        }
        if (ModuleLayer.boot().findModule(JvmOptions.VECTOR_MODULE).isPresent()
                || ModuleFinder.ofSystem().find(JvmOptions.VECTOR_MODULE).isEmpty()) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(run(command(mainClass, args)));
    }

    /**
     * The program's arguments, intact also where the locale has no UTF-8. Call it after {@link #relaunchIfNeeded}.
     *
     * @param args as {@code main} got them
     */
    public static String[] arguments(String[] args) {
        Long parent = Long.getLong(ParentWatch.PARENT);
        return parent != null && Boolean.getBoolean(ASCII_ONLY) ? RawArguments.restore(parent, args) : args;
    }

    private static List<String> command(String mainClass, String[] args) {
        List<String> command = new ArrayList<>();
        command.add(java().toString());
        command.addAll(
                JvmOptions.relaunched(ManagementFactory.getRuntimeMXBean().getInputArguments()));
        command.add("-D" + ParentWatch.PARENT + "=" + ProcessHandle.current().pid());
        if (isAsciiOnly()) {
            command.add("-D" + ASCII_ONLY + "=true");
        }
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(mainClass);
        command.addAll(List.of(args));
        return command;
    }

    /** Without a UTF-8 locale Linux JVMs cannot open files with names beyond ASCII either. */
    private static boolean isAsciiOnly() {
        return System.getProperty("os.name").equals("Linux")
                && !System.getProperty("sun.jnu.encoding", "UTF-8").equals("UTF-8");
    }

    private static Path java() {
        Path bin = Path.of(System.getProperty("java.home"), "bin");
        Path windows = bin.resolve("java.exe");
        return Files.exists(windows) ? windows : bin.resolve("java");
    }

    private static int run(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        OPTION_VARIABLES.forEach(builder.environment()::remove);
        if (isAsciiOnly()) {
            builder.environment().put("LC_ALL", "C.UTF-8");
        }
        Process program;
        try {
            program = builder.start();
        } catch (IOException e) {
            throw new IOException(
                    "cannot start " + command.get(0) + " with --add-modules " + JvmOptions.VECTOR_MODULE + ": "
                            + e.getMessage(),
                    e);
        }
        Thread end = new Thread(() -> end(program), "end-program");
        try {
            Runtime.getRuntime().addShutdownHook(end);
        } catch (IllegalStateException e) {
            // A signal came first and the hooks are running already.
            end(program);
        }
        return await(program);
    }

    /** Passes a signal on and waits until the program has put its things away. */
    private static void end(Process program) {
        program.destroy();
        try {
            if (!program.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
                program.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            program.destroyForcibly();
        }
    }

    private static int await(Process program) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return program.waitFor();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
