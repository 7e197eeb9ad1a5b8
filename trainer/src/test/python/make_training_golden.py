"""Makes the training golden files: a small CLIP, its LoRA fine-tuning by TTD, and the PEFT adapter it starts from.

Everything is computed in float64 from weights, adapters and pixels that are float32 values (model weights: float16
values), then once more in float32: the script fails unless both agree, so that a correct float32 engine can be held
to these numbers. A grid cell counts as valid iff the CENTRE of its patch lies inside the valid region
[x, x + width) x [y, y + height) of the padded image; minima, maxima, norm and losses look at valid cells only.
Adapter weights without gradient (query and key of the last vision block) get a zero gradient and decay like all others.
Seeds are chosen so that every check in golden_checks.py holds; the tolerances there are fixed.
Names are explained in ../resources/golden/README.md.
"""

import json
import math
import sys
from pathlib import Path

import numpy as np
import torch

import golden_checks as checks
import ttd_reference as ttd
from clip_reference import Clip, l2_normalise
from golden_inputs import NATIVE_SIDE, PATCH, ModelInit, clip_config, lora_init, make_data
from training_reference import LEARNING_RATE, POLY_POWER, WEIGHT_DECAY, Experiment, Recipe

ROOT = Path(__file__).resolve().parents[4]
sys.path.insert(0, str(ROOT / "engine/src/test/python"))
import safetensors_file  # noqa: E402

GOLDEN = ROOT / "trainer/src/test/resources/golden"
PEFT_PREFIX = "base_model.model."
MAX_NORM = 0.12  # about half the gradient norm of the clipped run


def peft_name(name):
    return f"{PEFT_PREFIX}{name}.weight"


def save_model(model):
    folder = GOLDEN / "model"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(clip_config(), indent=2) + "\n")
    safetensors_file.save(folder / "model.safetensors", model, {"format": "pt"})


def save_adapter(lora, targets, rank, alpha):
    folder = GOLDEN / "adapter"
    folder.mkdir(parents=True, exist_ok=True)
    config = {
        "alpha_pattern": {},
        "base_model_name_or_path": "../model",
        "bias": "none",
        "exclude_modules": None,
        "fan_in_fan_out": False,
        "inference_mode": True,
        "init_lora_weights": True,
        "layers_pattern": None,
        "layers_to_transform": None,
        "lora_alpha": alpha,
        "lora_bias": False,
        "lora_dropout": 0.0,
        "modules_to_save": None,
        "peft_type": "LORA",
        "r": rank,
        "rank_pattern": {},
        "target_modules": list(targets),
        "target_parameters": None,
        "task_type": None,
        "use_dora": False,
        "use_rslora": False,
    }
    (folder / "adapter_config.json").write_text(json.dumps(config, indent=2) + "\n")
    tensors = {peft_name(name): value for name, value in lora.items()}
    safetensors_file.save(folder / "adapter_model.safetensors", tensors, {"format": "pt"})


def ragged(lists):
    """A list of lists as one array and its offsets."""
    return np.concatenate(lists).astype(np.int64), np.cumsum([0, *map(len, lists)])


def array(tensors):
    return torch.cat(tensors).detach().numpy() if isinstance(tensors, list) else tensors.detach().numpy()


def input_tensors(data):
    sequences, batches = data
    tensors = {}
    tensors["tokens.ids"], tensors["tokens.offsets"] = ragged(sequences)
    for i, (pixels, regions, texts, tags) in enumerate(batches):
        tensors[f"batch{i}.pixels"] = pixels
        tensors[f"batch{i}.valid"] = np.array(regions)
        tensors[f"batch{i}.texts"] = np.array(texts)
        tensors[f"batch{i}.tags"], tensors[f"batch{i}.tag_offsets"] = ragged(tags)
    return tensors


def recipe_tensors(recipe):
    values = {
        "learning_rate": LEARNING_RATE,
        "weight_decay": WEIGHT_DECAY,
        "poly_power": POLY_POWER,
        "total_steps": recipe.total_steps,
        "rank": recipe.rank,
        "alpha": recipe.alpha,
        "sim_weight": ttd.SIM_WEIGHT,
        "sim_bias": ttd.SIM_BIAS,
    }
    if recipe.max_norm < math.inf:
        values["max_norm"] = recipe.max_norm
    return {f"recipe.{key}": np.array(float(value)) for key, value in values.items()}


def step_tensors(recipe, steps):
    tensors = {
        "steps.batches": np.array(recipe.batches),
        "steps.learning_rate": np.array([s.rate for s in steps]),
        "steps.grad_norm": np.array([s.norm for s in steps]),
    }
    for part in ("loss", "distill", "tag"):
        values = [[getattr(f, part).item() for f in s.forwards] for s in steps]
        tensors[f"steps.{part}"] = np.array(values)
    for i, step in enumerate(steps):
        for batch, f in zip(recipe.batches[i], step.forwards):
            name = f"step{i}.batch{batch}"
            tensors[name + ".scores"] = array([f.tag_maps(s).amax(1) for s in range(len(f.targets))])
            tensors[name + ".selected"] = array([t.selected for t in f.targets]).astype(np.int64)
    return tensors


