package org.ttdengine.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ListenersTest {
    private final List<String> heard = new ArrayList<>();

    @Test
    void everyEventReachesEveryListenerInOrder() throws Exception {
        try (TrainingListener all = Listeners.all(recorder("a"), recorder("b"))) {
            all.step(Reports.ttd(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
            all.skipped("x", "y");
            all.checkpointStarting(2);
            all.checkpointSaved(2, Path.of("p"));
            all.finished();
        }
        assertThat(heard)
                .containsExactly(
                        "a step 1",
                        "b step 1",
                        "a skipped x y",
                        "b skipped x y",
                        "a starting 2",
                        "b starting 2",
                        "a saved 2 p",
                        "b saved 2 p",
                        "a finished",
                        "b finished",
                        "a close",
                        "b close");
    }

    @Test
    void allAreClosedAlsoWhenOneFails() {
        TrainingListener all = Listeners.all(failing("first"), recorder("b"), failing("second"));
        assertThatThrownBy(all::close)
                .isInstanceOf(IOException.class)
                .hasMessage("first")
                .satisfies(e -> assertThat(e.getSuppressed())
                        .extracting(Throwable::getMessage)
                        .containsExactly("second"));
        assertThat(heard).containsExactly("b close");
    }

    private static TrainingListener failing(String message) {
        return new TrainingListener() {
            @Override
            public void step(StepReport report) {}

            @Override
            public void close() throws IOException {
                throw new IOException(message);
            }
        };
    }

    private TrainingListener recorder(String name) {
        return new TrainingListener() {
            @Override
            public void step(StepReport report) {
                heard.add(name + " step " + report.step());
            }

            @Override
            public void skipped(String source, String reason) {
                heard.add(name + " skipped " + source + " " + reason);
            }

            @Override
            public void checkpointStarting(long step) {
                heard.add(name + " starting " + step);
            }

            @Override
            public void checkpointSaved(long step, Path folder) {
                heard.add(name + " saved " + step + " " + folder);
            }

            @Override
            public void finished() {
                heard.add(name + " finished");
            }

            @Override
            public void close() {
                heard.add(name + " close");
            }
        };
    }
}
