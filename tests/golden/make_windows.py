"""Writes windows.json, resampling.json and windows-gradients.json: windows, pooling, borders, sizes, for golden-catalogue.test.ts and autograd-golden.test.ts.

Run it with a Python that has torch: python tests/golden/make_windows.py
recorder.py says what a record looks like; those of gradients are make_autograd.py's. Names are ours: `call` and `grad` translate
options and the few names that are not PyTorch's in camelCase.
"""

import pathlib

import torch
import torch.nn.functional as F

import make_autograd
import recorder
from recorder import DTYPES, FLOATS, INF, NAN, T, snake, write

here = pathlib.Path(__file__)
generator = torch.Generator().manual_seed(12)
SNAKE = {"convTranspose1d": "conv_transpose1d", "convTranspose2d": "conv_transpose2d", "maxPool1d": "max_pool1d", "maxPool2d": "max_pool2d", "avgPool1d": "avg_pool1d",
         "avgPool2d": "avg_pool2d", "lpPool1d": "lp_pool1d", "lpPool2d": "lp_pool2d", "adaptiveAvgPool1d": "adaptive_avg_pool1d",
         "adaptiveAvgPool2d": "adaptive_avg_pool2d", "adaptiveMaxPool1d": "adaptive_max_pool1d", "adaptiveMaxPool2d": "adaptive_max_pool2d"}


class Found:
    """Values and where they were, under the names that we give them."""

    __slots__ = ("values", "indices")

    def __init__(self, pair):
        self.values, self.indices = pair


def calling(op):
    def run(*args, **options):
        out = getattr(F, SNAKE.get(op, snake(op)))(*args, **options)
        return Found(out) if isinstance(out, tuple) else out

    return run


def call(op, *args, python=None, **rest):
    recorder.rec(op, *args, kind="F", python=python or calling(op), **rest)


def grad(op, *args, **options):
    make_autograd.rec(op, *args, kind="F", python=calling(op), **options)


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
        call("lpPool2d", R((2, 3, 6, 6), dtype), INF, 3, stride=1)
        call("lpPool1d", R((3, 6), dtype), -INF, 2)


def adaptive():
    section("adaptive pooling")
    for dtype in FLOATS:
        for size in (1, 2, 3, [3, 5], [None, 3], [4, None], [6, 8], [9, 7], 0, [7, 13]):
            x = R((2, 3, 6, 8), dtype)
            call("adaptiveAvgPool2d", x, size)
            call("adaptiveMaxPool2d", x, size)
            call("adaptiveMaxPool2d", x, size, return_indices=True)
        for size in (1, 3, 4, [7], 9):
            call("adaptiveAvgPool1d", R((2, 3, 7), dtype), size)
            call("adaptiveMaxPool1d", R((3, 7), dtype), size, return_indices=True)
    for view in (("transpose", 2, 3), ("at", ":", ":", "::2", "1:"), ("at", 0)):
        call("adaptiveAvgPool2d", R((2, 3, 6, 8), "float32", view), [2, 5])
        call("adaptiveMaxPool2d", R((2, 3, 6, 8), "float32", view), [2, 5], return_indices=True)
    holes = R((1, 1, 6, 7)).base
    holes[0, 0, 1, 2] = holes[0, 0, 2, 2] = holes[0, 0, 4, 4] = NAN
    holes[0, 0, 3, :] = INF
    for size in (1, 2, 3, 4, [4, 7]):
        call("adaptiveMaxPool2d", T(holes), size, return_indices=True)
        call("adaptiveAvgPool2d", T(holes), size)
        call("adaptiveMaxPool2d", T(torch.full((1, 1, 6, 7), -INF)), size, return_indices=True)
        call("adaptiveMaxPool2d", T(torch.ones(1, 1, 6, 7)), size, return_indices=True)
    call("adaptiveAvgPool2d", T(torch.empty(0, 2, 4, 4)), 3)
    call("adaptiveMaxPool2d", T(torch.empty(0, 2, 4, 4)), 3, return_indices=True)
    x = R((1, 2, 4, 4))
    for op in ("adaptiveAvgPool2d", "adaptiveMaxPool2d"):
        call(op, x, [1, 2, 3], error=True)
        call(op, T(torch.zeros(1, 2, 0, 4)), 2, error=True)
        call(op, T(torch.zeros(4)), 2, error=True)
    call("adaptiveAvgPool2d", x, -1, error=True)
    call("adaptiveAvgPool1d", T(torch.zeros(4)), 2, error=True)


