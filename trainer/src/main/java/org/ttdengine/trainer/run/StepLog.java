package org.ttdengine.trainer.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** {@code DIR/log.jsonl}: a line per step with the fields of {@link StepReport}. */
public final class StepLog implements TrainingListener {
    private final JsonLines lines;

    private StepLog(JsonLines lines) {
        this.lines = lines;
    }

    /**
     * Opens the log of a run that goes on after {@code step}: lines of later steps are dropped, to be written anew.
     *
     * @param step steps done; 0 for a run from the start
     */
    public static StepLog continueAfter(RunFolder run, long step) throws IOException {
        JsonLines.truncateAfter(run.log(), step, run.path());
        return new StepLog(JsonLines.append(run.log(), run.path()));
    }

    @Override
    public void step(StepReport report) throws IOException {
        ObjectNode line = Json.MAPPER.createObjectNode();
        report.fields().forEach((name, value) -> {
            if (value instanceof Long integer) {
                line.put(name, integer);
            } else {
                line.put(name, value.doubleValue());
            }
        });
        lines.write(line);
    }

    @Override
    public void checkpointStarting(long step) throws IOException {
        lines.sync();
    }

    @Override
    public void finished() throws IOException {
        lines.sync();
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
