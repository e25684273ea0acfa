"""Writes distributions.json: what PyTorch draws into tensors of every dtype and layout, for tests/random.test.ts.

Run it with a Python that has torch, on a processor that is not Intel's (there PyTorch draws Bernoulli and exponential numbers with MKL's
generator): python tests/golden/make_distributions.py

A record is {op, kind, seed, shape, dtype, view?, args, out, dtypeOut, shapeOut, next}. kind "inPlace": `base = zeros(shape)`, the view of it is
overwritten by `op`, and `out` is the base. kind "function": `op` is called with the view of `base` (values i / n + 0.05, in order) first;
kind "plain": with args only. `next` is the number that the generator gives afterwards: as many were drawn as PyTorch draws. {"error": true}
where PyTorch throws.
"""

import json
import pathlib

import torch

from recorder import DTYPES, NAMES, camel, index, shortest

LAYOUTS = [([1], []), ([5], []), ([15], []), ([16], []), ([17], []), ([40], []), ([], []), ([0], []), ([3, 7], [["transpose", 0, 1]]), ([2, 3, 4], [["permute", 2, 0, 1]]),
           ([6, 8], [["at", "::2", "1:7:3"]]), ([4, 5, 2], [["transpose", 0, 1], ["at", "1:4"]]), ([1, 20], [["transpose", 0, 1]]), ([4, 1, 5], [["transpose", 0, 2]])]
records = []


def viewed(x, view):
    for name, *args in view:
        x = x[tuple(index(a) for a in args)] if name == "at" else getattr(x, name)(*args) if name != "permute" else x.permute(*args)
    return x


def base_of(shape, dtype):
    n = 1
    for size in shape:
        n *= size
    return ((torch.arange(n, dtype=torch.float64) * 7 % max(n, 1)) / (n or 1) * 0.9 + 0.05).reshape(shape).to(DTYPES[dtype])


def figures(x):
    def figure(v):
        if x.dtype == torch.bool or not x.dtype.is_floating_point:
            return str(int(v))
        return float(shortest(v, x.dtype))
    return [figure(v) for v in x.reshape(-1).tolist()]


def arg_of(a):
    return viewed(base_of(a["shape"], a["dtype"]), a.get("view", [])) if isinstance(a, dict) else a


def rec(kind, op, shape=(), dtype="float32", view=(), args=(), seed=7, options=None):
    options = options or {}
    gen = torch.Generator().manual_seed(seed)
    entry = {"op": camel(op), "kind": kind, "seed": seed, "shape": list(shape), "dtype": dtype, "view": list(view), "args": [str(a) if isinstance(a, int) and abs(a) >= 2**53 else a for a in args]}
    if options:
        entry["options"] = {camel(k): NAMES.get(v, v) if isinstance(v, torch.dtype) else v for k, v in options.items()}
    values = [arg_of(a) for a in args]
    try:
        if kind == "inPlace":
            out = torch.zeros(shape, dtype=DTYPES[dtype])
            getattr(viewed(out, view), op)(*values, generator=gen, **options)
        elif kind == "function":
            x = viewed(base_of(shape, dtype), view)
            out = getattr(torch, op)(x, *values, **options) if op.endswith("_like") else getattr(torch, op)(x, *values, generator=gen, **options)
        else:
            out = getattr(torch, op)(*values, generator=gen, **options)
    except (RuntimeError, TypeError, ValueError, IndexError):
        records.append(entry | {"out": {"error": True}})
        return
    after = torch.rand(1, generator=gen).item() if not op.endswith("_like") else None
    records.append(entry | {"out": figures(out), "dtypeOut": NAMES[out.dtype], "shapeOut": list(out.shape), "next": after})


def like(op, shape, dtype, view, args=(), options=None):
    """torch's *_like functions take no generator: the default one is seeded."""
    torch.manual_seed(7)
    rec("function", op, shape, dtype, view, args, options=options)
    records[-1]["next"] = torch.rand(1).item()


TRIALS = {"uniform_": [(), (-2.5, 3.25), (0.1, 0.3)], "normal_": [(), (1.5, 0.25), (-100.5, 3)], "exponential_": [(), (2.5,)], "cauchy_": [(), (1.5, 0.5)],
          "log_normal_": [(), (0.5, 0.25)]}
for op, calls in TRIALS.items():
    for dtype in ("float32", "float64"):
        for shape, view in LAYOUTS:
            for args in calls if shape in ([5], [17], [3, 7]) else calls[-1:]:
                rec("inPlace", op, shape, dtype, view, args, seed=3 + len(shape))
    rec("inPlace", op, [3], "int64")
rec("inPlace", "uniform_", [3], args=(1.5, 0.5))
rec("inPlace", "normal_", [3], args=(0.5, -1.5))
rec("inPlace", "exponential_", [3], args=(0.0,))
rec("inPlace", "cauchy_", [3], args=(0.5, 0.0))
rec("inPlace", "log_normal_", [3], args=(0.5, 0.0))
for p in (0.0, 1.0, 1.5, -0.5):
    rec("inPlace", "geometric_", [3], args=(p,))