def borders():
    section("pad")
    for dtype in FLOATS:
        for mode in ("reflect", "replicate", "circular"):
            for shape in ((3, 5), (2, 3, 5)):
                for sides in ([1, 2], [0, 3], [3, 0], [-1, 2], [2, -1], [-1, -1], [0, 0], [0, -2]):
                    if mode != "circular" or min(sides) >= 0 or max(sides) <= 0:
                        call("pad", R(shape, dtype), sides, mode=mode)
            call("pad", R((2, 3, 5), dtype), [-1, 2], mode=mode)
            call("pad", R((2, 3, 5, 4), dtype), [1, 3, 2, 0], mode=mode)
            call("pad", R((3, 5, 4), dtype), [3, 1, 0, 2], mode=mode)
            call("pad", R((1, 2, 3, 4, 3), dtype), [1, 2, 2, 1, 0, 1], mode=mode)
        call("pad", R((2, 3), dtype), [7, 6], mode="replicate")
        call("pad", R((2, 3), dtype), [-3, 2], mode="replicate")
    for dtype in DTYPES:
        x = I((2, 3), dtype)
        call("pad", x, [1, 2, 0, 1])
        call("pad", x, [1, -1], value=1)
        if dtype not in ("bool", "uint8"):
            call("pad", x, [0, 1, 2, 0], value=-2.5)
        call("pad", x, [1, 1], mode="circular")
    for view in (("transpose", 0, 2), ("at", ":", "::2", "1:")):
        for mode in ("constant", "reflect", "replicate", "circular"):
            call("pad", R((3, 4, 5), "float32", view), [1, 2], mode=mode)
    call("pad", R((2, 3, 4)), [1, 1, 2, 2, 3, 3], value=0.5)
    call("pad", R((2, 3)), [-1, -2])
    call("pad", R((2, 3)), [-2, -1])
    call("pad", R((2, 3)), [])
    call("pad", T(2.5), [])
    call("pad", T(torch.empty(0, 3)), [1, 1, 0, 2])
    call("pad", T(torch.empty(0, 3, 4)), [1, 1], mode="reflect")
    call("pad", R((2, 3)), [1, 1], value=-7.5)
    x = R((2, 3, 4))
    for sides in ([1], [1, 1, 1], [1] * 8, [-3, -2], [0, -5]):
        call("pad", x, sides, error=True)
    for sides in ([4, 0], [0, 4], [-3, -1], [-2, -2], [1] * 6, [1, 1, 1]):
        call("pad", x, sides, mode="reflect", error=True)
    call("pad", x, [5, 0], mode="circular", error=True)
    call("pad", x, [-2, -2], mode="replicate", error=True)
    call("pad", x, [1, 1], mode="reflect", value=1.5, error=True)
    call("pad", x, [1, 1], mode="mirror", error=True)
    call("pad", T(2.5), [1, 1], error=True)
    call("pad", T(torch.zeros(2, 0, 4)), [1, 1], mode="reflect", error=True)
    call("pad", T(torch.zeros(2, 3, 0)), [1, 1], mode="replicate", error=True)
    call("pad", R((2, 3, 4, 5)), [1, 1], mode="circular", error=True)


