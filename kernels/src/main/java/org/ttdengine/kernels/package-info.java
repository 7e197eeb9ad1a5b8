/** Hand-written CUDA kernels and the catalogue that describes them; empty until the CUDA backend lands. */
package org.ttdengine.kernels;
