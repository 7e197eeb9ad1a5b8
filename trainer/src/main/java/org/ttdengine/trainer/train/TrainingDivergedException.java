package org.ttdengine.trainer.train;

import java.io.IOException;
import java.util.Optional;
import org.ttdengine.trainer.run.Checkpoint;

/** Training cannot go on: the loss or its gradient is no longer a finite number. */
public final class TrainingDivergedException extends IOException {
    private static final long serialVersionUID = 1;

    TrainingDivergedException(long step, double loss, Optional<Checkpoint> last) {
        super("training diverged at step " + step + " (loss " + loss + "); "
                + last.map(c -> "the last good checkpoint is " + c.folder()).orElse("no checkpoint was taken yet")
                + "; try a smaller --lr or --clip-grad 1");
    }
}
