"""TTD training of the LoRA adapters: torch.optim.AdamW, poly schedule, accumulation, clipping; in any precision.

Adapter weights without gradient (query and key of the last vision block, whose attention is the identity) get a zero
gradient, so that the optimiser treats all alike.
"""

import math
from dataclasses import dataclass

import numpy as np
import torch

import ttd_reference as ttd
from clip_reference import Clip
from golden_inputs import clip_config

LEARNING_RATE, WEIGHT_DECAY, POLY_POWER = 1e-4, 5e-5, 0.9


@dataclass
class Recipe:
    targets: tuple
    rank: int
    alpha: int
    total_steps: int
    batches: list  # per step, the batches whose gradients are averaged
    max_norm: float = math.inf


@dataclass
class Step:
    forwards: list
    gradients: dict
    norm: float
    rate: float
    weights: dict  # after the step


class Experiment:
    """One training run in one precision."""

    def __init__(self, recipe, model, lora, data, dtype, disturb=None):
        """disturb, if given, is applied to every frozen weight."""
        self.recipe = recipe
        self.sequences, batches = data
        weights = {k: torch.tensor(v).to(dtype) for k, v in model.items() if v.dtype != np.int64}
        if disturb:
            weights = {k: disturb(v) for k, v in weights.items()}
        self.lora = {k: torch.tensor(v).to(dtype).requires_grad_() for k, v in lora.items()}
        self.clip = Clip(weights, clip_config(), self.lora, recipe.alpha / recipe.rank)
        self.batches = [ttd.Batch(torch.tensor(pixels).to(dtype), *rest) for pixels, *rest in batches]
        self.optimiser = torch.optim.AdamW(
            self.lora.values(), betas=(0.9, 0.999), eps=1e-8, weight_decay=WEIGHT_DECAY
        )

    def run(self):
        return [self.step(i) for i in range(len(self.recipe.batches))]

    def step(self, index):
        self.optimiser.zero_grad(set_to_none=True)
        forwards = []
        for batch in self.recipe.batches[index]:
            forwards.append(ttd.forward(self.clip, self.batches[batch], self.sequences))
            (forwards[-1].loss / len(self.recipe.batches[index])).backward()
        for parameter in self.lora.values():
            if parameter.grad is None:
                parameter.grad = torch.zeros_like(parameter)
        gradients = {name: p.grad.clone() for name, p in self.lora.items()}
        norm = torch.nn.utils.clip_grad_norm_(self.lora.values(), self.recipe.max_norm).item()
        rate = LEARNING_RATE * (1 - index / self.recipe.total_steps) ** POLY_POWER
        self.optimiser.param_groups[0]["lr"] = rate
        self.optimiser.step()
        weights = {name: p.detach().clone() for name, p in self.lora.items()}
        return Step(forwards, gradients, norm, rate, weights)

    def first_moments(self):
        return {name: self.optimiser.state[p]["exp_avg"] for name, p in self.lora.items()}
