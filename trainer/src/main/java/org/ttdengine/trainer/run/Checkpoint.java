package org.ttdengine.trainer.run;

import java.nio.file.Path;

/**
 * A complete checkpoint, verified against its manifest.
 *
 * @param step training steps done when it was taken
 * @param folder its files
 */
public record Checkpoint(long step, Path folder) {}
