package org.ttdengine.trainer.train;

import java.io.IOException;
import java.util.Optional;
import org.ttdengine.trainer.run.Checkpoint;

/** Training cannot go on: the device failed or ran out of memory. */
public final class DeviceFailedException extends IOException {
    private static final long serialVersionUID = 1;

    DeviceFailedException(long step, RuntimeException cause, Optional<Checkpoint> last) {
        super(
                "step " + step + ": " + cause.getMessage() + "; "
                        + last.map(c -> "the checkpoint of step " + c.step() + " is safe, go on from it with --resume")
                                .orElse("no checkpoint was taken yet"),
                cause);
    }
}
