"""Writes the adapter of PyTorch's format that LoraWeightsTest reads: rank 2 on the values of one block per tower.

Run with the PyTorch 1.13 of Debian 12 (apt install python3-torch):

    /usr/bin/python3 -B lora/src/test/python/make_adapter_fixture.py

Element i of a tensor is i / 8, less 1 in lora_B.
"""

import json
import pathlib

import torch

OUT = pathlib.Path(__file__).resolve().parents[1] / "resources" / "adapter_bin"


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    state = {}
    for tower, width in ("vision_model", 8), ("text_model", 12):
        module = f"base_model.model.{tower}.encoder.layers.0.self_attn.v_proj"
        state[f"{module}.lora_A.weight"] = (torch.arange(2 * width) / 8).reshape(2, width)
        state[f"{module}.lora_B.weight"] = (torch.arange(2 * width) / 8 - 1).reshape(width, 2)
    torch.save(state, OUT / "adapter_model.bin")
    config = {"peft_type": "LORA", "r": 2, "lora_alpha": 4, "lora_dropout": 0.0, "bias": "none",
              "target_modules": r".*layers\.0\..*v_proj"}
    (OUT / "adapter_config.json").write_text(json.dumps(config, indent=2) + "\n")


if __name__ == "__main__":
    main()
