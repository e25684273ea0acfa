"""Writes ops-gather.json: operations with an index tensor, and activations. Read by tests/golden-catalogue.test.ts.

Run it with a Python that has torch: python tests/golden/make_ops_gather.py
"""

import pathlib

import torch

from recorder import DTYPES, FLOATS, INF, INTEGERS, NAN, T, function, rec, section, write

CUBE = torch.arange(24).reshape(2, 3, 4)
VIEWS = ((), (("transpose", 0, 2),), (("at", ":", "1:", "::2"),), (("at", 1),), (("unsqueeze", 0), ("expand", 3, 2, 3, 4)))


def L(data, dtype="int64", *view):
    return T(data, dtype, *view)


def some_indices(shape, size, seed):
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, size, shape, generator=generator)


def gathers():
    section("gather")
    for view in VIEWS:
        x = T(CUBE, "float32", *view)
        sizes = list(x.value().shape)
        for dim in range(-len(sizes), len(sizes)):
            for longer in (sizes[dim], 1, 9):
                shape = list(sizes)
                shape[dim] = longer
                rec("gather", x, dim, L(some_indices(shape, sizes[dim], longer)))
            rec("gather", x, dim, L(some_indices([1] * len(sizes), sizes[dim], 3), "int32"))
            if len(sizes) == 3:
                rec("gather", x, dim, L(some_indices(list(reversed(sizes)), sizes[dim], 4), "int64", ("transpose", 0, 2)), error="any")
    for dtype in DTYPES:
        rec("gather", T([[0, 1, 1], [1, 0, 1]], dtype), 1, L([[2, 0], [1, 1]]))
        rec("gather", T([1.0, 2.0]), 0, L([1, 0], dtype), error="any")
    x = T(torch.arange(6.0).reshape(2, 3))
    for bad in ([[-1, 0, 0]], [[2, 0, 0]]):
        rec("gather", x, 0, L(bad), error=True)
    for dim, index in ((1, [[2], [1], [0]]), (1, [2]), (2, [[0]]), (-3, [[0]])):
        rec("gather", x, dim, L(index), error=True)
    for empty in ([0], [5, 0], [2, 0]):
        rec("gather", x, 1, L(torch.empty(empty)))
    for index in (0, [0, 0], [0]):
        rec("gather", T(5.0), 0, L(index))
    rec("gather", T([5.0, 6.0]), 0, L(1))
    rec("gather", T(5.0), 0, L([[0]]), error=True)
    function("gather", x, 1, L([[2], [0]]))


def selections():
    section("indexSelect")
    for view in VIEWS:
        x = T(CUBE, "int64", *view)
        sizes = x.value().shape
        for dim in range(-len(sizes), len(sizes)):
            for count in (1, sizes[dim], 7):
                rec("indexSelect", x, dim, L(some_indices([count], sizes[dim], count)))
            rec("indexSelect", x, dim, L([0, 1, 0, 1], "int64", ("at", "1::2")), error="any")
    for dtype in DTYPES:
        rec("indexSelect", T([[0, 1, 1], [1, 0, 1]], dtype), 1, L([2, 0, 2], "int32"))
        rec("indexSelect", T([1.0, 2.0]), 0, L([1, 0], dtype), error="any")
    x = T(torch.arange(6.0).reshape(2, 3))
    for dim, index in ((0, [-1]), (0, [2]), (1, [[2, 2, 0]]), (2, [0])):
        rec("indexSelect", x, dim, L(index), error=True)
    rec("indexSelect", x, 1, L(1))
    rec("indexSelect", x, 1, L(torch.empty(0)))
    rec("indexSelect", T(5.0), 0, L([0]))
    rec("indexSelect", T(5.0), 0, L(0))
    rec("indexSelect", T(5.0), 0, L([0, 0]), error=True)
    rec("indexSelect", T(5.0), 0, L([1]), error=True)
    rec("indexSelect", T(torch.empty(0, 3)), 0, L([0]), error=True)
    rec("indexSelect", T(torch.empty(0, 3)), 1, L([0]))
    function("indexSelect", x, -1, L([2, 0]))


