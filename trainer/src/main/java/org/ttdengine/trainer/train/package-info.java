/** The training loop: steps, optimiser, checkpoints. */
package org.ttdengine.trainer.train;