def forward_tensors(f, clip, sequences):
    """Intermediates of the first step; invalid cells of norm and union are zero."""
    def spread(values, cells):
        full = torch.zeros(*values.shape[:-1], len(cells), dtype=values.dtype)
        full[..., cells] = values
        return full

    unions = [spread(t.union, c) for t, c in zip(f.targets, f.cells)]
    return {
        "step0.dense": array(f.dense),
        "step0.text_embedding": array(torch.stack([l2_normalise(clip.text(s)) for s in sequences])),
        "step0.text_cosine": array(torch.stack(f.text_cosine)),
        "step0.tag_cosine": array(f.tag_cosine),
        "step0.cells": array(torch.stack(f.cells)).astype(np.int64),
        "step0.norm": array([spread(t.norm, c) for t, c in zip(f.targets, f.cells)]),
        "step0.union": array(torch.stack(unions)),
    }


def base_tensors(model, data):
    """Outputs of the model without adapters; images at the native size are the top-left corners of batch 0."""
    weights = {k: torch.tensor(v).double() for k, v in model.items() if v.dtype != np.int64}
    clip = Clip(weights, clip_config())
    sequences, batches = data
    pixels = torch.tensor(batches[0][0]).double()
    side = NATIVE_SIDE * PATCH
    return {
        "base.image_embedding": array(l2_normalise(clip.image(pixels[:, :, :side, :side]))),
        "base.image_embedding_resized": array(l2_normalise(clip.image(pixels))),
        "base.dense": array(clip.dense(pixels)),
        "base.text_embedding": array(torch.stack([l2_normalise(clip.text(s)) for s in sequences])),
    }


def named(prefix, tensors):
    return {f"{prefix}.{peft_name(name)}": array(value) for name, value in tensors.items()}


def checked_run(title, recipe, model, lora, data):
    def fresh(dtype=torch.float64, disturb=None):
        return Experiment(recipe, model, lora, data, dtype, disturb)

    print(title)
    checks.check_liveliness(fresh())
    checks.check_finite_differences(fresh(), seed=1)
    experiment = fresh()
    steps = experiment.run()
    checks.check_gradients_live(steps[0].gradients)
    checks.check_selections(steps)
    checks.check_margins(steps)
    checks.check_single_precision(steps, fresh)
    print("  losses", " ".join(f"{sum(f.loss.item() for f in s.forwards) / len(s.forwards):.6f}" for s in steps))
    print("  gradient norms", " ".join(f"{s.norm:.4f}" for s in steps))
    return experiment, steps


def save(path, tensors):
    safetensors_file.save(path, tensors, {"generator": Path(__file__).name})
    print(f"  {path.name}: {len(tensors)} tensors, {path.stat().st_size} bytes")


def make_main_file(model, data):
    recipe = Recipe(("q_proj", "v_proj"), rank=4, alpha=8, total_steps=10, batches=[[i % 2] for i in range(10)])
    lora = lora_init(recipe.targets, recipe.rank, seed=41)
    _, steps = checked_run("training", recipe, model, lora, data)
    save_model(model)
    save_adapter(lora, recipe.targets, recipe.rank, recipe.alpha)
    # The intermediates come from the initial adapters, which training has moved on from.
    start = Experiment(recipe, model, lora, data, torch.float64)
    tensors = {
        **input_tensors(data),
        **recipe_tensors(recipe),
        **step_tensors(recipe, steps),
        **forward_tensors(steps[0].forwards[0], start.clip, data[0]),
        **base_tensors(model, data),
        **{peft_name(name): value for name, value in lora.items()},
        **named("grad", steps[0].gradients),
    }
    for count in (1, 2, 10):
        tensors.update(named(f"after{count}", steps[count - 1].weights))
    save(GOLDEN / "training.safetensors", tensors)


def make_clip_file(model, data):
    targets = ("q_proj", "k_proj", "v_proj", "out_proj", "fc1", "fc2")
    recipe = Recipe(targets, rank=2, alpha=4, total_steps=2, batches=[[0, 1], [0, 1]], max_norm=MAX_NORM)
    lora = lora_init(recipe.targets, recipe.rank, seed=9)
    experiment, steps = checked_run("training with clipping and accumulation", recipe, model, lora, data)
    assert all(0.4 < MAX_NORM / step.norm < 0.6 for step in steps), "the clipping norm should be about half"
    tensors = {
        **recipe_tensors(recipe),
        **step_tensors(recipe, steps),
        **{peft_name(name): value for name, value in lora.items()},
        **named("grad", steps[0].gradients),
        **named("after2", steps[1].weights),
        **named("first_moment", experiment.first_moments()),
    }
    save(GOLDEN / "training_clip.safetensors", tensors)


def main():
    torch.set_num_threads(1)
    model, data = ModelInit(seed=8).make(), make_data(seed=2)
    make_main_file(model, data)
    make_clip_file(model, data)


if __name__ == "__main__":
    main()
