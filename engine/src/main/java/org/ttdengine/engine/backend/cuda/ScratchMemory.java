package org.ttdengine.engine.backend.cuda;

import java.util.ArrayDeque;
import java.util.Deque;

/** Memory that kernels hand to each other, kept for the next time; stream order makes reuse safe. */
final class ScratchMemory implements AutoCloseable {
    private static final long ROUNDING = 1 << 16;

    private final CudaContext context;
    private final boolean direct = Boolean.getBoolean("ttd.memory.direct");
    private final Deque<Block> idle = new ArrayDeque<>();

    /** A piece of device memory; closing it gives it to the next taker. */
    final class Block implements AutoCloseable {
        private final long address;
        private final long size;

        private Block(long address, long size) {
            this.address = address;
            this.size = size;
        }

        long address() {
            return address;
        }

        @Override
        public void close() {
            give(this);
        }
    }

    ScratchMemory(CudaContext context) {
        this.context = context;
    }

    synchronized Block take(long bytes) {
        if (direct) {
            return allocate(Math.max(bytes, 1));
        }
        Block best = null;
        for (Block block : idle) {
            if (block.size >= bytes && (best == null || block.size < best.size)) {
                best = block;
            }
        }
        if (best != null) {
            idle.remove(best);
            return best;
        }
        return allocate((Math.max(bytes, 1) + ROUNDING - 1) / ROUNDING * ROUNDING);
    }

    private Block allocate(long bytes) {
        return new Block(context.memory().allocate(bytes), bytes);
    }

    private synchronized void give(Block block) {
        if (direct) {
            context.memory().free(block.address);
        } else {
            idle.push(block);
        }
    }

    @Override
    public synchronized void close() {
        idle.forEach(block -> context.memory().free(block.address));
        idle.clear();
    }
}
