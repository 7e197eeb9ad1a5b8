"""CLIP's two towers in plain PyTorch, over a dictionary of tensors with Hugging Face names.

Written from the equations: pre-norm residual blocks, QuickGELU, LayerNorm with eps 1e-5, scores scaled by
1/sqrt(head dimension). The dense head is MaskCLIP's: in the last vision block every token attends to itself only,
so attention reduces to out_proj(v_proj(x)); residuals and the MLP stay.
"""

import torch
import torch.nn.functional as F


def l2_normalise(x):
    return x / torch.linalg.vector_norm(x, dim=-1, keepdim=True).clamp(min=1e-6)


def quick_gelu(x):
    return x * torch.sigmoid(1.702 * x)


class Clip:
    """Frozen weights plus low-rank adapters: a linear layer named in lora computes Wx + b + scale * B(Ax)."""

    def __init__(self, weights, config, lora=None, scale=0.0):
        self.weights = weights
        self.config = config
        self.lora = lora or {}
        self.scale = scale
        self.attention_peaks = []

    def layer_norm(self, x, name):
        weight, bias = self.weights[name + ".weight"], self.weights[name + ".bias"]
        return F.layer_norm(x, (x.shape[-1],), weight, bias, self.config["text_config"]["layer_norm_eps"])

    def linear(self, x, name):
        y = x @ self.weights[name + ".weight"].T + self.weights[name + ".bias"]
        if name + ".lora_A" in self.lora:
            y = y + self.scale * (x @ self.lora[name + ".lora_A"].T) @ self.lora[name + ".lora_B"].T
        return y

    def attention(self, x, name, heads, causal):
        batch, length, width = x.shape

        def split(y):
            return y.view(batch, length, heads, width // heads).transpose(1, 2)

        q, k, v = (split(self.linear(x, f"{name}.{p}_proj")) for p in "qkv")
        logits = q @ k.transpose(2, 3) / (width // heads) ** 0.5
        if causal:
            logits = logits.masked_fill(torch.ones(length, length, dtype=torch.bool).triu(1), float("-inf"))
        probabilities = logits.softmax(-1)
        self.attention_peaks.append((probabilities[:, :, -1].amax(-1) * length).mean().item())
        y = (probabilities @ v).transpose(1, 2).reshape(batch, length, width)
        return self.linear(y, name + ".out_proj")

    def identity_attention(self, x, name):
        return self.linear(self.linear(x, name + ".v_proj"), name + ".out_proj")

    def block(self, x, name, attend):
        x = x + attend(self.layer_norm(x, name + ".layer_norm1"), name + ".self_attn")
        u = self.layer_norm(x, name + ".layer_norm2")
        return x + self.linear(quick_gelu(self.linear(u, name + ".mlp.fc1")), name + ".mlp.fc2")

    def text(self, sequence):
        """Embedding [projection] of one token sequence that stops at its end-of-text token; not normalised."""
        config = self.config["text_config"]
        x = self.weights["text_model.embeddings.token_embedding.weight"][torch.as_tensor(sequence)]
        x = x + self.weights["text_model.embeddings.position_embedding.weight"][: len(sequence)]
        x = x[None]
        for i in range(config["num_hidden_layers"]):
            heads = config["num_attention_heads"]
            x = self.block(x, f"text_model.encoder.layers.{i}", lambda u, n: self.attention(u, n, heads, True))
        x = self.layer_norm(x, "text_model.final_layer_norm")
        return x[0, -1] @ self.weights["text_projection.weight"].T

    def positions(self, height, width):
        """Position embeddings [1 + height*width, d]; the grid is resized by torch's bicubic filter (a = -0.75)."""
        table = self.weights["vision_model.embeddings.position_embedding.weight"]
        side = round((table.shape[0] - 1) ** 0.5)
        if (height, width) == (side, side):
            return table
        grid = table[1:].T.reshape(1, -1, side, side)
        grid = F.interpolate(grid, size=(height, width), mode="bicubic", align_corners=False)
        return torch.cat([table[:1], grid.flatten(2)[0].T])

    def vision_tokens(self, pixels, dense):
        """Last-block tokens [B, 1 + h*w, d] of pixels [B, 3, H, W]; dense switches the last attention to identity."""
        config = self.config["vision_config"]
        patches = F.conv2d(
            pixels, self.weights["vision_model.embeddings.patch_embedding.weight"], stride=config["patch_size"]
        )
        height, width = patches.shape[2:]
        patches = patches.flatten(2).transpose(1, 2)
        first = self.weights["vision_model.embeddings.class_embedding"].expand(patches.shape[0], 1, -1)
        x = torch.cat([first, patches], 1) + self.positions(height, width)
        x = self.layer_norm(x, "vision_model.pre_layrnorm")
        layers, heads = config["num_hidden_layers"], config["num_attention_heads"]
        for i in range(layers):
            name = f"vision_model.encoder.layers.{i}"
            if dense and i == layers - 1:
                x = self.block(x, name, self.identity_attention)
            else:
                x = self.block(x, name, lambda u, n: self.attention(u, n, heads, False))
        return self.layer_norm(x, "vision_model.post_layernorm")

    def image(self, pixels):
        """Global embeddings [B, projection] from the class token; not normalised."""
        return self.vision_tokens(pixels, dense=False)[:, 0] @ self.weights["visual_projection.weight"].T

    def dense(self, pixels):
        """Unit-length pixel embeddings [B, h*w, projection]."""
        tokens = self.vision_tokens(pixels, dense=True)[:, 1:]
        return l2_normalise(tokens @ self.weights["visual_projection.weight"].T)
