package org.ttdengine.trainer.train;

import java.util.Map;

/**
 * What the samples of an update came to, still on the device: reading it is left to the end of the step, so that nothing in
 * it waits for the device. Closing frees it.
 */
public interface PendingResult extends AutoCloseable {
    /**
     * The figures of an update.
     *
     * @param loss the mean over the samples
     * @param terms what it is made of, by name, in order
     * @param measures further figures, by name, in order
     * @param samples number of samples that took part
     */
    record Result(double loss, Map<String, Double> terms, Map<String, Number> measures, int samples) {}

    /** Waits for the device. */
    Result read();

    @Override
    void close();
}
