/** A CUDA device in Java: what {@code libcuda.so.1} offers, carried out by a PTX machine that checks every access. */
package org.ttdengine.emulator;
