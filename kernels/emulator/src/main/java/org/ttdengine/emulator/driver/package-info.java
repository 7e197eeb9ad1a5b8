/**
 * The CUDA driver of the emulated device: contexts, modules, memory, streams, events and errors with the semantics that the CUDA
 * Driver API documents. The C half (src/main/c) exports {@code libcuda.so.1} and hands every call to
 * {@link org.ttdengine.emulator.driver.Dispatcher}.
 */
package org.ttdengine.emulator.driver;
