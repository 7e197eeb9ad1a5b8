/**
 * What a training run leaves on the disk and shows on the screen: the locked run folder, checkpoints that are whole or
 * absent, the step log, TensorBoard events, progress. It knows nothing of models; the training loop calls it.
 */
package org.ttdengine.trainer.run;