def resizing():
    section("interpolate")
    for dtype in FLOATS:
        for mode in ("nearest", "nearest-exact", "area", "linear"):
            x = R((2, 2, 7), dtype)
            for size in (1, 2, 3, 5, 7, 8, 13, 14, 21):
                call("interpolate", x, size=size, mode=mode)
            for factor in (2, 0.5, 1.3, 2.7, 0.29, 3):
                for again in (None, True) if mode != "area" else (None,):
                    call("interpolate", x, scale_factor=factor, mode=mode, **({"recompute_scale_factor": True} if again else {}))
        for size in (1, 2, 5, 7, 13):
            call("interpolate", R((2, 2, 7), dtype), size=size, mode="linear", align_corners=True)
            call("interpolate", R((2, 2, 7), dtype), size=size, mode="linear", align_corners=False)
        call("interpolate", R((2, 2, 7), dtype), scale_factor=1.7, mode="linear", align_corners=True)
        for mode in ("nearest", "nearest-exact", "area", "bilinear", "bicubic"):
            x = R((1, 2, 5, 4), dtype)
            for size in (3, [10, 8], [5, 4], [1, 7], [7, 1]):
                call("interpolate", x, size=size, mode=mode)
            call("interpolate", x, scale_factor=[1.5, 2], mode=mode)
            if mode in ("bilinear", "bicubic"):
                call("interpolate", x, size=[3, 9], mode=mode, align_corners=True)
                call("interpolate", x, size=[1, 9], mode=mode, align_corners=True)
                call("interpolate", x, scale_factor=2.3, mode=mode, align_corners=True)
        for mode in ("nearest", "area", "trilinear"):
            call("interpolate", R((1, 1, 3, 2, 4), dtype), size=[2, 3, 5], mode=mode)
            call("interpolate", R((1, 1, 3, 2, 4), dtype), scale_factor=2, mode=mode)
    for view in (("transpose", 2, 3), ("at", ":", ":", "::2", "1:")):
        for mode in ("nearest", "bilinear"):
            call("interpolate", R((2, 1, 6, 4), "float32", view), scale_factor=1.5, mode=mode)
    call("interpolate", I((1, 1, 2, 3), "uint8"), scale_factor=2)
    call("interpolate", T(torch.empty(0, 2, 4)), size=3)
    call("interpolate", T([[[1.0, INF, 2.0, NAN, 3.0]]]), size=3, mode="linear")
    call("interpolate", T([[[1.0, INF, 2.0, NAN, 3.0]]]), size=10, mode="nearest")
    x = R((1, 2, 4, 5))
    for bad in (dict(), dict(size=[3]), dict(size=[3, 4, 5]), dict(size=3, scale_factor=2), dict(scale_factor=2, mode="linear"), dict(scale_factor=2, align_corners=True),
                dict(scale_factor=2, mode="area", align_corners=False), dict(size=0), dict(scale_factor=0.1), dict(scale_factor=-1), dict(size=3, recompute_scale_factor=True),
                dict(scale_factor=2, mode="trilinear"), dict(scale_factor=2, mode="cubic"), dict(size=3.5), dict(scale_factor=[2])):
        call("interpolate", x, error=True, **bad)
    for wrong in (torch.zeros(4, 5), torch.zeros(1, 0, 4), torch.zeros(1, 1, 0)):
        call("interpolate", T(wrong), error=True, size=3)


def folding():
    section("fold")
    for dtype in FLOATS:
        for options in (dict(), dict(stride=2), dict(padding=1), dict(dilation=2, padding=[1, 2]), dict(stride=[2, 1], padding=[0, 2])):
            for kernel in (2, [2, 3]):
                call("unfold", R((2, 2, 5, 6), dtype), kernel, **options)
                columns = F.unfold(R((2, 2, 5, 6), dtype).base, kernel, **options)
                call("fold", R(tuple(columns.shape), dtype), [5, 6], kernel, **options)
    call("unfold", R((2, 5, 6)), 2)
    call("unfold", R((2, 2, 6, 5), "float32", ("transpose", 2, 3)), 2, stride=2)
    call("unfold", I((1, 2, 3, 3), "bool"), 2)
    call("unfold", T(torch.empty(0, 2, 4, 4)), 2)
    call("unfold", R((1, 1, 2, 2)), [2, 2])
    call("unfold", R((1, 1, 2, 2)), 3, padding=3)
    call("fold", R((12, 9)), [4, 5], [2, 3], padding=0, stride=1)
    call("fold", T(torch.empty(0, 12, 9)), [4, 5], [2, 3])
    x = R((1, 2, 4, 5))
    for bad in (dict(stride=0), dict(padding=-1), dict(dilation=0), dict(dilation=4)):
        call("unfold", x, 2, error=True, **bad)
    for kernel in (0, 7, [2, 2, 2]):
        call("unfold", x, kernel, error=True)
    call("unfold", T(torch.zeros(4, 5)), 2, error=True)
    call("unfold", T(torch.zeros(1, 0, 4, 4)), 2, error=True)
    for shape in ((1, 12, 8), (1, 11, 9), (1, 2, 12, 9)):
        call("fold", R(shape), [4, 5], [2, 3], error=True)
    section("shuffles")
    for dtype in ("float32", "int64", "bool"):
        call("pixelShuffle", I((1, 8, 2, 3), dtype), 2)
        call("pixelUnshuffle", I((1, 2, 4, 6), dtype), 2)
        call("channelShuffle", I((1, 6, 2, 2), dtype), 3, python=lambda x, g: F.channel_shuffle(x, g))
    call("pixelShuffle", R((2, 1, 18, 2, 3)), 3)
    call("pixelShuffle", R((8, 2, 3)), 2)
    call("pixelShuffle", R((2, 8, 3, 2), "float32", ("transpose", 2, 3)), 2)
    call("pixelShuffle", R((4, 1, 1)), 2)
    call("pixelShuffle", R((4, 2, 1)), 1)
    call("pixelUnshuffle", R((2, 1, 2, 6, 3)), 3)
    call("pixelUnshuffle", R((1, 2, 2)), 2)
    call("pixelShuffle", R((1, 7, 2, 3)), 2, error=True)
    call("pixelShuffle", R((2, 3)), 1, error=True)
    call("pixelShuffle", R((8, 2, 3)), 0, error=True)
    call("pixelUnshuffle", R((1, 2, 4, 5)), 2, error=True)
    call("pixelUnshuffle", R((2, 4)), 2, error=True)
    call("pixelUnshuffle", R((2, 4, 4)), 0, error=True)


