package org.ttdengine.emulator.driver;

import java.util.HashMap;
import java.util.Map;

/**
 * Values of cuDeviceGetAttribute. What depends on the compute capability follows the table "Technical Specifications per
 * Compute Capability" of the CUDA C++ Programming Guide; sizes of the chip are those of the usual device of that capability
 * (T4, A100 40GB, A10, L4, H100 SXM). Features the emulator does not have are reported absent.
 */
final class DeviceAttributes {
    static final int MAX_THREADS_PER_BLOCK = 1;
    static final int MAX_BLOCK_DIM_X = 2;
    static final int MAX_BLOCK_DIM_Y = 3;
    static final int MAX_BLOCK_DIM_Z = 4;
    static final int MAX_GRID_DIM_X = 5;
    static final int MAX_GRID_DIM_Y = 6;
    static final int MAX_GRID_DIM_Z = 7;
    static final int MAX_SHARED_PER_BLOCK = 8;
    static final int PCI_BUS_ID = 33;
    static final int MAX_THREADS_PER_MULTIPROCESSOR = 39;
    static final int MULTIPROCESSORS = 16;
    static final int MAX_SHARED_PER_MULTIPROCESSOR = 81;
    static final int MAX_SHARED_PER_BLOCK_OPTIN = 97;
    static final int MAX_BLOCKS_PER_MULTIPROCESSOR = 106;
    static final int RESERVED_SHARED_PER_BLOCK = 111;

    private static final int FIRST_BUS = 1;
    private static final int KIB = 1024;

    private DeviceAttributes() {}

    static Map<Integer, Integer> of(int capability, int ordinal) {
        Map<Integer, Integer> all = common(ordinal);
        all.put(75, capability / 10);
        all.put(76, capability % 10);
        switch (capability) {
            case 75 -> chip(all, 40, 1024, 16, 64, 64, 4_096, 1590, 5001, 256);
            case 80 -> chip(all, 108, 2048, 32, 164, 163, 40_960, 1410, 1215, 5120);
            case 86 -> chip(all, 72, 1536, 16, 100, 99, 6_144, 1695, 6251, 384);
            case 89 -> chip(all, 58, 1536, 24, 100, 99, 49_152, 2040, 6251, 192);
            case 90 -> chip(all, 132, 2048, 32, 228, 227, 51_200, 1980, 2619, 5120);
            default -> throw new IllegalArgumentException("no attributes for capability " + capability);
        }
        return Map.copyOf(all);
    }

    private static void chip(
            Map<Integer, Integer> all,
            int multiprocessors,
            int threads,
            int blocks,
            int sharedKib,
            int sharedOptinKib,
            int l2Kib,
            int clockMhz,
            int memoryClockMhz,
            int busBits) {
        all.put(MULTIPROCESSORS, multiprocessors);
        all.put(MAX_THREADS_PER_MULTIPROCESSOR, threads);
        all.put(MAX_BLOCKS_PER_MULTIPROCESSOR, blocks);
        all.put(MAX_SHARED_PER_MULTIPROCESSOR, sharedKib * KIB);
        all.put(MAX_SHARED_PER_BLOCK_OPTIN, sharedOptinKib * KIB);
        all.put(38, l2Kib * KIB);
        all.put(13, clockMhz * 1000);
        all.put(36, memoryClockMhz * 1000);
        all.put(37, busBits);
    }

    private static Map<Integer, Integer> common(int ordinal) {
        Map<Integer, Integer> all = new HashMap<>();
        all.put(MAX_THREADS_PER_BLOCK, 1024);
        all.put(MAX_BLOCK_DIM_X, 1024);
        all.put(MAX_BLOCK_DIM_Y, 1024);
        all.put(MAX_BLOCK_DIM_Z, 64);
        all.put(MAX_GRID_DIM_X, Integer.MAX_VALUE);
        all.put(MAX_GRID_DIM_Y, 65_535);
        all.put(MAX_GRID_DIM_Z, 65_535);
        all.put(MAX_SHARED_PER_BLOCK, 48 * KIB);
        all.put(9, 64 * KIB); // total constant memory
        all.put(10, 32); // warp size
        all.put(11, Integer.MAX_VALUE); // largest pitch
        all.put(12, 65_536); // registers per block
        all.put(14, 512); // texture alignment
        all.put(15, 1); // copies overlap with kernels
        all.put(17, 0); // no run-time limit on kernels
        all.put(18, 0); // not integrated
        all.put(19, 0); // does not map host memory
        all.put(20, 0); // compute mode default
        all.put(31, 1); // concurrent kernels
        all.put(32, 1); // ECC
        all.put(PCI_BUS_ID, FIRST_BUS + ordinal);
        all.put(34, 0); // PCI device
        all.put(50, 0); // PCI domain
        all.put(35, 0); // not a TCC driver
        all.put(40, 3); // copy engines
        all.put(41, 1); // unified addressing
        all.put(78, 1); // stream priorities
        all.put(79, 1); // L1 cache for global memory
        all.put(80, 1); // L1 cache for local memory
        all.put(82, 65_536); // registers per multiprocessor
        all.put(83, 0); // no managed memory
        all.put(84, 0); // not on a multi-GPU board
        all.put(85, ordinal); // board group
        all.put(86, 0); // no native host atomics
        all.put(87, 2); // single to double precision throughput
        all.put(88, 0); // no pageable memory access
        all.put(89, 0); // no concurrent managed access
        all.put(90, 1); // compute preemption
        all.put(91, 0); // host pointers of registered memory are not device pointers
        all.put(95, 0); // no cooperative launch
        all.put(96, 0);
        all.put(99, 1); // host memory can be registered
        all.put(102, 0); // no virtual memory management
        all.put(RESERVED_SHARED_PER_BLOCK, KIB);
        all.put(113, 0); // no read-only registered host memory
        all.put(115, 1); // stream-ordered allocation
        all.put(120, 0); // no cluster launch
        return all;
    }
}
