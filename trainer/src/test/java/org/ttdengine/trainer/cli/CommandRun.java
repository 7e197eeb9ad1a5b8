package org.ttdengine.trainer.cli;

import static org.assertj.core.api.Assertions.assertThat;

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

    /** It did its work. */
    CommandRun succeeded() {
        assertThat(code).as(err).isZero();
        return this;
    }

    /** It failed before it did anything, with one line that names the command and says all of {@code parts}. */
    void failedWithOneLine(int expectedCode, String... parts) {
        assertThat(err.lines()).as(err).hasSize(1);
        failed(expectedCode, parts);
    }

    /** It failed, and its last line names the command and says all of {@code parts}; there is no stack trace. */
    void failed(int expectedCode, String... parts) {
        assertThat(code).as(err).isEqualTo(expectedCode);
        assertThat(out).isEmpty();
        String last = err.lines().reduce((first, second) -> second).orElseThrow();
        assertThat(last).startsWith("ttd-engine");
        for (String part : parts) {
            assertThat(last).contains(part);
        }
        assertThat(err).doesNotContain("\tat ").doesNotContain("Exception");
    }
}
