package org.ttdengine.emulator.machine;

/**
 * bar.sync, bar.arrive and bar.red: threads of a block meet.
 *
 * @param kind what happens besides meeting
 * @param id place of the barrier's number in r
 * @param count place of the number of threads in r; -1 for all threads of the block
 * @param source predicate that is reduced; null unless kind reduces
 * @param destination place in r (POPC) or index in p (AND, OR) of the result; -1 when there is none
 */
record Barrier(Kind kind, int id, int count, Symbols.SignedPredicate source, int destination) implements ControlFlow {

    enum Kind {
        SYNC,
        ARRIVE,
        POPC,
        AND,
        OR
    }

    @Override
    public void execute(Warp warp, int mask) {
        warp.block.barriers.arrive(warp, mask, this);
    }

    boolean waits() {
        return kind != Kind.ARRIVE;
    }

    int id(Warp warp, int lane) {
        return warp.r[id + lane];
    }

    int threads(Warp warp, int lane, int all) {
        return count < 0 ? all : warp.r[count + lane];
    }

    int predicate(Warp warp) {
        return source == null ? 0 : source.of(warp.p);
    }

    /** Gives the result of the reduction to lanes that leave. */
    void finish(Warp warp, int lanes, int holding, int threads) {
        if (kind == Kind.POPC) {
            for (int m = lanes; m != 0; m &= m - 1) {
                warp.r[destination + Integer.numberOfTrailingZeros(m)] = holding;
            }
        } else if (kind == Kind.AND || kind == Kind.OR) {
            boolean value = kind == Kind.AND ? holding == threads : holding > 0;
            warp.p[destination] = value ? warp.p[destination] | lanes : warp.p[destination] & ~lanes;
        }
    }
}
