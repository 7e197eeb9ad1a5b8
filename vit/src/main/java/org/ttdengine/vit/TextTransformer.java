package org.ttdengine.vit;

import java.util.ArrayList;
import java.util.List;
import org.ttdengine.engine.autograd.Parameter;
import org.ttdengine.engine.autograd.Tape;
import org.ttdengine.engine.autograd.Var;
import org.ttdengine.engine.backend.Activation;
import org.ttdengine.engine.backend.AttentionPlan;
import org.ttdengine.engine.backend.RowMix;
import org.ttdengine.engine.ops.MixRows;

/**
 * CLIP's text tower over a ragged batch: sequences of any lengths lie one behind the other. Since attention is causal and
 * the end-of-text token is pooled, nothing after it can change the result, and nothing after it is computed.
 */
public final class TextTransformer {
    private final ClipConfig.Text config;
    private final Parameter tokenEmbedding;
    private final Parameter positions;
    private final List<TransformerBlock> blocks = new ArrayList<>();
    private final Norm normFinal;
    private final LinearLayer projection;

    TextTransformer(ParameterSource source) {
        config = source.config().text();
        int width = config.width();
        tokenEmbedding = source.tensor("token_embedding.weight", config.vocabulary(), width);
        positions = source.tensor("positional_embedding", config.context(), width);
        for (int i = 0; i < config.layers(); i++) {
            blocks.add(new TransformerBlock(source, ClipTensors.TEXT_BLOCKS + i, width, config.mlp()));
        }
        normFinal = source.norm("ln_final", width);
        projection = source.projection("text_projection", width, source.config().embedding());
    }

    List<TransformerBlock> blocks() {
        return blocks;
    }

    /**
     * Text embeddings {@code [texts, embedding]}, not normalised.
     *
     * @param texts token sequences, each from its start to its end-of-text token and no further
     */
    public Var encode(Tape tape, List<int[]> texts) {
        int[] offsets = offsets(texts);
        int[] tokens = new int[offsets[texts.size()]];
        int[] places = new int[tokens.length];
        int[] ends = new int[texts.size()];
        for (int t = 0; t < texts.size(); t++) {
            int length = texts.get(t).length;
            System.arraycopy(texts.get(t), 0, tokens, offsets[t], length);
            for (int i = 0; i < length; i++) {
                places[offsets[t] + i] = i;
            }
            ends[t] = offsets[t + 1] - 1;
        }
        Var x = MixRows.applySum(
                tape,
                tape.parameter(tokenEmbedding),
                RowMix.select(tokens),
                tape.parameter(positions),
                RowMix.select(places));
        AttentionPlan plan = new AttentionPlan(offsets, config.heads(), true);
        for (TransformerBlock block : blocks.subList(0, blocks.size() - 1)) {
            x = block.forward(tape, x, plan);
        }
        Var pooled = blocks.get(blocks.size() - 1).forward(tape, x, plan, RowMix.select(ends));
        Var normed = normFinal.apply(tape, pooled);
        tape.release(pooled);
        Var projected = projection.apply(tape, normed, Activation.NONE);
        tape.release(normed);
        return projected;
    }

    /** First token of every text, and the number of tokens; refuses texts the tower was not made for. */
    private int[] offsets(List<int[]> texts) {
        int[] offsets = new int[texts.size() + 1];
        for (int t = 0; t < texts.size(); t++) {
            int length = texts.get(t).length;
            if (length < 1 || length > config.context()) {
                throw new IllegalArgumentException(
                        "a text of " + length + " tokens does not fit the context of " + config.context());
            }
            for (int token : texts.get(t)) {
                if (token < 0 || token >= config.vocabulary()) {
                    throw new IllegalArgumentException(
                            "token " + token + " is not in the vocabulary of " + config.vocabulary());
                }
            }
            offsets[t + 1] = offsets[t] + length;
        }
        return offsets;
    }
}