def norms():
    section("norms")
    for dtype in FLOATS:
        for shape in ((4, 3), (2, 3, 5), (2, 3, 4, 5), (2, 3, 2, 2, 3)):
            x, w, b = R(shape, dtype), R((3,), dtype), R((3,), dtype)
            mean, var = R((3,), dtype), T(R((3,)).base.abs() + 0.5, dtype)
            call("batchNorm", x, mean, var, w, b)
            call("batchNorm", x, mean, var, None, b, eps=0.5)
            call("batchNorm", x, None, None, w, b, training=True)
            call("batchNorm", x, mean, var, w, None, training=True, momentum=0.3)
            if len(shape) > 2:
                call("instanceNorm", x)
                call("instanceNorm", x, mean, var, w, b)
                call("instanceNorm", x, mean, var, w, b, use_input_stats=False)
                call("instanceNorm", x, None, None, w, b, eps=0.5)
                for size in (1, 2, 3, 5):
                    call("localResponseNorm", x, size)
                call("localResponseNorm", x, 3, alpha=0.5, beta=0.25, k=2)
            call("groupNorm", x, 1, w, b)
            call("groupNorm", x, 3, None, b)
            call("groupNorm", x, 1, w, None, 0.5)
        call("groupNorm", R((2, 6, 3, 4), dtype), 3)
    for view in (("transpose", 0, 1), ("transpose", 2, 3), ("at", ":", "::2", "1:")):
        x = R((4, 4, 4, 4), "float32", view)
        channels = x.value().shape[1]
        call("batchNorm", x, None, None, R((channels,)), R((channels,)), training=True)
        call("instanceNorm", x)
        call("groupNorm", x, channels // 2)
        call("localResponseNorm", x, 2)
    call("batchNorm", T(torch.empty(0, 2)), T([0.0, 1.0]), T([1.0, 2.0]))
    call("batchNorm", T(torch.empty(0, 2)), None, None, None, None, training=True)
    call("groupNorm", T(torch.empty(0, 4, 2)), 2)
    x, three = R((3, 2, 4)), T([1.0, 2.0, 3.0])
    two = T([1.0, 2.0])
    call("batchNorm", x, error=True, python=lambda x: F.batch_norm(x, None, None))
    call("batchNorm", x, two, None, error=True)
    call("batchNorm", x, two, None, None, None, error=True, training=True)
    call("batchNorm", x, three, three, error=True)
    call("batchNorm", x, two, two, three, error=True)
    call("batchNorm", x, two, two, two, three, error=True)
    call("batchNorm", T([[1.0, 2.0]]), two, two, None, None, error=True, training=True)
    call("batchNorm", two, None, None, None, None, error=True, training=True)
    call("batchNorm", x, two, two, None, None, error=True, eps=-1)
    call("batchNorm", T(x.base, "float64"), two, two, error=True)
    call("groupNorm", x, 3, error=True)
    call("groupNorm", x, 0, python=lambda x, g: F.group_norm(x, g) if g else [][0], error=True)
    call("groupNorm", two, 2, error=True)
    call("groupNorm", T([[1.0, 2.0]]), 2, error=True)
    call("groupNorm", x, 2, three, error=True)
    call("instanceNorm", T([[[1.0], [2.0]]]), error=True)
    call("instanceNorm", x, None, None, None, None, error=True, use_input_stats=False)
    call("localResponseNorm", T([[1.0, 2.0]]), 2, error=True)
    call("localResponseNorm", x, 0, error=True)


def gradients_of_norms():
    section("gradients of norms")
    for shape in ((4, 3), (2, 3, 5), (2, 3, 2, 3)):
        grad("batchNorm", D(shape), None, None, D((3,)), D((3,)), training=True)
        if len(shape) > 2:
            grad("instanceNorm", D(shape), None, None, D((3,)), D((3,)))
            grad("localResponseNorm", D(shape), 2, alpha=0.5)
        grad("groupNorm", D(shape), 1, D((3,)), D((3,)))
    grad("groupNorm", D((2, 4, 3)), 2)
    grad("groupNorm", R((2, 4, 3), "float32", ("transpose", 1, 2)), 3)


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
    section("gradients of adaptive pooling")
    for size in (1, 2, [3, 4], [7, 9], [2, None]):
        grad("adaptiveAvgPool2d", D((2, 1, 5, 6)), size)
        grad("adaptiveMaxPool2d", D((2, 1, 5, 6)), size)
        grad("adaptiveMaxPool2d", T(torch.ones(1, 1, 5, 6)), size)
    grad("adaptiveAvgPool1d", D((2, 7)), 3)
    grad("adaptiveMaxPool1d", D((2, 7)), 3)
    grad("adaptiveMaxPool1d", T([[NAN, 1.0, NAN, 2.0, 3.0]]), 2)
    section("gradients of pad")
    for mode in ("constant", "reflect", "replicate", "circular"):
        grad("pad", D((2, 3, 5)), [1, 2], mode=mode)
        grad("pad", D((2, 3, 5)), [-1, 2], mode=mode)
        grad("pad", D((2, 3, 5, 4)), [1, 2, 3, 0], mode=mode)
    grad("pad", R((2, 3), "float32", ("transpose", 0, 1)), [1, -1, 0, 2])
    section("gradients of interpolate")
    for mode in ("nearest", "nearest-exact", "area", "linear"):
        for size in (3, 5, 10, 7):
            grad("interpolate", D((1, 2, 5)), size=size, mode=mode)
        grad("interpolate", D((1, 2, 5)), scale_factor=1.7, mode=mode)
    for mode in ("nearest", "area", "bilinear", "bicubic"):
        grad("interpolate", D((1, 1, 4, 5)), size=[6, 3], mode=mode)
        grad("interpolate", D((1, 1, 4, 5)), scale_factor=2, mode=mode)
    grad("interpolate", D((1, 1, 4, 5)), size=[7, 8], mode="bilinear", align_corners=True)
    grad("interpolate", R((1, 1, 4, 5), "float32", ("transpose", 2, 3)), size=[7, 8], mode="bilinear")
    section("gradients of fold")
    for options in (dict(), dict(stride=2), dict(padding=1, dilation=2)):
        grad("unfold", D((1, 2, 5, 6)), [2, 3], **options)
        grad("fold", D(tuple(F.unfold(torch.zeros(1, 2, 5, 6), [2, 3], **options).shape)), [5, 6], [2, 3], **options)
    grad("pixelShuffle", D((1, 4, 2, 3)), 2)
    grad("pixelUnshuffle", D((1, 1, 4, 6)), 2)
    section("gradients of transposed convolutions")
    for options in (dict(), dict(stride=2, padding=1, output_padding=1), dict(dilation=2), dict(groups=2, stride=[2, 1])):
        grad("convTranspose2d", D((2, 2, 3, 4)), D((2, 2, 3, 2)), D((2 * options.get("groups", 1),)), **options)
    grad("convTranspose1d", D((2, 5)), D((2, 3, 2)), D((3,)), stride=2)
    grad("convTranspose1d", R((1, 2, 5)), R((2, 3, 2)))


max_pooling()
avg_pooling()
adaptive()
transposed()
write(here.with_name("windows.json"))
recorder.sections.clear()
borders()
resizing()
folding()
norms()
write(here.with_name("resampling.json"))
recorder.sections.clear()
gradients()
gradients_of_norms()
write(here.with_name("windows-gradients.json"))