def taken():
    section("take and takeAlongDim")
    for view in VIEWS:
        x = T(CUBE, "float32", *view)
        sizes = list(x.value().shape)
        count = x.value().numel()
        rec("take", x, L(some_indices([5, 2], count, 1) - some_indices([5, 2], 2, 2) * count))
        # PyTorch flattens with view, and refuses what can only be flattened with a copy; we copy.
        rec("takeAlongDim", x, L(some_indices([3, 3], count, 1)), python=lambda a, i: a.contiguous().take_along_dim(i))
        for dim in range(-len(sizes), len(sizes)):
            for shape in (sizes, [1] * len(sizes), [s if d % 2 else 1 for d, s in enumerate(sizes)]):
                rec("takeAlongDim", x, L(some_indices(shape, sizes[dim], 5)), dim)
    x = T(torch.arange(6.0).reshape(2, 3))
    for bad in ([6], [-7]):
        rec("take", x, L(bad), error=True)
        rec("takeAlongDim", x, L(bad), error=True)
    rec("takeAlongDim", x, L([-1]), error=True)
    for index in ([[-1]], [[-3]], [[-4]], [[3]], [[2], [1]]):
        rec("takeAlongDim", x, L(index), 1)
    rec("takeAlongDim", T(x.base, "float32", ("at", ":1")), L([[1, 2], [0, 0], [2, 2]]), 1)
    for index in ([5, 0], [[1, 2], [0, 0], [0, 0]], [[[1, 2]]]):
        rec("takeAlongDim", x, L(index), 1, error=True)
    rec("takeAlongDim", x, L(torch.empty(0, 3)), 0)
    rec("takeAlongDim", x, L(torch.empty(0)))
    rec("takeAlongDim", T(5.0), L(0))
    rec("takeAlongDim", T(5.0), L(0), 0, error=True)
    rec("take", T(5.0), L([0, -1]))
    rec("take", x, L(3))
    rec("take", T(torch.empty(0)), L([0]), error=True)
    rec("take", T(torch.empty(0)), L(torch.empty(0)))
    for dtype in DTYPES:
        for op in ("take", "takeAlongDim"):
            rec(op, T([1.0, 2.0]), L([1, 0], dtype), error="any")
            rec(op, T([1, 0, 1], dtype), L([2, 0, 0, 1, 2]))
    function("take", x, L([1]))
    function("takeAlongDim", x, L([[1]]), 1)


def activations():
    section("activations")
    edges = [0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 3.0, 5.5, -5.5, 9.0, -9.0, 20.0, -20.0, 90.0, -90.0, 1e-6, -1e-3, 1e30, -1e30, INF, NAN]
    for dtype in FLOATS:
        x = T(edges + torch.linspace(-6, 6, 75).tolist(), dtype)
        rec("relu", x)
        rec("relu", x, kind="F")
        # Of infinity PyTorch's vector code makes NaN in float32, its scalar code infinity, which is right: left out.
        finite = T(x.base[~x.base.isinf()], dtype)
        rec("gelu", finite, kind="F")
        rec("gelu", finite, kind="F", approximate="none")
        rec("gelu", x, kind="F", approximate="tanh")
        rec("silu", x, kind="F")
    for dtype in INTEGERS:
        x = T([0, 1, 100] if dtype == "uint8" else [-3, 0, 5], dtype)
        rec("relu", x)
        rec("gelu", x, kind="F", error=True)
        rec("silu", x, kind="F", error=True)
    rec("relu", T([True], "bool"), error=True)
    rec("gelu", T([1.0]), kind="F", approximate="erf", error=True)
    function("relu", T([[-1.0], [2.0]]))


for group in (gathers, selections, taken, activations):
    group()
write(pathlib.Path(__file__).with_name("ops-gather.json"))
