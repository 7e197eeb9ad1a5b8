"""Makes ops.safetensors: outputs and gradients of the engine's operators, from PyTorch in float64.

Inputs are float32 values; every result is computed in float64 and stored as F64. Operators are written
from their equations; backward is autograd's, and is checked here against finite differences.
Names are explained in ../resources/golden/README.md.
"""

from pathlib import Path

import numpy as np
import torch

import safetensors_file

GOLDEN = Path(__file__).resolve().parent.parent / "resources" / "golden"


def layer_norm(x, weight, bias):
    centred = x - x.mean(-1, keepdim=True)
    variance = (centred * centred).mean(-1, keepdim=True)
    return centred / torch.sqrt(variance + 1e-5) * weight + bias


def quick_gelu(x):
    return x * torch.sigmoid(1.702 * x)


def erf_gelu(x):
    return x * 0.5 * (1 + torch.erf(x / 2**0.5))


def l2_normalise(x):
    return x / torch.linalg.vector_norm(x, dim=-1, keepdim=True).clamp(min=1e-6)


def lora_linear(x, weight, bias, lora_a, lora_b):
    return x @ weight.T + bias + 2.0 * (x @ lora_a.T) @ lora_b.T


def attention(lengths, causal, heads=2):
    """Attention within each of the sequences that are packed one after the other along the rows."""

    def apply(q, k, v):
        outputs = []
        for q1, k1, v1 in zip(q.split(lengths), k.split(lengths), v.split(lengths)):
            rows, width = q1.shape
            q1, k1, v1 = (t.view(rows, heads, width // heads).transpose(0, 1) for t in (q1, k1, v1))
            logits = q1 @ k1.transpose(1, 2) / (width // heads) ** 0.5
            if causal:
                future = torch.ones(rows, rows, dtype=torch.bool).triu(1)
                logits = logits.masked_fill(future, float("-inf"))
            outputs.append((logits.softmax(-1) @ v1).transpose(0, 1).reshape(rows, width))
        return torch.cat(outputs)

    return apply


def assert_gradient(function, inputs, upstream, gradients):
    """Central differences along one random direction per input must match the analytic gradient."""
    generator = torch.Generator().manual_seed(0)
    for i, value in enumerate(inputs):
        # A step small against the smallest row keeps the clamped rows of L2 normalisation on their side.
        norm = torch.linalg.vector_norm(value.reshape(-1, value.shape[-1]), dim=-1).clamp(min=1e-6)
        scale = (1e-6 * norm).reshape(*value.shape[:-1], 1) if value.dim() > 1 else 1e-6
        step = scale * torch.randn(value.shape, generator=generator, dtype=torch.float64)
        moved = [[*inputs[:i], value + sign * step, *inputs[i + 1 :]] for sign in (1, -1)]
        above, below = ((function(*m) * upstream).sum() for m in moved)
        terms = gradients[i] * step
        error = abs((above - below) / 2 - terms.sum()) / torch.linalg.vector_norm(terms)
        assert error < 1e-6, f"input {i}: relative error {error}"


class Golden:
    def __init__(self, seed):
        self.random = np.random.default_rng(seed)
        self.tensors = {}

    def normal(self, *shape, scale=1.0):
        return (scale * self.random.standard_normal(shape)).astype(np.float32)

    def operator(self, name, function, inputs, upstream, inputs_name=None):
        """Stores output and input gradients; inputs too unless inputs_name says another operator did."""
        if inputs_name is None:
            for key, array in {**inputs, "grad_output": upstream}.items():
                self.tensors[f"{name}.{key}"] = array
        values = [torch.tensor(a, dtype=torch.float64, requires_grad=True) for a in inputs.values()]
        dy = torch.tensor(upstream, dtype=torch.float64)
        output = function(*values)
        gradients = torch.autograd.grad(output, values, dy)
        assert_gradient(function, [v.detach() for v in values], dy, gradients)
        self.tensors[f"{name}.output"] = output.detach().numpy()
        for key, gradient in zip(inputs, gradients):
            self.tensors[f"{name}.grad_{key}"] = gradient.numpy()

    def adamw(self):
        """Three steps of torch.optim.AdamW; one element always has a zero gradient, one a tiny gradient."""
        weight, gradients = self.normal(12), self.normal(3, 12)
        gradients[:, 3] = 0
        gradients[:, 7] *= 1e-8
        rates = [0.01, 0.007, 0.003]
        parameter = torch.nn.Parameter(torch.tensor(weight, dtype=torch.float64))
        optimiser = torch.optim.AdamW([parameter], lr=1, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.1)
        after = []
        for rate, gradient in zip(rates, gradients):
            optimiser.param_groups[0]["lr"] = rate
            parameter.grad = torch.tensor(gradient, dtype=torch.float64)
            optimiser.step()
            after.append(parameter.detach().numpy().copy())
        state = optimiser.state[parameter]
        self.tensors["adamw.weight"] = weight
        self.tensors["adamw.gradients"] = gradients
        self.tensors["adamw.learning_rates"] = np.array(rates)
        self.tensors["adamw.weight_decay"] = np.array(0.1)
        self.tensors["adamw.weights_after"] = np.stack(after)
        self.tensors["adamw.first_moment"] = state["exp_avg"].numpy()
        self.tensors["adamw.second_moment"] = state["exp_avg_sq"].numpy()


def main():
    torch.set_num_threads(1)
    golden = Golden(seed=17)
    normal = golden.normal

    x = normal(4, 48, scale=2.0) + np.float32(1.5)
    x[3] *= np.float32(0.002)
    inputs = {"x": x, "weight": 1 + normal(48, scale=0.2), "bias": normal(48, scale=0.2)}
    golden.operator("layer_norm", layer_norm, inputs, normal(4, 48))

    x = np.concatenate([normal(34, scale=2.0), np.float32([-30, -8, 0, 1e-4, 8, 30])])
    golden.operator("quick_gelu", quick_gelu, {"x": x}, normal(40))
    golden.operator("erf_gelu", erf_gelu, {"x": x}, golden.tensors["quick_gelu.grad_output"])

    x = normal(4, 32)
    x[1] *= np.float32(1e-3)
    x[2] *= np.float32(1e-8)
    x[3] = 0
    golden.operator("l2_normalise", l2_normalise, {"x": x}, normal(4, 32))

    inputs = {
        "x": normal(5, 24),
        "weight": normal(16, 24, scale=0.2),
        "bias": normal(16, scale=0.2),
        "lora_a": normal(3, 24, scale=0.2),
        "lora_b": normal(16, 3, scale=0.2),
    }
    golden.operator("lora_linear", lora_linear, inputs, normal(5, 16))

    even, ragged = [6, 6], [1, 7, 4]
    inputs = {key: normal(12, 128) for key in "qkv"}
    upstream = normal(12, 128)
    golden.operator("attention", attention(even, False), inputs, upstream)
    golden.operator("attention_causal", attention(even, True), inputs, upstream, "attention")
    golden.operator("attention_ragged", attention(ragged, False), inputs, upstream, "attention")
    golden.operator("attention_ragged_causal", attention(ragged, True), inputs, upstream, "attention")
    golden.tensors["attention.offsets"] = np.cumsum([0, *even])
    golden.tensors["attention_ragged.offsets"] = np.cumsum([0, *ragged])

    golden.adamw()
    path = GOLDEN / "ops.safetensors"
    safetensors_file.save(path, golden.tensors, {"generator": Path(__file__).name})
    print(f"{path.name}: {len(golden.tensors)} tensors, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
