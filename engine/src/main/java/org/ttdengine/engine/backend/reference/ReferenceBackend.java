package org.ttdengine.engine.backend.reference;

import java.util.List;
import org.ttdengine.engine.Storage;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.backend.Activation;
import org.ttdengine.engine.backend.AdamWSlot;
import org.ttdengine.engine.backend.AdamWStep;
import org.ttdengine.engine.backend.AttentionPlan;
import org.ttdengine.engine.backend.Backend;
import org.ttdengine.engine.backend.DropoutMask;
import org.ttdengine.engine.backend.GradientNorm;
import org.ttdengine.engine.backend.MapPlan;
import org.ttdengine.engine.backend.MatMul;
import org.ttdengine.engine.backend.MatrixView;
import org.ttdengine.engine.backend.PackedMatrix;
import org.ttdengine.engine.backend.Phi;
import org.ttdengine.engine.backend.RowMix;
import org.ttdengine.engine.backend.TtdLossOptions;

/**
 * Every primitive as its formula reads, one element at a time, computed in double and rounded once when stored. Slow on
 * purpose: it is what the other backends are compared with, and on F64 memory it carries the gradient checks.
 */
public final class ReferenceBackend implements Backend {
    @Override
    public void fill(Tensor tensor, double value) {
        Storage data = tensor.storage();
        for (int i = 0; i < tensor.size(); i++) {
            data.set(i, value);
        }
    }

    @Override
    public void copy(Tensor from, Tensor to) {
        Storage in = from.storage();
        Storage out = to.storage();
        for (int i = 0; i < from.size(); i++) {
            out.set(i, in.get(i));
        }
    }

    @Override
    public void axpy(double alpha, Tensor x, Tensor y) {
        Storage in = x.storage();
        Storage out = y.storage();
        for (int i = 0; i < x.size(); i++) {
            out.set(i, out.get(i) + alpha * in.get(i));
        }
    }

    @Override
    public void axpy(Tensor alpha, Tensor x, Tensor y) {
        axpy(alpha.item(), x, y);
    }

    @Override
    public void matmul(MatMul p) {
        if (!p.addends().isEmpty()) {
            matmulInSteps(p);
            return;
        }
        Storage a = p.a().tensor().storage();
        Storage b = p.b().tensor().storage();
        Storage c = p.c().tensor().storage();
        for (int i = 0; i < p.m(); i++) {
            for (int j = 0; j < p.n(); j++) {
                double sum = 0;
                for (int l = 0; l < p.k(); l++) {
                    sum += at(a, p.a(), p.transposeA(), i, l) * at(b, p.b(), p.transposeB(), l, j);
                }
                int target = p.c().offset() + i * p.c().stride() + j;
                c.set(target, p.accumulate() ? c.get(target) + p.alpha() * sum : epilogue(p, i, j, p.alpha() * sum));
            }
        }
    }

    private static double at(Storage data, MatrixView view, boolean transposed, int row, int column) {
        return data.get(view.offset() + (transposed ? column * view.stride() + row : row * view.stride() + column));
    }

    private static double epilogue(MatMul p, int i, int j, double product) {
        if (p.gate() != null) {
            return product
                    * Activations.slope(p.activation(), at(p.gate().tensor().storage(), p.gate(), false, i, j));
        }
        double value = product;
        if (p.bias() != null) {
            value += p.bias().storage().get(p.biasOffset() + j);
        }
        if (p.preActivation() != null) {
            MatrixView pre = p.preActivation();
            pre.tensor().storage().set(pre.offset() + i * pre.stride() + j, value);
        }
        value = Activations.value(p.activation(), value);
        if (p.residual() != null) {
            value += at(p.residual().tensor().storage(), p.residual(), false, i, j);
        }
        return value;
    }

    @Override
    public PackedMatrix pack(MatrixView b, boolean transposeB) {
        return null;
    }

