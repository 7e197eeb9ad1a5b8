package org.ttdengine.engine.ops;

import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * What there is to know about an operation; gradient checks, the conformance of every backend, fuzzing and benchmarks are
 * made from it.
 *
 * @param name the operation
 * @param tolerance largest error of a single-precision backend, as a share of the largest element of the tensor
 * @param cases chosen calls: edges, and what the models do
 * @param random a random small call
 */
public record OpSpec(String name, double tolerance, List<OpCase> cases, Function<RandomGenerator, OpCase> random) {
    /** Every operation there is. */
    public static List<OpSpec> all() {
        return List.of(
                Linear.spec(),
                LayerNorm.spec(),
                Attention.spec(),
                MixRows.spec(),
                PatchEmbedding.spec(),
                L2Normalize.spec(),
                CosineMaps.spec(),
                TtdLoss.spec(),
                Contrastive.spec(),
                CrossEntropy.spec(),
                SoftmaxPool.spec(),
                Add.spec());
    }

    @Override
    public String toString() {
        return name;
    }
}
