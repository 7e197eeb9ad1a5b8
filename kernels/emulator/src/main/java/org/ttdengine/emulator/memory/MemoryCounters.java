package org.ttdengine.emulator.memory;

/**
 * Memory traffic of a launch. A load or store here is one instruction of one warp. The unit of global traffic is the
 * 32-byte sector; of shared memory the wavefront, one pass over the 32 banks of 4 bytes.
 */
public final class MemoryCounters {
    /** Warp instructions that read global memory, cp.async included. */
    public long globalLoads;
    /** Warp instructions that wrote global memory. */
    public long globalStores;
    /** Warp instructions with an atomic operation, on any memory. */
    public long atomics;
    /** Sectors touched, summed over warp loads: what crosses from L1 to the warp. */
    public long globalLoadSectors;
    /** The fewest sectors that could hold the distinct bytes of each warp load, summed. */
    public long globalLoadSectorsMinimum;
    /** Sectors touched, summed over warp stores. */
    public long globalStoreSectors;
    /** The fewest sectors that could hold the distinct bytes of each warp store, summed. */
    public long globalStoreSectorsMinimum;
    /** Different sectors read in the whole launch: the compulsory traffic from memory. */
    public long distinctSectorsRead;
    /** Different sectors written in the whole launch: the compulsory traffic to memory. */
    public long distinctSectorsWritten;
    /** Warp instructions that read shared memory, ldmatrix included. */
    public long sharedLoads;
    /** Warp instructions that wrote shared memory, cp.async included. */
    public long sharedStores;
    /** Wavefronts of shared loads beyond those a conflict-free access needs. */
    public long sharedLoadConflicts;
    /** Wavefronts of shared stores beyond those a conflict-free access needs. */
    public long sharedStoreConflicts;
    /** Warp accesses to .local memory: spills, or arrays indexed at run time. */
    public long localAccesses;

    /** Adds the counts of another worker. */
    public void add(MemoryCounters other) {
        globalLoads += other.globalLoads;
        globalStores += other.globalStores;
        atomics += other.atomics;
        globalLoadSectors += other.globalLoadSectors;
        globalLoadSectorsMinimum += other.globalLoadSectorsMinimum;
        globalStoreSectors += other.globalStoreSectors;
        globalStoreSectorsMinimum += other.globalStoreSectorsMinimum;
        distinctSectorsRead += other.distinctSectorsRead;
        distinctSectorsWritten += other.distinctSectorsWritten;
        sharedLoads += other.sharedLoads;
        sharedStores += other.sharedStores;
        sharedLoadConflicts += other.sharedLoadConflicts;
        sharedStoreConflicts += other.sharedStoreConflicts;
        localAccesses += other.localAccesses;
    }
}
