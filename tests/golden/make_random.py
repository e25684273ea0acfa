"""Writes random.json: what PyTorch's CPU generator gives, for the test of src/core/random.ts.

Run it with a Python that has torch: python tests/golden/make_random.py
A run is {seed, calls}: the calls are made one after another on one generator. A call is {fn, size?, low?, high?, out};
floats are written with 9 (float32) or 17 (float64) significant digits, which read back exactly, int64 as strings.
"""

import json
import pathlib

import torch

SIZES = [1, 3, 15, 16, 17, 31, 100]


def draw(gen, fn, size=None, low=None, high=None):
    call = {"fn": fn}
    if size is not None:
        call["size"] = size
    if fn == "randint":
        call |= {"low": str(low), "high": str(high)}
        out = [str(v) for v in torch.randint(low, high, (size,), generator=gen).tolist()]
    elif fn == "randperm":
        out = torch.randperm(size, generator=gen).tolist()
    elif fn == "seed":
        out = str(gen.initial_seed())
    else:
        make, dtype = {"rand32": (torch.rand, torch.float32), "rand64": (torch.rand, torch.float64),
                       "randn32": (torch.randn, torch.float32), "randn64": (torch.randn, torch.float64)}[fn]
        digits = "%.9g" if dtype == torch.float32 else "%.17g"
        out = [float(digits % v) for v in make(size, dtype=dtype, generator=gen).tolist()]
    return call | {"out": out}


def run(seed, *calls):
    gen = torch.Generator()
    if seed is not None:
        gen.manual_seed(seed)
    return {"seed": None if seed is None else str(seed), "calls": [draw(gen, *call) for call in calls]}


runs = []
for seed in (0, 42, 123456789):
    for fn in ("rand32", "rand64", "randn32", "randn64"):
        runs += [run(seed, (fn, size)) for size in SIZES]
    runs += [run(seed, ("randint", size, 0, 10)) for size in SIZES]
    runs += [run(seed, ("randperm", size)) for size in (0, *SIZES)]
runs += [run(seed, ("seed",), ("rand32", 3)) for seed in (None, 2**31, 2**32 + 7, 2**53 + 1, 2**63, 2**64 - 1, -1, -2**63)]
# Ranges: the last of 32 bits a number and the first of 64, both signs, the whole of int64.
for low, high in ((-5, 5), (0, 256), (-2**40, -2**40 + 100), (0, 2**28 - 1), (0, 2**28), (0, 2**31), (-2**31, 2**31), (0, 2**53), (-2**62, 2**62),
                  (-2**63, 2**63 - 1), (2**62, 2**62 + 9)):
    runs.append(run(7, ("randint", 5, low, high), ("randint", 4, 0, 3)))
# One generator through everything, with odd counts so that the kept half of a normal pair passes between dtypes.
mixed = [("rand32", 5), ("randn32", 3), ("randn64", 5), ("randint", 7, -3, 1000), ("randn32", 100), ("randn32", 1), ("rand64", 17), ("randperm", 20),
         ("randn64", 17), ("randn64", 1), ("randn32", 15), ("randint", 3, 0, 2**40), ("rand32", 31), ("randn32", 33), ("randn64", 2), ("rand32", 700), ("rand32", 3)]
runs += [run(seed, *mixed) for seed in (1, 2024)]
path = pathlib.Path(__file__).with_name("random.json")
path.write_text(f'{{"torch":"{torch.__version__}","runs":[\n' + ",\n".join(json.dumps(r, separators=(",", ":")) for r in runs) + "\n]}\n")
print(f"{len(runs)} runs, {path.stat().st_size} bytes")
