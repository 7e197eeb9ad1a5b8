package org.ttdengine.kernels;

/**
 * One parameter of a kernel as its PTX declares it.
 *
 * @param type PTX type without the dot: {@code u64} (also every pointer), {@code u32} (also a signed int), {@code f32};
 *     {@code b8} for the bytes of a structure passed by value
 * @param bytes size of the parameter
 * @param offset position of its first byte in the kernel's parameter space, from 0
 */
public record PtxParameter(String type, int bytes, int offset) {}