    @Override
    public void activation(Activation activation, Tensor x, Tensor y) {
        Storage in = x.storage();
        Storage out = y.storage();
        for (int i = 0; i < x.size(); i++) {
            out.set(i, Activations.value(activation, in.get(i)));
        }
    }

    @Override
    public void activationBackward(Activation activation, Tensor dy, Tensor x, Tensor dx) {
        Storage in = x.storage();
        Storage gradient = dy.storage();
        Storage out = dx.storage();
        for (int i = 0; i < x.size(); i++) {
            out.set(i, gradient.get(i) * Activations.slope(activation, in.get(i)));
        }
    }

    @Override
    public void layerNorm(Tensor x, Tensor gamma, Tensor beta, double epsilon, Tensor y, Tensor mean, Tensor rstd) {
        ReferenceNorms.layerNorm(x, gamma, beta, epsilon, y, mean, rstd);
    }

    @Override
    public void layerNormBackward(
            Tensor dy,
            Tensor x,
            Tensor gamma,
            Tensor mean,
            Tensor rstd,
            Tensor dx,
            boolean accumulate,
            Tensor dgamma,
            Tensor dbeta) {
        ReferenceNorms.layerNormBackward(dy, x, gamma, mean, rstd, dx, accumulate, dgamma, dbeta);
    }

    @Override
    public void attention(AttentionPlan plan, Tensor qkv, Tensor out, Tensor logSumExp) {
        ReferenceAttention.forward(plan, qkv, out, logSumExp);
    }

    @Override
    public void attentionBackward(
            AttentionPlan plan, Tensor qkv, Tensor out, Tensor logSumExp, Tensor dout, Tensor dqkv) {
        ReferenceAttention.backward(plan, qkv, out, logSumExp, dout, dqkv);
    }

    @Override
    public void columnSums(MatrixView x, Tensor sums, int offset) {
        Storage in = x.tensor().storage();
        Storage out = sums.storage();
        for (int j = 0; j < x.columns(); j++) {
            double sum = 0;
            for (int i = 0; i < x.rows(); i++) {
                sum += in.get(x.offset() + i * x.stride() + j);
            }
            out.set(offset + j, out.get(offset + j) + sum);
        }
    }

    @Override
    public void mixRows(RowMix mix, Tensor in, Tensor out, boolean accumulate) {
        int width = in.shape().size(-1);
        Storage from = in.storage();
        Storage to = out.storage();
        for (int row = 0; row < mix.rows(); row++) {
            for (int c = 0; c < width; c++) {
                double sum = accumulate ? to.get(row * width + c) : 0;
                for (int e = row * mix.taps(); e < (row + 1) * mix.taps(); e++) {
                    if (mix.index()[e] >= 0) {
                        sum += mix.weight(e) * from.get(mix.index()[e] * width + c);
                    }
                }
                to.set(row * width + c, sum);
            }
        }
    }

    @Override
    public void mixRowsBackward(RowMix mix, Tensor dout, Tensor din) {
        int width = din.shape().size(-1);
        Storage from = dout.storage();
        Storage to = din.storage();
        for (int e = 0; e < mix.index().length; e++) {
            if (mix.index()[e] >= 0) {
                int row = e / mix.taps();
                for (int c = 0; c < width; c++) {
                    int target = mix.index()[e] * width + c;
                    to.set(target, to.get(target) + mix.weight(e) * from.get(row * width + c));
                }
            }
        }
    }

    @Override
    public void patches(Tensor pixels, int patch, Tensor patches) {
        int channels = pixels.shape().size(1);
        int height = pixels.shape().size(2);
        int width = pixels.shape().size(3);
        int h = height / patch;
        int w = width / patch;
        Storage in = pixels.storage();
        Storage out = patches.storage();
        int target = 0;
        for (int row = 0; row < pixels.shape().size(0) * h * w; row++) {
            int image = row / (h * w);
            int top = row / w % h * patch;
            int left = row % w * patch;
            for (int c = 0; c < channels; c++) {
                for (int y = 0; y < patch; y++) {
                    for (int x = 0; x < patch; x++) {
                        out.set(target++, in.get(((image * channels + c) * height + top + y) * width + left + x));
                    }
                }
            }
        }
    }

