"""Writes windows.json and windows-gradients.json: windows, pooling, borders, for golden-catalogue.test.ts and autograd-golden.test.ts.

Run it with a Python that has torch: python tests/golden/make_windows.py
recorder.py says what a record looks like; those of gradients are make_autograd.py's. Names are ours: `call` and `grad` translate
options and the few names that are not PyTorch's in camelCase.
"""

import pathlib

import torch
import torch.nn.functional as F

import make_autograd
import recorder
from recorder import FLOATS, INF, NAN, T, snake, write

here = pathlib.Path(__file__)
generator = torch.Generator().manual_seed(12)
SNAKE = {"convTranspose1d": "conv_transpose1d", "convTranspose2d": "conv_transpose2d", "maxPool1d": "max_pool1d", "maxPool2d": "max_pool2d", "avgPool1d": "avg_pool1d",
         "avgPool2d": "avg_pool2d", "lpPool1d": "lp_pool1d", "lpPool2d": "lp_pool2d"}


class Found:
    """Values and where they were, under the names that we give them."""

    __slots__ = ("values", "indices")

    def __init__(self, pair):
        self.values, self.indices = pair


def python(op):
    def run(*args, **options):
        out = getattr(F, SNAKE.get(op, snake(op)))(*args, **options)
        return Found(out) if isinstance(out, tuple) else out

    return run


def call(op, *args, **rest):
    recorder.rec(op, *args, kind="F", python=python(op), **rest)


def grad(op, *args, **options):
    make_autograd.rec(op, *args, kind="F", python=python(op), **options)


def section(name):
    recorder.section(name)


def R(shape, dtype="float32", *view):
    """Quarters from -2 to 2, with ties."""
    return T(torch.randint(-8, 9, shape, generator=generator) / 4, dtype, *view)


def I(shape, dtype, *view):
    return T(torch.randint(0, 100, shape, generator=generator), dtype, *view)


