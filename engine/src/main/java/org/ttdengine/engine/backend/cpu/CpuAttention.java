package org.ttdengine.engine.backend.cpu;

import java.util.ArrayList;
import java.util.List;
import org.ttdengine.engine.backend.AttentionPlan;

/**
 * Attention of a ragged batch. A task is one head of one sequence, several of them where sequences are short, or in the
 * forward pass a share of its queries where there are too few to keep all workers busy.
 */
final class CpuAttention {
    /** Query-key pairs that make a task worth its handing out. */
    private static final int LEAST_PAIRS = 1 << 14;
    /** Pairs whose work is that of packing the operands and starting the products of one head. */
    private static final int OVERHEAD = 256;

    private static final int TASKS_PER_THREAD = 4;

    private final WorkerPool pool;
    private final Scratch scratch;

    /**
     * Heads to be computed by one worker; head i of the batch is head {@code i % heads} of sequence {@code i / heads}.
     *
     * @param first first of them
     * @param end one behind the last
     */
    private record Heads(int first, int end) {}

    CpuAttention(WorkerPool pool, Scratch scratch) {
        this.pool = pool;
        this.scratch = scratch;
    }

    void forward(AttentionPlan plan, int width, float[] qkv, float[] out, float[] logSumExp) {
        List<Heads> tasks = tasks(plan);
        int shares =
                Math.max(1, Math.min(longest(plan), TASKS_PER_THREAD * pool.threads() / Math.max(1, tasks.size())));
        pool.run(tasks.size() * shares, (task, worker) -> {
            Heads heads = tasks.get(task / shares);
            int share = task % shares;
            for (int i = heads.first; i < heads.end; i++) {
                AttentionHead head = head(plan, width, i);
                int tiles = AttentionForward.tiles(head.length());
                int tile = tiles * share / shares;
                int end = tiles * (share + 1) / shares;
                if (tile < end) {
                    AttentionForward pass = new AttentionForward(head, qkv, scratch, worker);
                    for (; tile < end; tile++) {
                        pass.tile(tile, out, logSumExp);
                    }
                }
            }
        });
    }

    void backward(
            AttentionPlan plan, int width, float[] qkv, float[] out, float[] logSumExp, float[] dout, float[] dqkv) {
        List<Heads> tasks = tasks(plan);
        pool.run(tasks.size(), (task, worker) -> {
            for (int i = tasks.get(task).first; i < tasks.get(task).end; i++) {
                AttentionHead head = head(plan, width, i);
                if (head.length() > 0) {
                    new AttentionBackward(head, qkv, dout, scratch, worker).run(out, logSumExp, dqkv);
                }
            }
        });
    }

    private static AttentionHead head(AttentionPlan plan, int width, int i) {
        return AttentionHead.of(plan, width, i / plan.heads(), i % plan.heads());
    }

    /** Most tiles of queries in a sequence. */
    private static int longest(AttentionPlan plan) {
        int longest = 0;
        for (int s = 0; s < plan.sequences(); s++) {
            longest = Math.max(longest, AttentionForward.tiles(plan.length(s)));
        }
        return longest;
    }

    /** All heads in tasks of similar size. */
    private static List<Heads> tasks(AttentionPlan plan) {
        List<Heads> tasks = new ArrayList<>();
        int count = plan.sequences() * plan.heads();
        int first = 0;
        long pairs = 0;
        for (int i = 0; i < count; i++) {
            long length = plan.length(i / plan.heads());
            pairs += length * length + OVERHEAD;
            if (pairs >= LEAST_PAIRS || i == count - 1) {
                tasks.add(new Heads(first, i + 1));
                first = i + 1;
                pairs = 0;
            }
        }
        return tasks;
    }
}
