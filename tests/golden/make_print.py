"""Writes print.json: tensors and how PyTorch prints them, for the tests of src/tensor/print.ts.

Run it with a Python that has torch: python tests/golden/make_print.py
A case is {name, shape, dtype, data, options?, suffixes?, expected}; data holds numbers, strings for int64 and for
"nan", "inf", "-inf" and "-0", and is {"arange": n} or {"full": x} where it would be long. `expected` is repr(tensor) without "torch.".
"""

import json
import math
import pathlib

import torch

torch.manual_seed(0)
cases = []
NAMES = {torch.bool: "bool", torch.uint8: "uint8", torch.int8: "int8", torch.int16: "int16", torch.int32: "int32",
         torch.int64: "int64", torch.float32: "float32", torch.float64: "float64"}
CAMEL = {"sci_mode": "sciMode"}


def plain(value, dtype):
    if dtype == torch.int64:
        return str(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            return str(value)
        if value == 0 and math.copysign(1, value) < 0:
            return "-0"
    return value


def add(name, tensor, data=None, **options):
    torch.set_printoptions(profile="default")
    if options:
        torch.set_printoptions(**options)
    expected = repr(tensor).replace("torch.", "")
    torch.set_printoptions(profile="default")
    case = {"name": name, "shape": list(tensor.shape), "dtype": NAMES[tensor.dtype]}
    case["data"] = data if data is not None else [plain(v, tensor.dtype) for v in tensor.detach().reshape(-1).tolist()]
    if options:
        case["options"] = {CAMEL.get(k, k): v if v != math.inf else "inf" for k, v in options.items()}
    suffixes = []
    if tensor.grad_fn is not None:
        suffixes.append(f"grad_fn=<{type(tensor.grad_fn).__name__}>")
    elif tensor.requires_grad:
        suffixes.append("requires_grad=True")
    if suffixes:
        case["suffixes"] = suffixes
    case["expected"] = expected
    cases.append(case)


INF, NAN = math.inf, math.nan


def every_dtype():
    for dtype, name in NAMES.items():
        add(f"{name} 0-d", torch.tensor(1).to(dtype))
        add(f"{name} 1-d", torch.tensor([0, 1, 5, 100]).to(dtype))
        add(f"{name} 2-d", torch.tensor([[0, 1, 5], [100, 2, 0]]).to(dtype))
        add(f"{name} empty", torch.empty(0, dtype=dtype))
        add(f"{name} empty (0, 3)", torch.empty(0, 3, dtype=dtype))
        add(f"{name} empty (2, 0, 3)", torch.empty(2, 0, 3, dtype=dtype))
        add(f"{name} long", torch.arange(40).remainder(120).to(dtype))
        add(f"{name} summarised", torch.arange(2000).remainder(2).to(dtype), {"arange": 2000, "modulo": 2})
    add("uint8 extremes", torch.tensor([0, 255], dtype=torch.uint8))
    add("int8 extremes", torch.tensor([-128, 127], dtype=torch.int8))
    add("int64 extremes", torch.tensor([-2**63, 2**63 - 1, 0]))
    add("int64 negative", torch.tensor([[-1, 10], [100, -1000]]))
    add("int32 extremes", torch.tensor([[-2**31, 2**31 - 1]], dtype=torch.int32))


def floats():
    samples = {
        "fractions": [0.5, -0.25, 3.125], "whole": [1.0, 2.0, 300.0], "whole negative": [-1.0, 20.0],
        "whole and inf": [1.0, INF, -INF, NAN], "fractions and inf": [1.5, INF, -INF, NAN], "only nan": [NAN], "only inf": [INF, -INF],
        "zeros": [0.0, 0.0], "negative zero": [-0.0, 0.0], "negative zero with one": [-0.0, 1.0], "negative zero with fraction": [-0.0, 0.5],
        "nan inf zero": [NAN, 0.0, -INF], "ratio 1000": [0.001, 1.0], "ratio over 1000": [0.00099, 1.0], "small": [1e-5, 2e-5],
        "smallest plain": [0.0001, 0.0002], "large": [1e8, 1.0e8], "over 1e8": [1.00000008e8, 1.0e8], "large whole": [123456.0, 1.0],
        "huge": [1e30, 1.0], "three digit exponent": [1e-38, 1e38], "denormal": [1e-45], "max": [3.4028234663852886e38, -3.4028234663852886e38],
        "sci whole": [1.0, 5000.0], "sci with inf": [1e-7, INF, -INF, NAN, 0.0, -0.0], "sci negative": [-1e-7, 1.0],
        "ties": [0.03125, 0.09375, -0.03125, 0.15625], "sci ties": [1.00005, 32768.5, 0.000030517578125], "rounds up": [0.99996, 9.99996],
        "tiny beside": [0.5, 1e-9], "whole over 1e8 alone": [2.0**40], "negatives": [-0.1, -10.25, 100.5],
    }
    for name, values in samples.items():
        add(f"float32 {name}", torch.tensor(values))
        add(f"float32 {name} item", torch.tensor(values[0]))
    doubles = {"three digit exponent": [1e-300, 1e300], "denormal": [5e-324], "precise": [math.pi, math.e], "sci": [1.5e-10, 2.5],
               "sci ties": [1.00005, 1.000050000000001, 123456789.5, 1.0], "whole": [1.0, -7.0], "ties": [0.03125, 2.5], "inf": [INF, 0.1]}
    for name, values in doubles.items():
        add(f"float64 {name}", torch.tensor(values, dtype=torch.float64))


def layouts():
    add("1-d wrap", torch.arange(30) * 1.5)
    add("1-d wrap exactly", torch.arange(18))
    add("1-d wrap wide", torch.arange(25) * 1000003)
    add("1-d wrap sci", torch.logspace(-8, 8, 17))
    add("2-d wrap", torch.arange(60).reshape(2, 30) * 0.5)
    add("3-d", torch.arange(24).reshape(2, 3, 4))
    add("3-d floats", torch.randn(2, 2, 3))
    add("4-d", torch.arange(16).reshape(2, 2, 2, 2) / 8)
    add("5-d", torch.arange(32).reshape(2, 2, 2, 2, 2))
    add("ones everywhere", torch.zeros(1, 1, 1))
    add("image", (torch.arange(36).reshape(6, 6) * 7).to(torch.uint8))
    add("column", torch.arange(5).reshape(5, 1))
    add("bools 2-d", torch.arange(6).reshape(2, 3) > 2)
    add("bools wrap", torch.arange(20) > 12)
    for n in (7, 8, 9, 10, 11):
        add(f"suffix at the margin, {n}", torch.full((n,), 100.0, dtype=torch.float64))
        add(f"suffix at the margin, int16 {n}", torch.full((n,), 1000, dtype=torch.int16))
    for n in range(12, 22):
        add(f"suffix at the margin, uint8 {n}", torch.full((n,), 1, dtype=torch.uint8))


def summaries():
    add("1000 is not summarised", torch.zeros(1000), {"full": 0})
    add("1001", torch.arange(1001), {"arange": 1001})
    add("2-d", torch.arange(10000).reshape(100, 100), {"arange": 10000})
    add("2-d thin", torch.arange(2000).reshape(1000, 2), {"arange": 2000})
    add("2-d flat", torch.arange(2000).reshape(2, 1000), {"arange": 2000})
    add("3-d", torch.arange(27000).reshape(30, 30, 30), {"arange": 27000})
    add("3-d floats", torch.arange(27000).reshape(30, 30, 30) / 4, {"arange": 27000, "divide": 4})
    add("images", torch.arange(28 * 28 * 2).reshape(2, 28, 28).remainder(256).to(torch.uint8), {"arange": 1568, "modulo": 256})
    add("4-d", torch.arange(2 * 8 * 9 * 10).reshape(2, 8, 9, 10), {"arange": 1440})
    add("six a side", torch.arange(6 * 6 * 60).reshape(6, 60, 6), {"arange": 2160})
    add("seven a side", torch.arange(7 * 7 * 49).reshape(7, 7, 49), {"arange": 2401})
    add("hidden values do not count", torch.cat([torch.ones(3), torch.full((2000,), 1e20), torch.ones(3)]),
        {"full": 1e20, "edges": 1, "edge": 3})
    add("wide", torch.arange(10**12, 10**12 + 2000), {"arange": 2000, "from": str(10**12)})
    add("wide 2-d", torch.arange(10**14, 10**14 + 2000).reshape(20, 100), {"arange": 2000, "from": str(10**14)})


def options():
    x = torch.tensor([[1.23456789, -0.001], [1000.5, 0.0]])
    for precision in (0, 1, 2, 3, 8, 12):
        add(f"precision {precision}", x, precision=precision)
        add(f"precision {precision}, plain", torch.tensor([0.5, 1.5, 2.5, 0.25]), precision=precision)
    add("sci on", torch.tensor([1.0, 2.5]), sci_mode=True)
    add("sci on, whole", torch.tensor([1.0, 2.0, INF]), sci_mode=True)
    add("sci on, precision 0", torch.tensor([0.5, 1.5, 2.5, 9.5, 95.0]), sci_mode=True, precision=0)
    add("sci off", torch.tensor([1e-10, 1.5, 1e10]), sci_mode=False)
    add("sci off, huge", torch.tensor([1e25, 0.5], dtype=torch.float64), sci_mode=False)
    add("sci off, huge whole", torch.tensor([1e25, 1.0], dtype=torch.float64), sci_mode=False)
    add("profile short", x, profile="short")
    add("profile short, summarised", torch.arange(1200) / 8, {"arange": 1200, "divide": 8}, profile="short")
    add("profile full", torch.arange(1010), {"arange": 1010}, profile="full")
    add("linewidth 40", torch.arange(30), linewidth=40)
    add("linewidth 120", torch.arange(100), linewidth=120)
    add("linewidth 10", torch.arange(5) / 3, linewidth=10)
    add("linewidth 5 with suffix", torch.arange(3, dtype=torch.int32), linewidth=5)
    add("threshold 5", torch.arange(10), threshold=5)
    add("threshold 5, 2-d", torch.arange(100).reshape(10, 10), threshold=5)
    add("threshold inf", torch.arange(1001), {"arange": 1001}, threshold=INF)
    add("threshold 0, 0-d", torch.tensor(3.5), threshold=0)
    add("edgeitems 1", torch.arange(10000).reshape(100, 100), {"arange": 10000}, edgeitems=1)
    add("edgeitems 5", torch.arange(10000).reshape(100, 100), {"arange": 10000}, edgeitems=5)
    add("edgeitems 5, wrap", torch.arange(10000).reshape(100, 100) * 10000, {"arange": 10000, "times": 10000}, edgeitems=5, linewidth=40)
    add("edgeitems 0, 1-d", torch.arange(2000), {"arange": 2000}, edgeitems=0)
    add("edgeitems 0, 2-d", torch.arange(2000).reshape(20, 100), {"arange": 2000}, edgeitems=0)
    add("edgeitems 0, not summarised", torch.arange(4).to(torch.int8), edgeitems=0)
    add("edgeitems 0, 0-d", torch.tensor(2.0), edgeitems=0)


def gradients():
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    add("leaf", w)
    add("grad_fn", w * 2)
    add("grad_fn of a scalar", (w * w).sum())
    add("grad_fn, float64", torch.ones(3, dtype=torch.float64, requires_grad=True).exp())
    add("grad_fn, 2-d", torch.ones(2, 8, requires_grad=True) / 3)
    add("grad_fn on a new line", torch.ones(9, requires_grad=True) / 3)
    add("grad_fn and dtype on new lines", torch.ones(8, dtype=torch.float64, requires_grad=True) / 3)
    add("leaf, empty", torch.empty(0, 2, requires_grad=True))


for section in (every_dtype, floats, layouts, summaries, options, gradients):
    section()
path = pathlib.Path(__file__).with_name("print.json")
lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
path.write_text(f'{{"torch":"{torch.__version__}","cases":[\n{lines}\n]}}\n')
print(f"{len(cases)} cases, {path.stat().st_size} bytes")
