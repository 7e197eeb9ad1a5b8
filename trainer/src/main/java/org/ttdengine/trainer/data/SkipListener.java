package org.ttdengine.trainer.data;

/** Hears of pairs that cannot be used. */
@FunctionalInterface
public interface SkipListener {
    /**
     * A pair was left out. Called once for each position left out, in order, by the thread that asks for batches.
     *
     * @param name where the image lies
     * @param reason what is wrong with it, in one line
     */
    void skipped(String name, String reason);
}
