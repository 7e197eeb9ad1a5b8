"""Writes the small PyTorch checkpoints that TorchFilesTest reads, what their tensors hold, and a pickle per protocol.

Run with the PyTorch 1.13 of Debian 12 (apt install python3-torch):

    /usr/bin/python3 engine/src/test/python/make_torch_fixtures.py

Checkpoints go to engine/src/test/resources/torch, pickles to .../pickle; expected.json maps file -> tensor -> {dtype, shape, values}. Values are written
as decimal fp64, which is exact for every type but the largest int64.
"""

import argparse
import collections
import json
import os
import pathlib
import pickle

import torch
from torch import nn

RESOURCES = pathlib.Path(__file__).resolve().parents[1] / "resources"
OUT = RESOURCES / "torch"
DTYPES = {
    torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16",
    torch.int64: "I64", torch.int32: "I32", torch.int16: "I16", torch.int8: "I8", torch.uint8: "U8", torch.bool: "BOOL",
}


def every_dtype():
    values = torch.randn(2, 3)
    state = collections.OrderedDict()
    for dtype in (torch.float64, torch.float32, torch.float16, torch.bfloat16):
        state["float." + DTYPES[dtype]] = values.to(dtype)
    for dtype in (torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8):
        state["integer." + DTYPES[dtype]] = torch.arange(5).to(dtype)
    state["bool"] = torch.tensor([True, False, True])
    state["scalar"] = torch.tensor(0.07)
    state["empty"] = torch.zeros(0, 4)
    return state


def strides_and_shared_storages():
    base = torch.arange(24, dtype=torch.float32).reshape(4, 6)
    return {
        "whole": base,
        "tied": base,
        "transposed": base.t(),
        "row": base[2],
        "column": base[:, 1],
        "steps": base[1::2, ::3],
        "permuted": torch.arange(24, dtype=torch.float16).reshape(2, 3, 4).permute(2, 0, 1),
    }


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.ln_1 = nn.LayerNorm(width)
        self.mlp = nn.Sequential(collections.OrderedDict([("c_fc", nn.Linear(width, 2 * width)), ("gelu", nn.GELU()),
                                                          ("c_proj", nn.Linear(2 * width, width))]))

    def forward(self, x):
        return x + self.mlp(self.ln_1(x))


class Tower(nn.Module):
    def __init__(self):
        super().__init__()
        self.proj = nn.Parameter(torch.randn(4, 2))
        self.register_buffer("input_resolution", torch.tensor(224))
        self.resblocks = nn.Sequential(Block(4), Block(4))
        self.half()
        self.resblocks[0].ln_1.float()
        self.resblocks[1].ln_1.float()

    def forward(self, x):
        return self.resblocks(x) @ self.proj


class Settings:
    """A class no reader can know: must become an inert placeholder."""

    def __init__(self):
        self.learning_rate = 1e-4
        self.nested = {"list": [1, 2, (3, 4)], "set": {5}}


class Hostile:
    def __reduce__(self):
        return os.system, ("touch /tmp/ttd-engine-was-here",)


def describe(state):
    return {
        name: {
            "dtype": DTYPES[tensor.dtype],
            "shape": list(tensor.shape),
            "values": [float(v) for v in tensor.detach().to(torch.float64).flatten()],
        }
        for name, tensor in state.items()
    }


def every_pickled_type():
    shared = ["cat", "a \\ b\n", "caf\u00e9 \U0001f600"]
    return {
        "refs": [{"ref_id": i, "split": "val", "tokens": shared, "box": (1.5, -2, i)} for i in range(3)],
        "integers": [0, 255, 256, 65535, 65536, -1, -2 ** 31, 2 ** 31, -2 ** 63, 2 ** 63, 2 ** 2000],
        "floats": [0.1, -1e300, float("inf"), float("-inf")],
        "constants": [None, True, False],
        "tuples": [(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)],
        "bytes": b"\x00\xff\n" + bytes(300),
        "ordered": collections.OrderedDict([("b", 1), ("a", 2)]),
        "default": collections.defaultdict(list, {"k": [1]}),
        "long": "x" * 300,
        7: "integer key",
        (1, 2): "tuple key",
        "class": collections.Counter,
        "object": Settings(),
        "set": {1},
        "frozen": frozenset([2]),
    }


def main():
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    torch.manual_seed(7)
    OUT.mkdir(parents=True, exist_ok=True)
    dtypes, strided, tower = every_dtype(), strides_and_shared_storages(), Tower()
    parameters = {name: nn.Parameter(torch.randn(3)) for name in ("weight", "bias")}
    wrapped = {
        "epoch": 3, "loss": 0.25, "done": False, "big": 2 ** 70, "name": "caf\u00e9", "args": Settings(),
        "optimizer": {"state": {0: {"exp_avg": torch.randn(3)}}, "param_groups": [{"lr": 1e-4, "params": [0]}]},
        "state_dict": collections.OrderedDict(("module." + name, p) for name, p in parameters.items()),
    }
    under_model = {"model": tower.state_dict(), "step": 10, "device": torch.device("cpu"), "size": torch.Size([2, 3])}
    expected = {
        "dtypes.pt": dtypes,
        "dtypes_legacy.pt": dtypes,
        "dtypes_protocol4.pt": dtypes,
        "strides.pt": strided,
        "strides_legacy.pt": strided,
        "wrapped.pt": wrapped["state_dict"],
        "wrapped_legacy.pt": wrapped["state_dict"],
        "under_model.pt": under_model["model"],
        "script.pt": tower.state_dict(),
    }
    torch.save(dtypes, OUT / "dtypes.pt")
    torch.save(dtypes, OUT / "dtypes_legacy.pt", _use_new_zipfile_serialization=False)
    torch.save(dtypes, OUT / "dtypes_protocol4.pt", pickle_protocol=4)
    torch.save(strided, OUT / "strides.pt")
    torch.save(strided, OUT / "strides_legacy.pt", _use_new_zipfile_serialization=False)
    torch.save(wrapped, OUT / "wrapped.pt")
    torch.save(wrapped, OUT / "wrapped_legacy.pt", _use_new_zipfile_serialization=False)
    torch.save(under_model, OUT / "under_model.pt")
    torch.jit.script(tower).save(str(OUT / "script.pt"))
    torch.save({"weight": torch.zeros(2), "payload": Hostile()}, OUT / "hostile.pt")
    torch.save({"weight": torch.zeros(2), "payload": Hostile()}, OUT / "hostile_legacy.pt",
               _use_new_zipfile_serialization=False)
    torch.save(torch.zeros(1).expand(1000), OUT / "single_tensor.pt")
    torch.save({"expanded": torch.zeros(1).expand(1000)}, OUT / "expanded.pt")
    torch.save({"epoch": 3, "ema": {"weight": torch.zeros(2)}}, OUT / "no_state_dict.pt")
    torch.save({"weight": torch.zeros(2, dtype=torch.complex64)}, OUT / "complex.pt")
    (OUT / "expected.json").write_text(
        json.dumps({file: describe(state) for file, state in expected.items()}, indent=1) + "\n")
    (RESOURCES / "pickle").mkdir(exist_ok=True)
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        (RESOURCES / "pickle" / f"protocol{protocol}.p").write_bytes(pickle.dumps(every_pickled_type(), protocol))


if __name__ == "__main__":
    main()
