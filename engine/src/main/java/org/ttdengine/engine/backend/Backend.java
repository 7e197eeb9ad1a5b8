package org.ttdengine.engine.backend;

import java.util.List;
import org.ttdengine.engine.Tensor;

/**
 * The primitive operations a device offers. Tensors are row-major; a tensor's "rows" are all its axes but the innermost.
 * Results never depend on the number of threads. Shapes are checked by the operations that call these, not here.
 */
public interface Backend extends AutoCloseable {
    /** Sets every element. */
    void fill(Tensor tensor, double value);

    /** Copies {@code from} to {@code to}, which has as many elements. */
    void copy(Tensor from, Tensor to);

    /** {@code y += alpha x}. */
    void axpy(double alpha, Tensor x, Tensor y);

    /** {@code y += alpha x} with a factor the device holds: a tensor of one element. */
    void axpy(Tensor alpha, Tensor x, Tensor y);

    /** One matrix product with its epilogue. */
    void matmul(MatMul product);

    /** A product with low-rank terms as {@link #matmul} carries it out where nothing fuses them. */
    default void matmulInSteps(MatMul product) {
        product.steps().forEach(this::matmul);
        if (product.activation() != Activation.NONE) {
            activation(
                    product.activation(),
                    product.preActivation().tensor(),
                    product.c().tensor());
        }
    }

    /** op(B) laid out for {@link #matmul}, or null if this backend gains nothing by it. */
    PackedMatrix pack(MatrixView b, boolean transposeB);

    /** {@code y = act(x)}. */
    void activation(Activation activation, Tensor x, Tensor y);

    /** {@code dx = dy act'(x)}; dx may be dy. */
    void activationBackward(Activation activation, Tensor dy, Tensor x, Tensor dx);

    /**
     * {@code y = (x - mean) rstd gamma + beta} over the innermost axis, with the biased variance.
     *
     * @param mean one value per row, written
     * @param rstd one value per row, written: {@code 1/sqrt(variance + epsilon)}
     */
    void layerNorm(Tensor x, Tensor gamma, Tensor beta, double epsilon, Tensor y, Tensor mean, Tensor rstd);

    /**
     * Gradients of {@link #layerNorm}.
     *
     * @param dx written, or added to if {@code accumulate}; null if not wanted
     * @param dgamma added to; null if not wanted
     * @param dbeta added to; null if not wanted
     */
    void layerNormBackward(
            Tensor dy,
            Tensor x,
            Tensor gamma,
            Tensor mean,
            Tensor rstd,
            Tensor dx,
            boolean accumulate,
            Tensor dgamma,
            Tensor dbeta);

    /**
     * Multi-head attention {@code softmax(Q K' / sqrt(head size)) V}.
     *
     * @param qkv {@code [tokens, 3 width]}: queries, keys, values
     * @param out {@code [tokens, width]}
     * @param logSumExp {@code [heads, tokens]}: of the scaled scores, kept for the backward pass
     */
    void attention(AttentionPlan plan, Tensor qkv, Tensor out, Tensor logSumExp);

    /** Gradient of {@link #attention}; overwrites {@code dqkv}. */
    void attentionBackward(AttentionPlan plan, Tensor qkv, Tensor out, Tensor logSumExp, Tensor dout, Tensor dqkv);

    /** Adds the sum of every column of {@code x} to {@code sums}, from element {@code offset} on. */
    void columnSums(MatrixView x, Tensor sums, int offset);

    /** Writes, or adds if {@code accumulate}, the mixed rows of {@code in} to {@code out}. */
    void mixRows(RowMix mix, Tensor in, Tensor out, boolean accumulate);

    /** {@code out = mixed rows of a + mixed rows of b}, for example tokens plus positions. */
    default void mixRowsSum(RowMix mixA, Tensor a, RowMix mixB, Tensor b, Tensor out) {
        mixRows(mixA, a, out, false);
        mixRows(mixB, b, out, true);
    }

    /** Gradient of {@link #mixRows}: adds the rows of {@code dout} to those of {@code din} they came from. */
    void mixRowsBackward(RowMix mix, Tensor dout, Tensor din);

    /**
     * Cuts pictures into patches.
     *
     * @param pixels {@code [images, channels, height, width]}
     * @param patches {@code [images * h * w, channels * patch * patch]} with h = height/patch, w = width/patch
     */
    void patches(Tensor pixels, int patch, Tensor patches);

    /** {@code y = x / max(|x|, epsilon)} per row; {@code norms} receives the denominators. */
    void l2Normalize(Tensor x, double epsilon, Tensor y, Tensor norms);

