package org.ttdengine.trainer.run;

import java.io.IOException;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/** The fields of {@link StepReport} as TensorBoard scalars of the same names, in {@code DIR/tensorboard}. */
public final class TensorBoardLog implements TrainingListener {
    private final TensorBoardWriter writer;

    private TensorBoardLog(TensorBoardWriter writer) {
        this.writer = writer;
    }

    /**
     * Opens the events of a run that goes on after {@code step}.
     *
     * @param step steps done; 0 for a run from the start
     */
    public static TensorBoardLog continueAfter(RunFolder run, long step) throws IOException {
        return new TensorBoardLog(
                TensorBoardWriter.open(run.tensorBoard(), step + 1, run.path(), InstantSource.system()));
    }

    @Override
    public void step(StepReport report) throws IOException {
        Map<String, Float> scalars = new LinkedHashMap<>();
        report.fields().forEach((name, value) -> {
            if (!name.equals("step")) {
                scalars.put(name, value.floatValue());
            }
        });
        writer.scalars(report.step(), scalars);
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }
}
