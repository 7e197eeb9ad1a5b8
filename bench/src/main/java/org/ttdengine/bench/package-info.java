/** Benchmarks of kernels and training steps against their peers. */
package org.ttdengine.bench;
