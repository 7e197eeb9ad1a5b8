package org.ttdengine.trainer.eval;

import java.io.IOException;

/** Looks at the samples of an evaluation one after the other, in their order, from one thread. */
@FunctionalInterface
public interface SampleVisitor {
    /** A sample and what the model sees in it. */
    void visit(Observation observation) throws IOException;
}
