"""Writes the small CLIP checkpoints that ClipCheckpointTest reads.

Run with the PyTorch 1.13 of Debian 12 (apt install python3-torch):

    /usr/bin/python3 -B vit/src/test/python/make_checkpoint_fixtures.py

Element i of a tensor is a hash of i and of OpenAI's name of the tensor, exact in fp16; TinyClip.java computes the same.
"""

import collections
import json
import pathlib
import shutil
import zlib

import torch
from torch import nn

OUT = pathlib.Path(__file__).resolve().parents[1] / "resources" / "checkpoints"
# Widths of the image and the text tower, their blocks, hidden widths and heads; embedding, patch, grid, context, vocabulary.
OPENAI = dict(vision=(64, 2, 16, 1), text=(64, 1, 16, 1), embedding=24, patch=4, grid=2, context=7, vocabulary=40)
SMALL = dict(vision=(8, 2, 12, 2), text=(12, 1, 20, 3), embedding=6, patch=4, grid=3, context=7, vocabulary=40)


def shapes(model):
    """OpenAI's names and shapes."""
    width, layers, hidden, _ = model["vision"]
    yield "visual.class_embedding", (width,)
    yield "visual.positional_embedding", (1 + model["grid"] ** 2, width)
    yield "visual.conv1.weight", (width, 3, model["patch"], model["patch"])
    yield from norm("visual.ln_pre", width)
    yield from blocks("visual.transformer", width, layers, hidden)
    yield from norm("visual.ln_post", width)
    yield "visual.proj", (width, model["embedding"])
    width, layers, hidden, _ = model["text"]
    yield "token_embedding.weight", (model["vocabulary"], width)
    yield "positional_embedding", (model["context"], width)
    yield from blocks("transformer", width, layers, hidden)
    yield from norm("ln_final", width)
    yield "text_projection", (width, model["embedding"])
    yield "logit_scale", ()


def norm(name, width):
    yield name + ".weight", (width,)
    yield name + ".bias", (width,)


def blocks(name, width, layers, hidden):
    for block in (f"{name}.resblocks.{i}" for i in range(layers)):
        yield from norm(block + ".ln_1", width)
        yield block + ".attn.in_proj_weight", (3 * width, width)
        yield block + ".attn.in_proj_bias", (3 * width,)
        yield block + ".attn.out_proj.weight", (width, width)
        yield block + ".attn.out_proj.bias", (width,)
        yield from norm(block + ".ln_2", width)
        yield block + ".mlp.c_fc.weight", (hidden, width)
        yield block + ".mlp.c_fc.bias", (hidden,)
        yield block + ".mlp.c_proj.weight", (width, hidden)
        yield block + ".mlp.c_proj.bias", (width,)


def values(name, shape):
    count = torch.Size(shape).numel()
    offset = zlib.crc32(name.encode())
    numbers = [(((i * 2654435761 + offset) & 0xFFFFFFFF) >> 22) - 512 for i in range(count)]
    return (torch.tensor(numbers, dtype=torch.float32) / 4096).reshape(shape)


def state(model):
    return collections.OrderedDict((name, values(name, shape)) for name, shape in shapes(model))