    @Override
    public void l2Normalize(Tensor x, double epsilon, Tensor y, Tensor norms) {
        ReferenceNorms.l2Normalize(x, epsilon, y, norms);
    }

    @Override
    public void l2NormalizeBackward(Tensor dy, Tensor y, Tensor norms, double epsilon, Tensor dx, boolean accumulate) {
        ReferenceNorms.l2NormalizeBackward(dy, y, norms, epsilon, dx, accumulate);
    }

    @Override
    public void cosineMaps(MapPlan plan, Tensor pixels, Tensor texts, Tensor maps, Tensor extremes) {
        ReferenceTtd.cosineMaps(plan, pixels, texts, maps, extremes);
    }

    @Override
    public void cosineMapsBackward(
            MapPlan plan,
            Tensor dmaps,
            Tensor pixels,
            Tensor texts,
            Tensor dpixels,
            boolean accumulatePixels,
            Tensor dtexts,
            boolean accumulateTexts) {
        ReferenceTtd.cosineMapsBackward(plan, dmaps, pixels, texts, dpixels, accumulatePixels, dtexts, accumulateTexts);
    }

    @Override
    public void selectTags(MapPlan plan, Phi phi, Tensor extremes, boolean[] barred, Tensor selected) {
        ReferenceTtd.selectTags(plan, phi, extremes, barred, selected);
    }

    @Override
    public void ttdLoss(
            MapPlan plan,
            TtdLossOptions options,
            Tensor maps,
            Tensor teacherMaps,
            Tensor teacherExtremes,
            Tensor selected,
            Tensor losses,
            Tensor total,
            Tensor dmaps) {
        ReferenceTtd.loss(plan, options, maps, teacherMaps, teacherExtremes, selected, losses, total, dmaps);
    }

    @Override
    public void softmaxCrossEntropy(
            Tensor x, Tensor logScale, int[] targets, double weight, Tensor losses, Tensor dx, Tensor dlogScale) {
        ReferenceCrossEntropy.run(x, logScale, targets, weight, losses, dx, dlogScale);
    }

    @Override
    public void softmaxPool(Tensor x, int cells, double sharpness, Tensor y) {
        ReferenceSoftmaxPool.forward(x, cells, sharpness, y);
    }

    @Override
    public void softmaxPoolBackward(
            Tensor dy, Tensor x, Tensor y, int cells, double sharpness, Tensor dx, boolean accumulate) {
        ReferenceSoftmaxPool.backward(dy, x, y, cells, sharpness, dx, accumulate);
    }

    @Override
    public void dropout(Tensor in, double p, long seed, Tensor out, boolean accumulate) {
        Storage from = in.storage();
        Storage to = out.storage();
        for (int i = 0; i < in.size(); i++) {
            double value = from.get(i) * DropoutMask.factor(p, seed, i);
            to.set(i, accumulate ? to.get(i) + value : value);
        }
    }

    @Override
    public void clear(List<Tensor> tensors) {
        tensors.forEach(tensor -> fill(tensor, 0));
    }

    @Override
    public GradientNorm gradientNorm(List<Tensor> gradients) {
        double norm = ReferenceOptimizer.norm(gradients);
        return () -> norm;
    }

    @Override
    public void adamW(AdamWStep step, List<AdamWSlot> slots, GradientNorm norm) {
        if (Double.isFinite(norm.value())) {
            slots.forEach(slot -> ReferenceOptimizer.adamW(step, slot, step.gradientScale(norm.value())));
        }
    }

    @Override
    public void close() {
        // owns nothing
    }
}
