package org.ttdengine.trainer.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;

/** What a command gave back: its exit code, and what it printed. */
record CommandRun(int code, String out, String err) {
    /** Runs the program in this JVM. */
    static CommandRun of(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Main.run(new PrintWriter(out), new PrintWriter(err), args);
        return new CommandRun(code, out.toString(), err.toString());
    }

    /** Runs a command with arguments from several lists. */
    static CommandRun of(List<String> command, List<String> model, String... more) {
        List<String> args = new ArrayList<>(command);
        args.addAll(model);
        args.addAll(List.of("--device", "cpu", "--threads", "1"));
        args.addAll(List.of(more));
        return of(args.toArray(String[]::new));
    }
}