class Branch(nn.Module):
    """A node of the module tree; scripted, its attribute names are all that counts."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x


def write_openai():
    """A TorchScript archive: linear and convolution weights in fp16, the rest in fp32, three integers besides."""
    root = Branch()
    for name, tensor in state(OPENAI).items():
        *path, leaf = name.split(".")
        node = root
        for part in path:
            if not hasattr(node, part):
                node.add_module(part, Branch())
            node = getattr(node, part)
        kept = "ln_" in name or "embedding" in name or name == "logit_scale"
        node.register_parameter(leaf, nn.Parameter(tensor if kept else tensor.half()))
    for name, value in ("input_resolution", 8), ("context_length", 7), ("vocab_size", 40):
        root.register_buffer(name, torch.tensor(value))
    torch.jit.script(root).save(str(OUT / "openai.pt"))


def write_hugging_face():
    """pytorch_model.bin of a CLIPModel, with the index buffers of older versions."""
    converted = collections.OrderedDict()
    for name, tensor in state(SMALL).items():
        for part, piece in hugging_face(name, tensor):
            converted[part] = piece.half()
    converted["vision_model.embeddings.position_ids"] = torch.arange(10)[None]
    converted["text_model.embeddings.position_ids"] = torch.arange(7)[None]
    (OUT / "hugging_face").mkdir()
    torch.save(converted, OUT / "hugging_face" / "pytorch_model.bin")
    (OUT / "hugging_face" / "config.json").write_text(json.dumps({
        "model_type": "clip",
        "projection_dim": 6,
        "vision_config": {
            "hidden_size": 8, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 12,
            "patch_size": 4, "image_size": 12, "hidden_act": "quick_gelu", "layer_norm_eps": 1e-05,
        },
        "text_config": {
            "hidden_size": 12, "num_hidden_layers": 1, "num_attention_heads": 3, "intermediate_size": 20,
            "max_position_embeddings": 7, "vocab_size": 40, "hidden_act": "quick_gelu", "eos_token_id": 2,
        },
    }, indent=2) + "\n")


def hugging_face(name, tensor):
    if name == "visual.proj":
        return [("visual_projection.weight", tensor.t().contiguous())]
    if name == "text_projection":
        return [("text_projection.weight", tensor.t().contiguous())]
    if name == "visual.class_embedding":
        return [("vision_model.embeddings.class_embedding", tensor)]
    if name == "visual.conv1.weight":
        return [("vision_model.embeddings.patch_embedding.weight", tensor)]
    if name == "logit_scale":
        return [(name, tensor)]
    tower = "vision_model" if name.startswith("visual.") else "text_model"
    rest = name[len("visual."):] if name.startswith("visual.") else name
    fixed = {
        "positional_embedding": "embeddings.position_embedding.weight",
        "token_embedding.weight": "embeddings.token_embedding.weight",
        "ln_pre.weight": "pre_layrnorm.weight", "ln_pre.bias": "pre_layrnorm.bias",
        "ln_post.weight": "post_layernorm.weight", "ln_post.bias": "post_layernorm.bias",
        "ln_final.weight": "final_layer_norm.weight", "ln_final.bias": "final_layer_norm.bias",
    }
    if rest in fixed:
        return [(f"{tower}.{fixed[rest]}", tensor)]
    _, _, block, *inner = rest.split(".")
    inner = ".".join(inner)
    prefix = f"{tower}.encoder.layers.{block}."
    if inner.startswith("attn.in_proj_"):
        kind = inner[len("attn.in_proj_"):]
        return [(f"{prefix}self_attn.{p}_proj.{kind}", piece) for p, piece in zip("qkv", tensor.chunk(3))]
    owner, kind = inner.rsplit(".", 1)
    renamed = {
        "ln_1": "layer_norm1", "ln_2": "layer_norm2", "attn.out_proj": "self_attn.out_proj",
        "mlp.c_fc": "mlp.fc1", "mlp.c_proj": "mlp.fc2",
    }[owner]
    return [(f"{prefix}{renamed}.{kind}", tensor)]


def write_open_clip():
    """A training checkpoint of a CustomTextCLIP on several devices, wrapped, with a logit scale of shape [1]."""
    converted = collections.OrderedDict()
    for name, tensor in state(SMALL).items():
        text = not name.startswith("visual.") and name != "logit_scale"
        converted["module." + ("text." if text else "") + name] = tensor.half()
    converted["module.logit_scale"] = converted["module.logit_scale"].reshape(1)
    converted["module.logit_bias"] = torch.tensor(-10.0)
    (OUT / "open_clip").mkdir()
    torch.save({"epoch": 3, "name": "tiny", "state_dict": converted}, OUT / "open_clip" / "open_clip_pytorch_model.bin")
    (OUT / "open_clip" / "open_clip_config.json").write_text(json.dumps({
        "model_cfg": {
            "embed_dim": 6,
            "vision_cfg": {"image_size": 12, "layers": 2, "width": 8, "head_width": 4, "mlp_ratio": 1.5, "patch_size": 4},
            "text_cfg": {
                "context_length": 7, "vocab_size": 40, "width": 12, "heads": 3, "layers": 1, "mlp_ratio": 20 / 12,
            },
        },
        "preprocess_cfg": {"mean": [0.48145466, 0.4578275, 0.40821073], "std": [0.26862954, 0.26130258, 0.27577711]},
    }, indent=2) + "\n")


def main():
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    write_openai()
    write_hugging_face()
    write_open_clip()
    for file in sorted(OUT.rglob("*.*")):
        if file.is_file():
            print(f"{file.relative_to(OUT)}: {file.stat().st_size} bytes")


if __name__ == "__main__":
    main()