for p in (1.5, -0.5, 0.0, 1.0):
    rec("inPlace", "bernoulli_", [3], args=(p,))

for dtype in DTYPES:
    for shape, view in LAYOUTS:
        rec("inPlace", "random_", shape, dtype, view)
        if dtype != "bool":
            rec("inPlace", "random_", shape, dtype, view, (5, 100))
            rec("inPlace", "geometric_", shape, dtype, view, (0.3,))
        if shape in ([17], [3, 7], [6, 8]):
            rec("inPlace", "bernoulli_", shape, dtype, view, (0.3,))
            rec("inPlace", "bernoulli_", shape, dtype, view)
    for args in ((0, 2), (1, 2), (0, 3), (-1, 1), (-100, 100), (0, 256), (0, 257), (0, 2**15), (0, 2**28 + 3), (0, 2**40), (-2**40, 2**40 + 1), (-2**25 - 3, 2**25 + 1), (2**26 + 1, 2**26 + 77), (-2**54 - 1, 2**54 + 1), (0, 2**60), (3, 3), (4, 3), (10,), (0,), (100, None),
                 (-5, None), (2**62, None), (2**33, None)):
        rec("inPlace", "random_", [4], dtype, (), args)
for dtype in ("float32", "float64", "uint8", "bool", "int64"):
    for other in ("float32", "float64"):
        rec("inPlace", "bernoulli_", [3, 7], dtype, [["transpose", 0, 1]], ({"shape": [7, 3], "dtype": other},))
        rec("inPlace", "bernoulli_", [4, 6], dtype, (), ({"shape": [6], "dtype": other},))
        rec("inPlace", "bernoulli_", [4, 6], dtype, (), ({"shape": [6, 4], "dtype": other, "view": [["transpose", 0, 1]]},))
rec("inPlace", "bernoulli_", [4, 6], "float32", (), ({"shape": [4], "dtype": "float32"},))
rec("inPlace", "bernoulli_", [4], "float32", (), ({"shape": [2, 4], "dtype": "float32"},))
rec("inPlace", "bernoulli_", [4], "float32", (), ({"shape": [4], "dtype": "int64"},))

for shape, view in LAYOUTS:
    for dtype in ("float32", "float64"):
        rec("function", "bernoulli", shape, dtype, view)
        rec("function", "bernoulli", shape, dtype, view, (0.25,))
        rec("function", "normal", shape, dtype, view, (2.5,))
        rec("plain", "normal", args=(1.5, {"shape": shape, "dtype": dtype, "view": view}))
        for op in ("rand_like", "randn_like"):
            like(op, shape, dtype, view)
    for dtype in ("float32", "uint8", "int64"):
        like("randint_like", shape, dtype, view, (3, 17))
    like("randint_like", shape, "float32", view, (9,), {"dtype": torch.int32})
rec("function", "bernoulli", [3], "int64")
rec("function", "normal", [3], "int64", (), (0.5,))
rec("function", "normal", [3], "float32", (), (-0.5,))
rec("function", "normal", [3, 1], "float32", (), ({"shape": [4], "dtype": "float32"},))
rec("function", "normal", [3, 4], "float64", (), ({"shape": [4], "dtype": "float32"},))
rec("function", "normal", [3, 4], "float32", (), ({"shape": [4], "dtype": "float64"},))
rec("function", "normal", [3], "float32", (), ({"shape": [4], "dtype": "float32"},))
rec("plain", "normal", args=(1.5, 0.5, [2, 3]))
rec("plain", "normal", args=(1.5, 0.5, [30]))
rec("plain", "normal", args=(1.5, 0.5, [20]), options={"dtype": torch.float64})
rec("plain", "normal", args=(1.5, -0.5, [20]))
rec("plain", "randint", args=(0, 2, [20]), options={"dtype": torch.bool})
rec("plain", "randint", args=(0, 300, [20]), options={"dtype": torch.uint8})
rec("plain", "randint", args=(-5, 5, [20]), options={"dtype": torch.float32})

for dtype in ("float32", "float64"):
    for shape, view in (([5], []), ([30], []), ([3, 8], []), ([8, 3], [["transpose", 0, 1]]), ([6, 8], [["at", "::2", "1:7:2"]]), ([1, 4], []), ([400], []), ([0, 3], [])):
        for count, replacement in ((1, False), (1, True), (3, False), (3, True), (20, True), (50, False)):
            rec("function", "multinomial", shape, dtype, view, (count, replacement))
for shape, dtype, args in (([3], "int64", (2,)), ([2, 2, 2], "float32", (1,)), ([], "float32", (1,)), ([3], "float32", (0,)), ([3], "float32", (-1,)), ([3], "float32", (4,))):
    rec("function", "multinomial", shape, dtype, (), args)

path = pathlib.Path(__file__).with_name("distributions.json")
path.write_text(f'{{"torch":"{torch.__version__}","records":[\n' + ",\n".join(json.dumps(r, separators=(",", ":")) for r in records) + "\n]}\n")
print(f"{len(records)} records, {sum(isinstance(r['out'], dict) for r in records)} errors, {path.stat().st_size} bytes")
