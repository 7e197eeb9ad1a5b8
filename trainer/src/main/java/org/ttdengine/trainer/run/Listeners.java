package org.ttdengine.trainer.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Composes training listeners. */
public final class Listeners {
    private Listeners() {}

    /** Passes every event to each listener, in order. */
    public static TrainingListener all(TrainingListener... listeners) {
        return new All(List.of(listeners));
    }

    private record All(List<TrainingListener> listeners) implements TrainingListener {
        @FunctionalInterface
        private interface Event {
            void send(TrainingListener listener) throws IOException;
        }

        @Override
        public void step(StepReport report) throws IOException {
            each(listener -> listener.step(report));
        }

        @Override
        public void skipped(String source, String reason) throws IOException {
            each(listener -> listener.skipped(source, reason));
        }

        @Override
        public void checkpointStarting(long step) throws IOException {
            each(listener -> listener.checkpointStarting(step));
        }

        @Override
        public void checkpointSaved(long step, Path folder) throws IOException {
            each(listener -> listener.checkpointSaved(step, folder));
        }

        @Override
        public void finished() throws IOException {
            each(TrainingListener::finished);
        }

        /** Closes all, also when one fails. */
        @Override
        public void close() throws IOException {
            IOException failure = null;
            for (TrainingListener listener : listeners) {
                try {
                    listener.close();
                } catch (IOException e) {
                    if (failure == null) {
                        failure = e;
                    } else {
                        failure.addSuppressed(e);
                    }
                }
            }
            if (failure != null) {
                throw failure;
            }
        }

        private void each(Event event) throws IOException {
            for (TrainingListener listener : listeners) {
                event.send(listener);
            }
        }
    }
}
