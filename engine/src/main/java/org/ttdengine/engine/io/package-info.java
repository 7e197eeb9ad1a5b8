/**
 * Tensor files: safetensors in both directions, PyTorch checkpoints read-only. Every length, offset and name in a file is
 * checked before memory is allocated for it, and no code stored in a file ever runs.
 */
package org.ttdengine.engine.io;
