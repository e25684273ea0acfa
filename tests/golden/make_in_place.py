"""Writes in-place.json: what the in-place methods that have no plain form, or an own rule, do under PyTorch, for tests/golden-catalogue.test.ts.

Run it with a Python that has torch: python tests/golden/make_in_place.py
"""

import pathlib

import torch

from recorder import DTYPES, FLOATS, T, rec, section, write

generator = torch.Generator().manual_seed(5)


def R(shape, dtype="float32"):
    """Quarters from -2 to 2; whole numbers for integers."""
    return T(torch.randint(-8, 9, shape, generator=generator) / (1 if dtype == "int64" else 4), dtype)


section("fillDiagonal")
for dtype in DTYPES:
    for shape in ((3, 4), (4, 3), (9, 3), (8, 3), (2, 1), (3, 3, 3), (2, 2, 2, 2), (0, 3), (1, 1)):
        for args in ((1,), (0, True)):
            rec("fillDiagonal_", T(torch.arange(1, 1 + torch.Size(shape).numel()).reshape(shape) % 2 + 3, dtype), *args)
rec("fillDiagonal_", T(torch.arange(24).reshape(3, 8), "float32", ("transpose", 0, 1)), 0.5, True)
rec("fillDiagonal_", T(torch.arange(48).reshape(6, 8), "int64", ("at", "::2", "1::3")), 7)
for shape, value in (((3,), 1), ((2, 3, 2), 1), ((), 1)):
    rec("fillDiagonal_", T(torch.zeros(shape)), value, error=True)

section("floatPower")
rec("floatPower_", T([1.5, -2.0, 0.25], "float64"), 3)
rec("floatPower_", T([1.5, 2.0, 0.25], "float64"), T([2, -1, 0], "int64"))
for dtype in ("float32", "int64"):
    rec("floatPower_", T([1, 2], dtype), 2, error=True)

section("added")
for dtype in (*FLOATS, "int64"):
    for shape in ((), (1,), (3,)):
        for options in ({}, {"beta": 2, "alpha": 3}, {"beta": 0}):
            rec("addmv", R(shape, dtype), R((3, 5), dtype), R((5,), dtype), **options)
    for shape in ((), (4,), (3, 1), (3, 4)):
        for options in ({}, {"beta": 2, "alpha": 3}, {"beta": 0}):
            rec("addr", R(shape, dtype), R((3,), dtype), R((4,), dtype), **options)
            rec("addbmm", R(shape, dtype), R((2, 3, 5), dtype), R((2, 5, 4), dtype), **options)
    rec("addmv_", R((3,), dtype), R((3, 5), dtype), R((5,), dtype), beta=2)
    rec("addr_", R((3, 4), dtype), R((3,), dtype), R((4,), dtype), beta=2)
    rec("addbmm_", R((3, 4), dtype), R((2, 3, 5), dtype), R((2, 5, 4), dtype), beta=2)
for op, x, a, b in (("addmv", (4,), (3, 5), (5,)), ("addmv", (3,), (3, 5), (4,)), ("addmv", (3,), (5,), (5,)), ("addr", (3, 5), (3,), (4,)), ("addr", (3, 4), (3, 1), (4,)),
                    ("addbmm", (3, 4), (2, 3, 5), (3, 5, 4)), ("addbmm", (3, 4), (3, 5), (5, 4)), ("addbmm", (2, 3, 4), (2, 3, 5), (2, 5, 4))):
    rec(op, R(x), R(a), R(b), error=True)
write(pathlib.Path(__file__).with_name("in-place.json"))
