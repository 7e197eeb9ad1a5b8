package org.ttdengine.engine.backend.cuda;

import java.util.List;
import java.util.Optional;
import org.ttdengine.engine.MemorySource;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.backend.Activation;
import org.ttdengine.engine.backend.AdamWSlot;
import org.ttdengine.engine.backend.AdamWStep;
import org.ttdengine.engine.backend.AttentionPlan;
import org.ttdengine.engine.backend.Backend;
import org.ttdengine.engine.backend.GradientNorm;
import org.ttdengine.engine.backend.MapPlan;
import org.ttdengine.engine.backend.MatMul;
import org.ttdengine.engine.backend.MatrixView;
import org.ttdengine.engine.backend.PackedMatrix;
import org.ttdengine.engine.backend.Phi;
import org.ttdengine.engine.backend.RowMix;
import org.ttdengine.engine.backend.TtdLossOptions;

/**
 * Our kernels on an NVIDIA GPU. Operations are queued; only reading a tensor or a sum waits for them. The system property
 * {@code ttd.cuda.tf32} makes products of fp32 matrices run on tensor cores, with operands rounded to tf32.
 */
public final class CudaBackend implements Backend {
    private final CudaContext context;
    private final Optional<Cublas> cublas;
    private final CudaAttention attention;
    private final CudaMaps maps;
    private final CudaTtd ttd;
    private final CudaCrossEntropy crossEntropy;
    private final CudaSoftmaxPool softmaxPool;
    private final CudaOptimizer optimizer;
    private final CudaNorms norms;
    private final CudaRows rows;
    private final CudaElements elements;
    private final CudaGemm gemm;
    private final CudaMatrices matrices;

    private CudaBackend(CudaContext context, MatMulProvider provider) {
        this.context = context;
        this.cublas = provider == MatMulProvider.OWN ? Optional.empty() : cublas(context, provider);
        this.attention = new CudaAttention(context);
        this.maps = new CudaMaps(context);
        this.ttd = new CudaTtd(context);
        this.crossEntropy = new CudaCrossEntropy(context);
        this.softmaxPool = new CudaSoftmaxPool(context);
        this.optimizer = context.own(new CudaOptimizer(context));
        this.norms = new CudaNorms(context);
        this.rows = new CudaRows(context);
        this.elements = new CudaElements(context);
        this.gemm = new CudaGemm(context, Boolean.getBoolean("ttd.cuda.tf32"), cublas);
        this.matrices = new CudaMatrices(context);
    }

    /**
     * Takes a GPU into use.
     *
     * @param ordinal its number, from 0
     * @param provider of matrix products
     * @throws CudaException if there is no driver or no such GPU, or either is too old, or cuBLAS was asked for and is not
     *     there; the message says what to do
     */
    public static CudaBackend open(int ordinal, MatMulProvider provider) {
        CudaContext context = CudaContext.open(ordinal);
        try {
            return new CudaBackend(context, provider);
        } catch (RuntimeException e) {
            context.close();
            throw e;
        }
    }

    private static Optional<Cublas> cublas(CudaContext context, MatMulProvider provider) {
        return provider == MatMulProvider.CUBLAS ? Optional.of(Cublas.load(context)) : Cublas.find(context);
    }

    /** Whether cuBLAS carries out the matrix products. */
    public boolean usesCublas() {
        return cublas.isPresent();
    }

    /** The GPU in use. */
    public Gpu gpu() {
        return context.gpu();
    }

    /** Its global memory. */
    public MemorySource memory() {
        return context.memory();
    }

    /** The GPU, for launchers under test. */
    CudaContext context() {
        return context;
    }

    @Override
    public void fill(Tensor tensor, double value) {
        elements.fill(tensor, value);
    }

    @Override
    public void copy(Tensor from, Tensor to) {
        elements.copy(from, to);
    }

    @Override
    public void axpy(double alpha, Tensor x, Tensor y) {
        elements.axpy(alpha, x, y);
    }

    @Override
    public void axpy(Tensor alpha, Tensor x, Tensor y) {
        elements.axpy(1, alpha, x, y);
    }

    @Override
    public void matmul(MatMul product) {
        if (product.addends().isEmpty() || gemm.fuses(product)) {
            gemm.matmul(product);
        } else {
            matmulInSteps(product);
        }
    }

    @Override
    public PackedMatrix pack(MatrixView b, boolean transposeB) {
        return null;
    }

    @Override
    public void activation(Activation activation, Tensor x, Tensor y) {
        elements.activation(activation, x, y);
    }

    @Override
    public void activationBackward(Activation activation, Tensor dy, Tensor x, Tensor dx) {
        elements.activationBackward(activation, dy, x, dx);
    }

