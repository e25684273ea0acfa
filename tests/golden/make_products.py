"""Writes products.json: matrix products, linear layers, convolutions and their gradients. Read by tests/golden-catalogue.test.ts.

Run it with a Python that has torch: python tests/golden/make_products.py
"""

import pathlib

import torch

from recorder import FLOATS, T, rec, section, write

generator = torch.Generator().manual_seed(3)


def R(shape, dtype="float32", *view):
    """Quarters from -2 to 2: short to write down."""
    return T(torch.randint(-8, 9, shape, generator=generator) / 4, dtype, *view)


def I(shape, dtype, *view):
    return T(torch.randint(-9, 10, shape, generator=generator), dtype, *view)


def matrices():
    section("matmul")
    turned = ("transpose", -2, -1)
    for dtype in FLOATS:
        for rows, inner, columns in ((17, 19, 9), (1, 40, 7), (40, 1, 30), (7, 300, 2), (33, 5, 18)):
            for left in ((), (turned,)):
                for right in ((), (turned,)):
                    a = R((inner, rows) if left else (rows, inner), dtype, *left)
                    b = R((columns, inner) if right else (inner, columns), dtype, *right)
                    rec("matmul", a, b)
        rec("matmul", R((3, 1, 20, 24), dtype), R((2, 24, 20), dtype))
        rec("matmul", R((3, 16, 18), dtype), R((18, 17), dtype))
        rec("matmul", R((20, 16), dtype), R((2, 16, 15), dtype))
        rec("matmul", R((40, 60), dtype, ("at", "::2", "::3")), R((20, 33), dtype, ("at", ":", "1::2")))
        rec("matmul", R((1, 18, 16), dtype, ("expand", 3, 18, 16)), R((3, 16, 18), dtype))
        rec("matmul", R((30,), dtype), R((30, 20), dtype))
        rec("matmul", R((20, 30), dtype), R((30,), dtype))
        for empty in (((0, 5), (5, 3)), ((3, 0), (0, 4)), ((3, 5), (5, 0)), ((0, 3, 5), (0, 5, 2))):
            rec("matmul", R(empty[0], dtype), R(empty[1], dtype))
    for dtype in ("int32", "int64", "int8"):
        rec("matmul", I((17, 20), dtype), I((20, 18), dtype))
    rec("matmul", R((3, 4)), R((3, 4)), error=True)
    section("addmm")
    for dtype in FLOATS:
        a, b = R((17, 30), dtype), R((30, 18), dtype)
        for x in (R((17, 18), dtype), R((18,), dtype), R((17, 1), dtype), R((1,), dtype)):
            rec("addmm", x, a, b)
            rec("addmm", x, a, b, beta=0.5, alpha=-2)
        rec("addmm", T(torch.full((17, 18), float("nan")), dtype), a, b, beta=0)
        rec("baddbmm", R((3, 6, 7), dtype), R((3, 6, 40), dtype), R((3, 40, 7), dtype), beta=0.25, alpha=3)
        rec("outer", R((5,), dtype), R((7,), dtype))
    rec("addmm", I((4, 5), "int64"), I((4, 3), "int64"), I((3, 5), "int64"), beta=2, alpha=3)
    rec("addmm", R((3, 18)), R((17, 30)), R((30, 18)), error=True)
    rec("addmm", R((17, 18), "float64"), R((17, 30)), R((30, 18)), error=True)
    rec("baddbmm", R((3, 6, 7)), R((2, 6, 4)), R((3, 4, 7)), error=True)
    rec("outer", I((3,), "int32"), R((4,)))
    rec("outer", R((3, 1)), R((4,)), error=True)
    section("linear")
    for dtype in FLOATS:
        for shape in ((30,), (5, 30), (17, 30), (2, 3, 30), (0, 30)):
            rec("linear", R(shape, dtype), R((12, 30), dtype), kind="F")
            rec("linear", R(shape, dtype), R((12, 30), dtype), R((12,), dtype), kind="F")
        rec("linear", R((5, 30), dtype), R((30,), dtype), kind="F")
    rec("linear", R((5, 30)), R((12, 31)), kind="F", error=True)


