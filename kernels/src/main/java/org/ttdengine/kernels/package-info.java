/**
 * Hand-written CUDA kernels: their PTX as resources, what the PTX declares about each of them, and the catalogue with
 * the resources each may use.
 */
package org.ttdengine.kernels;