    @Override
    public void layerNorm(Tensor x, Tensor gamma, Tensor beta, double epsilon, Tensor y, Tensor mean, Tensor rstd) {
        norms.layerNorm(x, gamma, beta, epsilon, y, mean, rstd);
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
        norms.layerNormBackward(dy, x, gamma, mean, rstd, dx, accumulate, dgamma, dbeta);
    }

    @Override
    public void attention(AttentionPlan plan, Tensor qkv, Tensor out, Tensor logSumExp) {
        attention.attention(plan, qkv, out, logSumExp);
    }

    @Override
    public void attentionBackward(
            AttentionPlan plan, Tensor qkv, Tensor out, Tensor logSumExp, Tensor dout, Tensor dqkv) {
        attention.attentionBackward(plan, qkv, out, logSumExp, dout, dqkv);
    }

    @Override
    public void columnSums(MatrixView x, Tensor sums, int offset) {
        matrices.columnSums(x, sums, offset);
    }

    @Override
    public void mixRows(RowMix mix, Tensor in, Tensor out, boolean accumulate) {
        rows.mixRows(mix, in, out, accumulate);
    }

    @Override
    public void mixRowsSum(RowMix mixA, Tensor a, RowMix mixB, Tensor b, Tensor out) {
        if (a.dtype() == b.dtype()) {
            rows.mixRowsSum(mixA, a, mixB, b, out, false);
        } else {
            Backend.super.mixRowsSum(mixA, a, mixB, b, out);
        }
    }

    @Override
    public void mixRowsBackward(RowMix mix, Tensor dout, Tensor din) {
        rows.mixRowsBackward(mix, dout, din);
    }

    @Override
    public void patches(Tensor pixels, int patch, Tensor patches) {
        rows.patches(pixels, patch, patches);
    }

    @Override
    public void l2Normalize(Tensor x, double epsilon, Tensor y, Tensor norms) {
        this.norms.l2Normalize(x, epsilon, y, norms);
    }

    @Override
    public void l2NormalizeBackward(Tensor dy, Tensor y, Tensor norms, double epsilon, Tensor dx, boolean accumulate) {
        this.norms.l2NormalizeBackward(dy, y, norms, epsilon, dx, accumulate);
    }

    @Override
    public void cosineMaps(MapPlan plan, Tensor pixels, Tensor texts, Tensor similarities, Tensor extremes) {
        maps.cosineMaps(plan, pixels, texts, similarities, extremes);
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
        maps.cosineMapsBackward(plan, dmaps, pixels, texts, dpixels, accumulatePixels, dtexts, accumulateTexts);
    }

    @Override
    public void selectTags(MapPlan plan, Phi phi, Tensor extremes, boolean[] barred, Tensor selected) {
        ttd.selectTags(plan, phi, extremes, barred, selected);
    }

    @Override
    public void ttdLoss(
            MapPlan plan,
            TtdLossOptions options,
            Tensor cosines,
            Tensor teacherMaps,
            Tensor teacherExtremes,
            Tensor selected,
            Tensor losses,
            Tensor total,
            Tensor dmaps) {
        ttd.ttdLoss(plan, options, cosines, teacherMaps, teacherExtremes, selected, losses, total, dmaps);
    }

    @Override
    public void softmaxCrossEntropy(
            Tensor x, Tensor logScale, int[] targets, double weight, Tensor losses, Tensor dx, Tensor dlogScale) {
        crossEntropy.run(x, logScale, targets, weight, losses, dx, dlogScale);
    }

    @Override
    public void softmaxPool(Tensor x, int cells, double sharpness, Tensor y) {
        softmaxPool.forward(x, cells, sharpness, y);
    }

    @Override
    public void softmaxPoolBackward(
            Tensor dy, Tensor x, Tensor y, int cells, double sharpness, Tensor dx, boolean accumulate) {
        softmaxPool.backward(dy, x, y, cells, sharpness, dx, accumulate);
    }

    @Override
    public void dropout(Tensor in, double p, long seed, Tensor out, boolean accumulate) {
        elements.dropout(in, p, seed, out, accumulate);
    }

    @Override
    public void clear(List<Tensor> tensors) {
        optimizer.clear(tensors);
    }

    @Override
    public GradientNorm gradientNorm(List<Tensor> gradients) {
        return optimizer.gradientNorm(gradients);
    }

    @Override
    public void adamW(AdamWStep step, List<AdamWSlot> slots, GradientNorm norm) {
        optimizer.adamW(step, slots, norm);
    }

    @Override
    public void synchronize() {
        context.synchronize();
    }

    @Override
    public void close() {
        try {
            cublas.ifPresent(Cublas::close);
        } finally {
            context.close();
        }
    }
}