CASES = (
    # input, features, kernel, options
    ((2, 3, 9, 8), 4, (3, 3), {}),
    ((2, 3, 9, 8), 4, (3, 3), {"padding": 1}),
    ((1, 4, 10, 11), 6, (3, 2), {"stride": 2}),
    ((2, 4, 10, 11), 6, (3, 2), {"stride": [2, 3], "padding": [1, 2], "groups": 2}),
    ((2, 2, 12, 12), 3, (3, 3), {"dilation": 2, "padding": 3}),
    ((1, 4, 7, 7), 8, (3, 3), {"groups": 4, "padding": 1, "stride": 2}),
    ((2, 5, 6, 6), 7, (1, 1), {}),
    ((2, 5, 6, 6), 7, (1, 1), {"stride": 2, "padding": 2}),
    ((1, 2, 5, 6), 2, (5, 6), {}),
    ((3, 1, 8, 8), 2, (2, 2), {"stride": 3}),
)


def convolutions():
    section("conv2d")
    for dtype in FLOATS:
        for shape, features, kernel, options in CASES:
            channels = shape[1] // options.get("groups", 1)
            x, w = R(shape, dtype), R((features, channels, *kernel), dtype)
            rec("conv2d", x, w, None, kind="F", **options)
            rec("conv2d", x, w, R((features,), dtype), kind="F", **options)
    for padding in ("valid", "same"):
        for kernel in ((3, 3), (4, 2)):
            rec("conv2d", R((2, 3, 7, 8)), R((4, 3, *kernel)), None, kind="F", padding=padding, dilation=2)
    rec("conv2d", R((3, 9, 8)), R((4, 3, 3, 3)), R((4,)), kind="F")
    rec("conv2d", R((2, 9, 8, 3), "float32", ("permute", 0, 3, 1, 2)), R((3, 3, 3, 4), "float32", ("permute", 3, 2, 0, 1)), None, kind="F", padding=1)
    rec("conv2d", R((0, 3, 9, 8)), R((4, 3, 3, 3)), None, kind="F")
    for shape, weight, options in (
        ((2, 3, 9, 8), (4, 2, 3, 3), {}), ((2, 3, 2, 2), (4, 3, 3, 3), {}), ((2, 3, 9, 8), (4, 3, 3), {}), ((9, 8), (4, 3, 3, 3), {}),
        ((2, 3, 9, 8), (4, 3, 3, 3), {"groups": 2}), ((2, 3, 9, 8), (4, 3, 3, 3), {"stride": 0}), ((2, 3, 9, 8), (4, 3, 3, 3), {"padding": -1}),
        ((2, 3, 9, 8), (4, 3, 3, 3), {"stride": 2, "padding": "same"}),
    ):
        rec("conv2d", R(shape), R(weight), None, kind="F", error=True, **options)
    section("conv1d")
    for dtype in FLOATS:
        for options in ({}, {"padding": 2}, {"stride": 3, "padding": 1}, {"dilation": 3}, {"groups": 2, "padding": "same"}):
            x, w = R((2, 4, 23), dtype), R((6, 4 // options.get("groups", 1), 3), dtype)
            rec("conv1d", x, w, R((6,), dtype), kind="F", **options)
    rec("conv1d", R((4, 23)), R((6, 4, 3)), None, kind="F")


def gradients():
    section("gradients of convolutions")
    grad = torch.nn.grad
    for dtype in FLOATS:
        for shape, features, kernel, options in CASES:
            weight = [features, shape[1] // options.get("groups", 1), *kernel]
            output = torch.nn.functional.conv2d(torch.zeros(shape), torch.zeros(weight), **options).shape
            rec("conv2dInput", list(shape), R(weight, dtype), R(output, dtype), kind="F", python=grad.conv2d_input, **options)
            rec("conv2dWeight", R(shape, dtype), weight, R(output, dtype), kind="F", python=grad.conv2d_weight, **options)
        rec("conv1dInput", [2, 4, 23], R((6, 2, 3), dtype), R((2, 6, 12), dtype), kind="F", python=grad.conv1d_input, stride=2, padding=1, groups=2)
        rec("conv1dWeight", R((2, 4, 23), dtype), [6, 2, 3], R((2, 6, 12), dtype), kind="F", python=grad.conv1d_weight, stride=2, padding=1, groups=2)
    rec("conv2dInput", [2, 3, 9, 8], R((4, 3, 3, 3)), R((2, 4, 6, 6)), kind="F", python=grad.conv2d_input, error=True)


matrices()
convolutions()
gradients()
write(pathlib.Path(__file__).with_name("products.json"))
