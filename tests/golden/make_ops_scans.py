"""Writes ops-scans.json: running sums, products and extremes. Read by tests/golden-catalogue.test.ts.

Run it with a Python that has torch: python tests/golden/make_ops_scans.py
"""

import pathlib

import torch

from recorder import DTYPES, FLOATS, INF, INTEGERS, NAN, T, rec, section, write

torch.manual_seed(6)
SHAPES = ((), (1,), (7,), (5, 17), (3, 4, 9), (2, 1, 5), (0,), (2, 0), (0, 3))
VIEWS = ((("transpose", 0, 1),), (("at", "1:", "::2"),), (("unsqueeze", 1), ("expand", 5, 3, 17)))
SPECIAL = [[1.0, NAN, 2.0, INF], [INF, -INF, 1.0, 0.0], [-INF, -INF, 0.0, 3.0], [0.0, -0.0, NAN, NAN], [5.0, 5.0, 4.0, 5.0]]


def numbers(*shape):
    """Few digits, so that the file stays small."""
    return torch.randn(*shape).mul(100).round().div(100)


for name in ("cumsum", "cumprod", "cummax", "cummin", "logcumsumexp"):
    section(name)
    for shape in SHAPES:
        for dtype in FLOATS:
            x = T(numbers(shape), dtype)
            for dim in range(-max(1, len(shape)), max(1, len(shape))):
                rec(name, x, dim)
    for view in VIEWS:
        x = T(numbers(5, 17), "float32", *view)
        for dim in range(len(x.value().shape)):
            rec(name, x, dim)
    for dim in (0, 1):
        rec(name, T(SPECIAL), dim)
    for bad in (2, -3):
        rec(name, T(numbers(2, 3)), bad, error=True)
    rec(name, T(1.5), 1, error=True)
    for dtype in DTYPES:
        x = T([[0, 1, 1, 3], [1, 0, 1, 2], [2, 2, 3, 1]], dtype)
        for dim in (0, 1):
            rec(name, x, dim, error=True if name == "logcumsumexp" and dtype not in FLOATS else None)
            if name in ("cumsum", "cumprod"):
                for wanted in (*INTEGERS, *FLOATS):
                    rec(name, x, dim, dtype=DTYPES[wanted])
section("large numbers")
rec("cumsum", T([[2**62, 2**62, -(2**63), 5], [-1, 1, -(2**31), 2**31]], "int64"), 1)
rec("cumsum", T([[2**62, 2**62, -(2**63), 5], [-1, 1, -(2**31), 2**31]], "int64"), 0)
rec("cumprod", T([[2**40, 2**20, 3, 8], [-1, 7**20, -(2**31), 2**31 + 1]], "int64"), 1)
rec("cumsum", T([200, 100, 100], "uint8"), 0, dtype=torch.uint8)
rec("cumsum", T([300.0, -5.5, 1.25]), 0, dtype=torch.int16)
rec("cumsum", T(numbers(300) + 1000), 0)
rec("cumsum", T(numbers(40, 3) + 100000), 0)
write(pathlib.Path(__file__).with_name("ops-scans.json"))
