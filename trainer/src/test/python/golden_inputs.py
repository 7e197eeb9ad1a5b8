"""What the training golden files start from: a small CLIP, adapters, pictures and token sequences, all random."""

import math

import numpy as np
import torch

WIDTH, MLP, HEADS, LAYERS, PROJECTION = 128, 256, 2, 2, 32
PATCH, NATIVE_SIDE, CONTEXT, VOCABULARY, START, END = 8, 4, 16, 64, 62, 63
IMAGE_HEIGHT, IMAGE_WIDTH = 48, 40


def clip_config():
    tower = {
        "hidden_size": WIDTH,
        "intermediate_size": MLP,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": HEADS,
        "projection_dim": PROJECTION,
        "hidden_act": "quick_gelu",
        "layer_norm_eps": 1e-5,
        "attention_dropout": 0.0,
        "initializer_factor": 1.0,
        "initializer_range": 0.02,
    }
    text = {
        "model_type": "clip_text_model",
        "vocab_size": VOCABULARY,
        "max_position_embeddings": CONTEXT,
        "bos_token_id": START,
        "eos_token_id": END,
        "pad_token_id": 0,
    }
    vision = {
        "model_type": "clip_vision_model",
        "image_size": NATIVE_SIDE * PATCH,
        "patch_size": PATCH,
        "num_channels": 3,
    }
    return {
        "architectures": ["CLIPModel"],
        "model_type": "clip",
        "projection_dim": PROJECTION,
        "logit_scale_init_value": 2.6592,
        "initializer_factor": 1.0,
        "text_config": {**text, **tower},
        "vision_config": {**vision, **tower},
        "torch_dtype": "float16",
    }


class ModelInit:
    """Random weights, as float16 values, scaled so that attention is peaked and blocks outweigh the residual."""

    def __init__(self, seed):
        self.random = np.random.default_rng(seed)
        self.tensors = {}

    def normal(self, name, *shape, scale, mean=0.0):
        self.tensors[name] = (mean + scale * self.random.standard_normal(shape)).astype(np.float16)

    def linear(self, name, outputs, inputs, gain):
        self.normal(name + ".weight", outputs, inputs, scale=gain / math.sqrt(inputs))
        self.normal(name + ".bias", outputs, scale=0.1)

    def layer_norm(self, name):
        self.normal(name + ".weight", WIDTH, scale=0.1, mean=1.0)
        self.normal(name + ".bias", WIDTH, scale=0.1)

    def tower(self, name):
        for i in range(LAYERS):
            layer = f"{name}.encoder.layers.{i}"
            self.layer_norm(layer + ".layer_norm1")
            self.layer_norm(layer + ".layer_norm2")
            for projection, gain in (("q", 1.2), ("k", 1.2), ("v", 2.0), ("out", 1.5)):
                self.linear(f"{layer}.self_attn.{projection}_proj", WIDTH, WIDTH, gain)
            self.linear(layer + ".mlp.fc1", MLP, WIDTH, 1.0)
            self.linear(layer + ".mlp.fc2", WIDTH, MLP, 1.0)

    def make(self):
        text, vision = "text_model.embeddings.", "vision_model.embeddings."
        positions = NATIVE_SIDE**2 + 1
        self.normal(text + "token_embedding.weight", VOCABULARY, WIDTH, scale=0.5)
        self.normal(text + "position_embedding.weight", CONTEXT, WIDTH, scale=0.2)
        self.tensors[text + "position_ids"] = np.arange(CONTEXT)[None]
        self.tower("text_model")
        self.layer_norm("text_model.final_layer_norm")
        self.normal(vision + "class_embedding", WIDTH, scale=0.5)
        self.normal(vision + "patch_embedding.weight", WIDTH, 3, PATCH, PATCH, scale=0.07)
        self.normal(vision + "position_embedding.weight", positions, WIDTH, scale=0.4)
        self.tensors[vision + "position_ids"] = np.arange(positions)[None]
        self.layer_norm("vision_model.pre_layrnorm")
        self.tower("vision_model")
        self.layer_norm("vision_model.post_layernorm")
        self.normal("text_projection.weight", PROJECTION, WIDTH, scale=WIDTH**-0.5)
        self.normal("visual_projection.weight", PROJECTION, WIDTH, scale=WIDTH**-0.5)
        self.tensors["logit_scale"] = np.array(2.6592, dtype=np.float16)
        return self.tensors


def lora_init(targets, rank, seed):
    """name.lora_A uniform in +-1/sqrt(inputs), name.lora_B small but not zero, so that A has a gradient."""
    random = np.random.default_rng(seed)
    sizes = {"fc1": (MLP, WIDTH), "fc2": (WIDTH, MLP)}
    lora = {}
    for tower in ("text_model", "vision_model"):
        for i in range(LAYERS):
            for target in targets:
                outputs, inputs = sizes.get(target, (WIDTH, WIDTH))
                module = "mlp" if target in sizes else "self_attn"
                name = f"{tower}.encoder.layers.{i}.{module}.{target}"
                bound = 1 / math.sqrt(inputs)
                lora[name + ".lora_A"] = random.uniform(-bound, bound, (rank, inputs)).astype(np.float32)
                lora[name + ".lora_B"] = (0.05 * random.standard_normal((outputs, rank))).astype(np.float32)
    return dict(sorted(lora.items()))


def random_pictures(random, regions):
    """Smooth colour fields plus noise, float32; zero outside each region x, y, width, height."""
    coarse = torch.tensor(random.standard_normal((len(regions), 3, 4, 4)))
    smooth = torch.nn.functional.interpolate(coarse, size=(IMAGE_HEIGHT, IMAGE_WIDTH), mode="bilinear")
    pixels = smooth.numpy() + 0.7 * random.standard_normal(smooth.shape)
    padded = np.zeros_like(pixels)
    for i, (x, y, width, height) in enumerate(regions):
        window = np.s_[i, :, y : y + height, x : x + width]
        padded[window] = pixels[window]
    return padded.astype(np.float32)


def make_data(seed):
    """Two batches of three samples over one table of distinct token sequences, each START words END."""
    random = np.random.default_rng(seed)
    lengths = [7, 5, 9, 1, 1, 2, 1, 3, 1, 2, 1, 6, 4, 8, 1, 1, 2, 1, 3, 1]
    first = random.permutation(START)  # distinct first words keep the sequences distinct
    sequences = [[START, int(w), *random.integers(START, size=n - 1).tolist(), END] for w, n in zip(first, lengths)]
    whole = (0, 0, IMAGE_WIDTH, IMAGE_HEIGHT)
    plan = [
        # Tags 3 and 4 belong to two samples. The region of sample 1 cuts patches on all four sides; its corner cell
        # is valid by its centre although less than half of the patch lies inside.
        ([whole, (3, 3, 32, 38), whole], [0, 1, 2], [[3, 4], [5, 4, 6, 7, 8], [9, 10, 3]]),
        # Sample 0 has a single tag; tag 16 belongs to samples 1 and 2; sample 2 is padded right and below.
        ([whole, whole, (0, 0, 35, 27)], [11, 12, 13], [[14], [15, 16, 17, 5], [18, 16, 19, 8, 10]]),
    ]
    return sequences, [(random_pictures(random, r), r, texts, tags) for r, texts, tags in plan]
