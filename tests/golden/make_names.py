"""Writes torch-names.json: the public names of torch, torch.Tensor, torch.nn.functional and torch.linalg, against which tests hold ours.

Run it with a Python that has torch: python tests/golden/make_names.py
"""

import json
import pathlib
import types

import torch


def names(owner):
    return sorted(n for n in dir(owner) if not n.startswith("_") and callable(getattr(owner, n)) and not isinstance(getattr(owner, n), (type, types.ModuleType)))


found = {"torch": names(torch), "Tensor": names(torch.Tensor), "functional": names(torch.nn.functional), "linalg": names(torch.linalg)}
path = pathlib.Path(__file__).with_name("torch-names.json")
path.write_text(f'{{"torch":"{torch.__version__}","names":{{\n' + ",\n".join(f'"{k}":{json.dumps(v, separators=(",", ":"))}' for k, v in found.items()) + "\n}}\n")
print({k: len(v) for k, v in found.items()}, path.stat().st_size, "bytes")
