/** NVIDIA GPUs: the driver API through JCuda, memory, and the launchers of our own kernels. */
package org.ttdengine.engine.backend.cuda;
