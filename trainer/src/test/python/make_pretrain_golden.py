"""Makes the golden files of contrastive training: a tiny CLIP, a batch of pairs, the loss and the gradients of all weights.

Everything is computed in float64 from float32 values, the gradients by autograd, and once more in float32: the
script
fails unless both agree to 1e-6 of each tensor's largest gradient. Names are explained in ../resources/golden/README.md.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from clip_reference import Clip, l2_normalise

ROOT = Path(__file__).resolve().parents[4]
sys.path.insert(0, str(ROOT / "engine/src/test/python"))
import safetensors_file  # noqa: E402

GOLDEN = ROOT / "trainer/src/test/resources/golden/pretrain"
WIDTH, MLP, HEADS, LAYERS, PROJECTION = 24, 40, 2, 2, 12
PATCH, SIDE, CONTEXT, VOCABULARY, END = 4, 12, 9, 20, 19
PAIRS = 5


def config():
    tower = {
        "hidden_size": WIDTH,
        "intermediate_size": MLP,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": HEADS,
        "hidden_act": "quick_gelu",
        "layer_norm_eps": 1e-5,
    }
    return {
        "model_type": "clip",
        "projection_dim": PROJECTION,
        "text_config": {**tower, "vocab_size": VOCABULARY, "max_position_embeddings": CONTEXT},
        "vision_config": {**tower, "image_size": SIDE, "patch_size": PATCH},
    }


def shapes():
    grid = (SIDE // PATCH) ** 2
    vision, text = "vision_model.embeddings.", "text_model.embeddings."
    found = {
        vision + "class_embedding": (WIDTH,),
        vision + "position_embedding.weight": (1 + grid, WIDTH),
        vision + "patch_embedding.weight": (WIDTH, 3, PATCH, PATCH),
        text + "token_embedding.weight": (VOCABULARY, WIDTH),
        text + "position_embedding.weight": (CONTEXT, WIDTH),
        "visual_projection.weight": (PROJECTION, WIDTH),
        "text_projection.weight": (PROJECTION, WIDTH),
        "logit_scale": (),
    }
    norms = ["vision_model.pre_layrnorm", "vision_model.post_layernorm", "text_model.final_layer_norm"]
    for tower in ("vision_model", "text_model"):
        for i in range(LAYERS):
            layer = f"{tower}.encoder.layers.{i}"
            norms += [layer + ".layer_norm1", layer + ".layer_norm2"]
            linears = {f"self_attn.{p}_proj": (WIDTH, WIDTH) for p in ("q", "k", "v", "out")}
            linears |= {"mlp.fc1": (MLP, WIDTH), "mlp.fc2": (WIDTH, MLP)}
            for name, shape in linears.items():
                found[f"{layer}.{name}.weight"] = shape
                found[f"{layer}.{name}.bias"] = shape[:1]
    for norm in norms:
        found[norm + ".weight"] = (WIDTH,)
        found[norm + ".bias"] = (WIDTH,)
    return found


def make_weights(random):
    weights = {}
    for name, shape in shapes().items():
        values = random.standard_normal(shape) * (0.3 if len(shape) > 1 else 0.1)
        if "norm" in name and name.endswith("weight"):
            values += 1
        weights[name] = np.float32(1.5) if name == "logit_scale" else values.astype(np.float32)
    return {name: np.asarray(values, dtype=np.float32) for name, values in weights.items()}


def make_texts(random):
    """Token sequences of several lengths; tokens recur, so that their gradients are sums."""
    return [np.append(random.integers(0, 8, 2 + i % 4), END) for i in range(PAIRS)]


def contrast(weights, pixels, texts, dtype):
    leaves = {name: torch.tensor(values, dtype=dtype, requires_grad=True) for name, values in weights.items()}
    clip = Clip(leaves, config())
    images = l2_normalise(clip.image(torch.tensor(pixels, dtype=dtype)))
    words = l2_normalise(torch.stack([clip.text(text) for text in texts]))
    logits = leaves["logit_scale"].exp() * images @ words.T
    truth = torch.arange(PAIRS)
    loss = (F.cross_entropy(logits, truth) + F.cross_entropy(logits.T, truth)) / 2
    loss.backward()
    return loss.item(), {name: leaf.grad.double().numpy() for name, leaf in leaves.items()}


def main():
    random = np.random.default_rng(4)
    weights = make_weights(random)
    pixels = random.standard_normal((PAIRS, 3, SIDE, SIDE)).astype(np.float32)
    texts = make_texts(random)
    loss, gradients = contrast(weights, pixels, texts, torch.float64)
    _, single = contrast(weights, pixels, texts, torch.float32)
    for name, gradient in gradients.items():
        if name.endswith("k_proj.bias"):
            assert np.abs(gradient).max() < 1e-12, name
            continue
        error = np.abs(gradient - single[name]).max() / np.abs(gradient).max()
        assert error < 1e-5, (name, error)
    GOLDEN.mkdir(parents=True, exist_ok=True)
    (GOLDEN / "config.json").write_text(json.dumps(config(), indent=2) + "\n")
    safetensors_file.save(GOLDEN / "model.safetensors", weights, {"format": "pt"})
    safetensors_file.save(GOLDEN / "gradients.safetensors", gradients, {"format": "pt"})
    batch = {
        "pixels": pixels,
        "loss": np.array(loss),
        "tokens.ids": np.concatenate(texts).astype(np.int64),
        "tokens.offsets": np.cumsum([0] + [len(text) for text in texts]).astype(np.int64),
    }
    safetensors_file.save(GOLDEN / "batch.safetensors", batch, {})
    print("loss", loss)


main()
