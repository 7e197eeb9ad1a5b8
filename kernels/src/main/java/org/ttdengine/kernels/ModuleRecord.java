package org.ttdengine.kernels;

/**
 * How a PTX module of the program came about.
 *
 * @param source SHA-256 of its {@code .cu} file and the headers of ours that it includes
 * @param ptx SHA-256 of the PTX
 * @param compiler release of nvcc
 * @param options options of nvcc
 * @param version PTX language version
 * @param target oldest architecture it runs on
 */
public record ModuleRecord(String source, String ptx, String compiler, String options, String version, String target) {}