    /**
     * Gradient of {@link #l2Normalize}: {@code dx (+)= (dy - y (y . dy)) / norm}, without the second term where the norm
     * was clamped to epsilon.
     */
    void l2NormalizeBackward(Tensor dy, Tensor y, Tensor norms, double epsilon, Tensor dx, boolean accumulate);

    /**
     * Similarity maps: {@code maps[r] = pixels of r's sample times text r}, unit rows giving cosines.
     *
     * @param pixels {@code [samples * cells, channels]}
     * @param texts {@code [maps, channels]}
     * @param maps {@code [maps, cells]}
     * @param extremes {@code [maps, 3]}: least value, largest value and the first cell that has it, of the valid cells
     */
    void cosineMaps(MapPlan plan, Tensor pixels, Tensor texts, Tensor maps, Tensor extremes);

    /** Gradients of {@link #cosineMaps}; either may be null if not wanted. */
    void cosineMapsBackward(
            MapPlan plan,
            Tensor dmaps,
            Tensor pixels,
            Tensor texts,
            Tensor dpixels,
            boolean accumulatePixels,
            Tensor dtexts,
            boolean accumulateTexts);

    /**
     * Largest-gap selection per sample over S of each tag's largest cosine.
     *
     * @param barred maps that may not be selected, or null
     * @param selected {@code [maps]}: 1 for a selected tag, 0 for a rejected one and for captions
     */
    void selectTags(MapPlan plan, Phi phi, Tensor extremes, boolean[] barred, Tensor selected);

    /**
     * Both losses of TTD and their gradient in one pass.
     *
     * @param maps cosines {@code [maps, cells]} of the model that learns
     * @param teacherMaps cosines the targets are made of; the same tensor unless the teacher is frozen
     * @param teacherExtremes their extremes
     * @param selected from {@link #selectTags}
     * @param losses {@code [samples, 2]}: L_distill and L_tag of each sample, unweighted
     * @param total one element: the weighted sum of {@code losses} over the samples, divided by the options' batch
     * @param dmaps dL/dcos of {@code total}, written; null if not wanted
     */
    void ttdLoss(
            MapPlan plan,
            TtdLossOptions options,
            Tensor maps,
            Tensor teacherMaps,
            Tensor teacherExtremes,
            Tensor selected,
            Tensor losses,
            Tensor total,
            Tensor dmaps);

    /**
     * Cross-entropy of the softmax of every row, {@code log sum_j exp(z_j) - z_target} with {@code z = exp(logScale) x}, and
     * its gradients in the same pass.
     *
     * @param x {@code [rows, classes]}
     * @param logScale one element
     * @param targets the right class of every row
     * @param weight factor of the losses and of their gradients
     * @param losses {@code [rows]}, written
     * @param dx {@code [rows, classes]}, written: gradient of the sum of the losses; null if not wanted
     * @param dlogScale {@code [rows]}, written: what each row adds to the gradient of the log scale; null if not wanted
     */
    void softmaxCrossEntropy(
            Tensor x, Tensor logScale, int[] targets, double weight, Tensor losses, Tensor dx, Tensor dlogScale);

    /**
     * Rows pooled with their own softmax: {@code y = sum_c p_c x_c} with {@code p = softmax(sharpness x)}.
     *
     * @param x rows of {@code cells} elements, one behind the other
     * @param y {@code [rows]}, written
     */
    void softmaxPool(Tensor x, int cells, double sharpness, Tensor y);

    /** Gradient of {@link #softmaxPool}: {@code dx (+)= dy p (1 + sharpness (x - y))}. */
    void softmaxPoolBackward(Tensor dy, Tensor x, Tensor y, int cells, double sharpness, Tensor dx, boolean accumulate);

    /** {@code out (+)= in * keep / (1 - p)}, where keep is drawn per element from the seed. */
    void dropout(Tensor in, double p, long seed, Tensor out, boolean accumulate);

    /** Sets all elements of all tensors to zero. */
    void clear(List<Tensor> tensors);

    /** The Euclidean norm of all tensors together, summed in double. */
    GradientNorm gradientNorm(List<Tensor> gradients);

    /**
     * One AdamW update of every slot.
     *
     * @param norm of the gradients, from {@link #gradientNorm}; where it is not a finite number nothing is updated
     */
    void adamW(AdamWStep step, List<AdamWSlot> slots, GradientNorm norm);

    /** Waits until all operations so far are done; a device that does each at once has nothing to wait for. */
    default void synchronize() {}

    @Override
    void close();
}
