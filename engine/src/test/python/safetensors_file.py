"""Writes the safetensors format: a little-endian u64 header length, a JSON header, then the raw tensors."""

import json
import struct

import numpy as np

DTYPES = {"float64": "F64", "float32": "F32", "float16": "F16", "int64": "I64"}


def save(path, tensors, metadata):
    """Writes name -> NumPy array, widest dtype first and then by name; the header is padded to 8 bytes."""
    header = {"__metadata__": metadata}
    order = sorted(tensors, key=lambda name: (-tensors[name].dtype.itemsize, name))
    begin = 0
    for name in order:
        array = tensors[name]
        end = begin + array.nbytes
        header[name] = {
            "dtype": DTYPES[array.dtype.name],
            "shape": list(array.shape),
            "data_offsets": [begin, end],
        }
        begin = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)))
        file.write(text)
        for name in order:
            array = tensors[name]
            little = array.astype(array.dtype.newbyteorder("<"))
            file.write(np.ascontiguousarray(little).tobytes())
