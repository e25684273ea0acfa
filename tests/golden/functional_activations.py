"""The activations of torch.nn.functional: values and gradients. make_functional.py writes them."""

import torch

import make_autograd
from recorder import FLOATS, INF, INTEGERS, NAN, T, rec, section

NUMBERS = [-9.0, -3.5, -3.0, -1.25, -1.0, -0.5, -0.25, 0.0, 0.25, 0.5, 1.0, 1.75, 3.0, 5.5, 6.0, 7.25, 25.0, 100.0, -100.0]
SPECIALS = [NAN, INF, -INF, -0.0]
SPREAD = (torch.arange(24).reshape(2, 3, 4) - 11) / 4
VIEWS = (("transpose", 0, 2), ("at", ":", "::2"), ("at", 1, 2), ("expand", 2, 2, 3, 4), ("unsqueeze", 0))

PLAIN = "relu relu6 leakyRelu elu selu celu hardtanh hardswish hardsigmoid softplus softsign mish tanhshrink logsigmoid silu gelu hardshrink softshrink".split()
WITH = (
    ("leakyRelu", {"negative_slope": 0.25}), ("leakyRelu", {"negative_slope": -0.5}), ("leakyRelu", {"negative_slope": 0}), ("elu", {"alpha": 0.5}),
    ("elu", {"alpha": -2}), ("celu", {"alpha": 2}), ("celu", {"alpha": -0.5}), ("hardtanh", {"min_val": -2, "max_val": 0.5}),
    ("hardtanh", {"min_val": 1, "max_val": 1}), ("softplus", {"beta": 2, "threshold": 4}), ("softplus", {"beta": 0.5}),
    ("softshrink", {"lambd": 1}), ("softshrink", {"lambd": 0}), ("gelu", {"approximate": "tanh"}),
)
# PyTorch has no second gradient of these.
ONCE = ("hardsigmoid",)


def F(op, *args, **rest):
    rec(op, *args, kind="F", **rest)


def values():
    section("activations")
    for op, options in [(op, {}) for op in PLAIN] + list(WITH):
        for dtype in FLOATS:
            # PyTorch's float32 vectors make NaN of gelu(inf), its float64 ones infinity.
            F(op, T(NUMBERS + (SPECIALS if op != "gelu" or dtype == "float64" else [NAN, -0.0]), dtype), **options)
        for dtype in (*INTEGERS, "bool"):
            F(op, T([1, 0, 3, 7] if dtype in ("uint8", "bool") else [1, 0, 3, 7, -2, -9], dtype), error="any", **options)
        for view in VIEWS:
            F(op, T(SPREAD, "float32", view), **options)
        F(op, T(-0.75), **options)
        F(op, T(torch.empty(0, 3)), **options)
        F(op, T([[1.5]]), **options)
    for dtype in (*FLOATS, *INTEGERS):
        F("threshold", T([-2.0, 0.5, 1.0, 3.0] if dtype in FLOATS else [0, 1, 2, 5], dtype), 1, 9)
        F("threshold", T([-2.0, 0.5, 1.0, 3.0] if dtype in FLOATS else [0, 1, 2, 5], dtype), 1.5, 2.5)
    F("threshold", T(SPECIALS), 0, 2)
    F("hardtanh", T([0, 2, 9], "uint8"), min_val=1, max_val=5)
    F("hardtanh", T([1.0]), min_val=2, max_val=1, error=True)
    F("celu", T([1.0]), alpha=0, error="any")
    F("softshrink", T([1.0]), lambd=-1, error=True)
    for limit in (0, 0.5, 1, 3):
        rec("hardshrink", T(NUMBERS + SPECIALS), limit)
    slopes()
    halves()
    for dim in (0, 1, -1):
        F("softmin", T([[1.0, 2.0, 3.0], [-1.0, 0.5, 0.5]]), dim)