def D(shape, *view):
    """Two digits after the point, float64, no two alike: for gradients, away from ties."""
    count = torch.Size(shape).numel()
    return T((torch.randperm(count, generator=generator).reshape(shape) - count // 2) / 25 + 0.013, "float64", *view)


WINDOWS = (
    dict(), dict(stride=1), dict(stride=2, padding=1), dict(padding=1), dict(stride=3), dict(ceil_mode=True), dict(stride=2, padding=1, ceil_mode=True),
    dict(stride=3, ceil_mode=True),
)


def max_pooling():
    section("max pooling")
    for dtype in FLOATS:
        for options in (*WINDOWS, dict(dilation=2), dict(dilation=2, stride=1, padding=1, ceil_mode=True)):
            for kernel in (2, 3):
                x = R((2, 3, 7, 8), dtype)
                call("maxPool2d", x, kernel, **options)
                call("maxPool2d", x, kernel, return_indices=True, **options)
                call("maxPool1d", R((2, 3, 9), dtype), kernel, **options)
                call("maxPool1d", R((3, 9), dtype), kernel, return_indices=True, **options)
    x = R((2, 3, 9, 8))
    call("maxPool2d", x, [4, 3], return_indices=True, stride=[2, 1], padding=[2, 0], dilation=[1, 2])
    call("maxPool2d", x, [1, 5], return_indices=True, stride=[1, 2], padding=[0, 2])
    call("maxPool2d", x, [8], stride=[1])
    call("maxPool2d", x, 1)
    call("maxPool2d", x, [9, 8], return_indices=True)
    call("maxPool2d", R((3, 5, 6)), 2, return_indices=True)
    for view in (("transpose", 2, 3), ("transpose", 0, 1), ("at", ":", ":", "::2", "1:"), ("at", 0)):
        call("maxPool2d", R((2, 3, 6, 8), "float32", view), 3, return_indices=True, stride=2, padding=1)
    call("maxPool2d", R((1, 1, 5, 5), "float32", ("expand", 2, 3, 5, 5)), 2, return_indices=True)
    call("maxPool2d", T(torch.empty(0, 2, 4, 4)), 2, return_indices=True)
    for dtype in recorder.INTEGERS:
        call("maxPool2d", I((1, 2, 5, 5), dtype), 3, return_indices=True, stride=2, padding=1)
    nothing, holes = torch.full((1, 1, 6, 6), -INF), R((1, 1, 6, 6)).base
    holes[0, 0, 1, 2] = holes[0, 0, 2, 2] = holes[0, 0, 4, 4] = NAN
    holes[0, 0, 3, :] = INF
    for kernel in (2, 3, 4):
        for options in (dict(), dict(stride=1, padding=kernel // 2), dict(stride=2, padding=1, dilation=2)):
            call("maxPool2d", T(nothing), kernel, return_indices=True, **options)
            call("maxPool2d", T(holes), kernel, return_indices=True, **options)
            call("maxPool2d", T(torch.ones(1, 1, 6, 6)), kernel, return_indices=True, **options)
    x = T(torch.zeros(1, 1, 4, 4))
    for bad in (dict(padding=2), dict(padding=-1), dict(stride=0), dict(dilation=0), dict(stride=[1, 2, 3])):
        call("maxPool2d", x, 2, error=True, **bad)
    for kernel in (0, 5, [2, 2, 2]):
        call("maxPool2d", x, kernel, error=True)
    for wrong in (torch.zeros(4, 4), torch.zeros(1, 1, 1, 4, 4), torch.zeros(2, 0, 4, 4), torch.zeros(2, 1, 0, 4), torch.zeros(0, 4, 4)):
        call("maxPool2d", T(wrong), 2, error=True)
    call("maxPool1d", T(torch.zeros(4)), 2, error=True)
    call("maxPool1d", T(torch.zeros(1, 1, 1, 4)), 2, error=True)
    call("maxPool1d", T(torch.zeros(1, 4)), 5, error=True)


def avg_pooling():
    section("avg pooling")
    for dtype in FLOATS:
        for options in WINDOWS:
            for kernel in (2, 3):
                for counting in (True, False):
                    call("avgPool2d", R((2, 3, 7, 8), dtype), kernel, count_include_pad=counting, **options)
                    call("avgPool1d", R((2, 3, 9), dtype), kernel, count_include_pad=counting, **options)
    x = R((2, 3, 9, 8))
    call("avgPool2d", x, [4, 3], stride=[2, 1], padding=[2, 0])
    call("avgPool2d", x, [1, 5], stride=[1, 2], padding=[0, 2], divisor_override=3)
    call("avgPool2d", x, 2, padding=1, divisor_override=-2)
    call("avgPool2d", x, [9, 8])
    call("avgPool2d", R((3, 5, 6)), [2])
    call("avgPool1d", R((3, 5)), [2])
    for view in (("transpose", 2, 3), ("at", ":", ":", "::2", "1:")):
        call("avgPool2d", R((2, 3, 6, 8), "float32", view), 3, stride=2, padding=1)
    call("avgPool2d", T(torch.empty(0, 2, 4, 4)), 2)
    call("avgPool2d", I((1, 2, 5, 5), "int64"), 2)
    call("avgPool2d", T([[[[1.0, INF, 2.0], [NAN, 0.5, 1.0], [-INF, INF, 1.0]]]]), 2, stride=1, padding=1)
    x = T(torch.zeros(1, 1, 4, 4))
    for bad in (dict(padding=2), dict(padding=-1), dict(stride=0), dict(divisor_override=0)):
        call("avgPool2d", x, 2, error=True, **bad)
    for kernel in (0, 5, [2, 2, 2]):
        call("avgPool2d", x, kernel, error=True)
    for wrong in (torch.zeros(4, 4), torch.zeros(2, 0, 4, 4), torch.zeros(2, 1, 0, 4)):
        call("avgPool2d", T(wrong), 2, error=True)
    call("avgPool1d", T(torch.zeros(4)), 2, error=True)
    section("lp pooling")
    for dtype in FLOATS:
        for p in (1, 2, 3, 2.5):
            x = T(R((2, 3, 7, 8)).base.abs(), dtype)
            call("lpPool2d", x, p, 2)
            call("lpPool2d", x, p, [3, 2], stride=2, ceil_mode=True)
            call("lpPool1d", T(x.base[0], dtype), p, 3, stride=1)
        call("lpPool2d", R((2, 3, 6, 6), dtype), 2, 3, stride=1)
        call("lpPool2d", R((2, 3, 6, 6), dtype), 3, 3, stride=1)


def transposed():
    section("transposed convolutions")
    for dtype in FLOATS:
        for options in (dict(), dict(stride=2), dict(stride=2, padding=1, output_padding=1), dict(stride=[3, 1], padding=[1, 0], dilation=[1, 2], output_padding=[2, 1]), dict(padding=1),
                        dict(dilation=2, output_padding=1)):
            call("convTranspose2d", R((2, 4, 4, 3), dtype), R((4, 3, 3, 2), dtype), R((3,), dtype), **options)
            call("convTranspose2d", R((2, 4, 4, 3), dtype), R((4, 3, 3, 2), dtype), None, groups=2, **options)
        for options in (dict(), dict(stride=2, padding=1, output_padding=1), dict(dilation=3, groups=2), dict(stride=4)):
            call("convTranspose1d", R((2, 4, 5), dtype), R((4, 2, 3), dtype), R((2 * options.get("groups", 1),), dtype), **options)
        call("convTranspose2d", R((4, 4, 3), dtype), R((4, 3, 3, 2), dtype), R((3,), dtype), stride=2)
        call("convTranspose1d", R((4, 5), dtype), R((4, 3, 2), dtype))
    call("convTranspose2d", R((2, 3, 4, 4), "float32", ("transpose", 2, 3)), R((5, 3, 2, 2), "float32", ("transpose", 0, 1)))
    call("convTranspose2d", T(torch.empty(0, 4, 4, 3)), R((4, 3, 3, 2)), R((3,)))
    x, w = R((2, 4, 4, 3)), R((4, 3, 3, 2))
    for bad in (dict(output_padding=1), dict(stride=2, output_padding=2), dict(stride=0), dict(padding=-1), dict(groups=3), dict(padding=4), dict(dilation=0), dict(output_padding=-1)):
        call("convTranspose2d", x, w, None, error=True, **bad)
    call("convTranspose2d", R((2, 3, 4, 3)), w, error=True)
    call("convTranspose2d", x, w, R((4,)), error=True)
    call("convTranspose2d", x, R((4, 3, 3)), error=True)
    call("convTranspose2d", R((4, 3)), w, error=True)
    call("convTranspose2d", x, R((4, 3, 3, 2), "float64"), error=True)


def gradients():
    section("gradients of pooling")
    for options in (*WINDOWS, dict(dilation=2, stride=1)):
        for kernel in (2, 3):
            grad("maxPool2d", D((2, 2, 5, 6)), kernel, **options)
            grad("maxPool1d", D((2, 7)), kernel, **options)
            if "dilation" not in options:
                grad("avgPool2d", D((2, 2, 5, 6)), kernel, **options)
                grad("avgPool2d", D((2, 2, 5, 6)), kernel, count_include_pad=False, **options)
                grad("avgPool1d", D((2, 7)), kernel, **options)
    for kernel, options in ((2, dict()), (3, dict(stride=1, padding=1)), (3, dict(stride=2)), (4, dict(stride=1)), (4, dict())):
        grad("maxPool2d", R((1, 2, 8, 8)), kernel, **options)
        grad("maxPool2d", T(torch.ones(1, 1, 8, 8)), kernel, **options)
        grad("maxPool2d", T(torch.full((1, 1, 8, 8), -INF)), kernel, **options)
    grad("maxPool2d", T([[[[1.0, NAN, 2.0, NAN], [0.0, 3.0, NAN, 1.0]]]]), 2)
    grad("maxPool2d", R((2, 4, 6), "float32", ("transpose", 1, 2)), [2, 3])
    grad("maxPool2d", R((1, 1, 4, 4), "float32", ("expand", 2, 3, 4, 4)), 2)
    grad("maxPool2d", T(torch.empty(0, 2, 4, 4)), 2)
    grad("avgPool2d", R((2, 4, 6), "float32", ("transpose", 1, 2)), [2, 3], stride=1)
    grad("avgPool2d", R((1, 2, 5, 5)), 2, divisor_override=3)
    for p in (1, 2, 3):
        grad("lpPool2d", T(D((1, 2, 4, 6)).base.abs(), "float64"), p, 2)
        grad("lpPool2d", T(D((1, 2, 4, 6)).base.abs(), "float64"), p, 3, stride=1)
        grad("lpPool1d", T(D((2, 7)).base.abs(), "float64"), p, 3, ceil_mode=True)
    section("gradients of transposed convolutions")
    for options in (dict(), dict(stride=2, padding=1, output_padding=1), dict(dilation=2), dict(groups=2, stride=[2, 1])):
        grad("convTranspose2d", D((2, 2, 3, 4)), D((2, 2, 3, 2)), D((2 * options.get("groups", 1),)), **options)
    grad("convTranspose1d", D((2, 5)), D((2, 3, 2)), D((3,)), stride=2)
    grad("convTranspose1d", R((1, 2, 5)), R((2, 3, 2)))


max_pooling()
avg_pooling()
transposed()
write(here.with_name("windows.json"))
recorder.sections.clear()
gradients()
write(here.with_name("windows-gradients.json"))
