/** Compute kernels of the CPU backend over plain float arrays: worker threads, matrix product, vectorised functions. */
package org.ttdengine.engine.backend.cpu;
