/** The processor: Vector API kernels over a fixed pool of workers. */
package org.ttdengine.engine.backend.cpu;
