package org.ttdengine.trainer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * A command that was run in this JVM.
 *
 * @param code its exit code
 * @param out what it printed as its result
 * @param err what it printed besides
 */
record Cli(int code, String out, String err) {
    static Cli run(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
        return new Cli(code, out.toString(), err.toString());
    }

    /** It did its work. */
    Cli succeeded() {
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