def slopes():
    for dtype in FLOATS:
        F("prelu", T(NUMBERS + SPECIALS, dtype), T([0.25], dtype))
        F("prelu", T(NUMBERS, dtype), T(0.25, dtype))
        F("prelu", T(SPREAD, dtype), T([0.25, -0.5, 2.0], dtype))
        F("prelu", T(SPREAD, dtype, ("transpose", 0, 1)), T([0.25, 1.5], dtype))
        F("prelu", T(SPREAD[0], dtype), T([0.25, -0.5, 2.0, 1.0], dtype))
    rec("prelu", T(SPREAD), T([0.25, -0.5, 2.0]))
    F("prelu", T(-2.0), T([0.25]))
    F("prelu", T(-2.0), T([0.25, 0.5]), error=True)
    F("prelu", T([-2.0, 1.0]), T([0.25, 0.5]), error=True)
    F("prelu", T(torch.empty(0, 3)), T([0.25, 0.5, 1.0]))
    F("prelu", T(SPREAD), T([0.25, 0.5]), error=True)
    F("prelu", T(SPREAD), T([[0.25, 0.5, 1.0]]), error=True)
    F("prelu", T(SPREAD), T([0.25], "float64"), error=True)
    F("prelu", T([1, 2], "int64"), T([1], "int64"), error="any")


def halves():
    for dtype in FLOATS:
        F("glu", T(SPREAD, dtype))
        F("glu", T(SPREAD, dtype), 0)
        F("glu", T(SPREAD, dtype, ("transpose", 0, 2)), -3)
    F("glu", T(torch.empty(0, 4)))
    F("glu", T(SPREAD), 1, error=True)
    F("glu", T(SPREAD), 3, error=True)
    F("glu", T(1.0), error=True)
    F("glu", T([1, 2], "int64"), error="any")


def gradients():
    section("activations")
    grad = make_autograd.rec
    corners = [-3.0, -2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 3.0, 6.0, 90.0, -90.0]
    smooth = [-7.5, -2.25, -0.8, -0.3, 0.2, 0.7, 1.6, 2.9, 4.4, 8.75]
    for op, options in [(op, {}) for op in PLAIN] + list(WITH):
        for dtype in FLOATS:
            grad(op, T(smooth, dtype), kind="F", once=op in ONCE, **options)
            # The second gradients there are a matter of taste; the first are not.
            grad(op, T(corners, dtype), kind="F", once=True, **options)
        grad(op, T(SPREAD + 0.1, "float32", ("transpose", 0, 1)), kind="F", once=op in ONCE, **options)
        grad(op, T(1.25), kind="F", once=op in ONCE, **options)
        grad(op, T(torch.empty(0, 2)), kind="F", once=op in ONCE, **options)
        if op not in ("gelu", "softsign", "tanhshrink", "silu", "mish"):
            grad(op, T([NAN, INF, -INF]), kind="F", once=True, **options)
    grad("silu", T([NAN]), kind="F", once=True)
    grad("threshold", T([-2.0, 1.0, 1.5, NAN]), 1, 9, kind="F")
    for view in ((), (("transpose", 0, 1),)):
        grad("prelu", T(SPREAD + 0.1, "float64", *view), T([0.25, -0.5, 2.0] if not view else [0.75, 0.5], "float64"), kind="F")
    grad("prelu", T([*NUMBERS, *SPECIALS]), T([0.25]), kind="F", once=True)
    grad("glu", T(SPREAD, "float64"), kind="F")
    grad("glu", T(SPREAD, "float64"), 0, kind="F")
    grad("softmin", T(SPREAD, "float64"), 1, kind="F")
    for op, *args in (("elu_",), ("celu_",), ("selu_",), ("leakyRelu_",), ("hardtanh_",), ("threshold_", 0.5, 2)):
        name, after = op[:-1], make_autograd.snake(op)
        where = torch if op in ("celu_", "selu_") else torch.nn.functional
        run = getattr(where, after)
        grad(op, T(smooth, "float64", ("mul", 1)), *args, kind="F", python=lambda x, *rest, run=run: run(x, *rest), once=name == "elu")
