package org.ttdengine.trainer.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.OptionalInt;
import org.ttdengine.trainer.cli.launch.Launcher;
import org.ttdengine.trainer.cli.launch.Terminal;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Entry point of {@code ttd-engine.jar}. */
@Command(
        name = "ttd-engine",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "Fine-tunes CLIP with Text-Tag Self-Distillation, tags and segments pictures with it.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            TrainCommand.class,
            PretrainCommand.class,
            TagCommand.class,
            SegmentCommand.class,
            InspectCommand.class,
            MergeCommand.class,
            DoctorCommand.class,
            EvalCommand.class,
            AblateCommand.class,
            BenchCommand.class
        })
public final class Main {
    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show the stack trace of an error.")
    private boolean debug;

    private Main() {}

    /** Runs a command in a JVM that has the vector module, and exits with its code. */
    public static void main(String[] args) throws IOException {
        OptionalInt code = Launcher.relaunchIfNeeded(Main.class.getName(), args);
        System.exit(code.isPresent() ? code.getAsInt() : run(Launcher.arguments(args)));
    }

    /** Runs a command in this JVM: 0 if it did its work, 1 if it failed, 2 if it was called wrongly. */
    static int run(String... args) {
        return run(
                new PrintWriter(System.out, true, Terminal.stdoutCharset()),
                new PrintWriter(System.err, true, Terminal.stderrCharset()),
                args);
    }

    /** {@link #run(String...)} with results and messages going elsewhere than to the standard streams. */
    static int run(PrintWriter out, PrintWriter err, String... args) {
        Main main = new Main();
        CommandLine line = new CommandLine(main)
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(Failures::wrongUsage)
                .setExecutionExceptionHandler((e, command, parsed) -> Failures.failed(e, command, main.debug));
        line.getSubcommands().values().forEach(sub -> sub.setUsageHelpAutoWidth(true));
        try {
            return args.length == 0 ? line.execute("--help") : line.execute(args);
        } catch (OutOfMemoryError e) {
            return Failures.outOfMemory(e, line, main.debug);
        }
    }

    /** The version in the jar's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"ttd-engine " + text()};
        }

        static String text() {
            String version = Main.class.getPackage().getImplementationVersion();
            return version == null ? "(built from source)" : version;
        }
    }
}
