"""Writes autograd-order.json: PyTorch's first and second gradients of index tensors and masks, read and written, and of what orders,
scatters and leaves out, for tests/autograd-golden.test.ts.

Run it with a Python that has torch: python tests/golden/make_autograd_order.py
The records are make_autograd.py's. In the test `set` and what ends in _ is called on a copy of the leaf, as here.
"""

import pathlib

import torch

import make_autograd
import make_indexing
import recorder
from make_autograd import leaf_of, rec
from make_indexing import key, longs
from recorder import FLOATS, T, section

make_autograd.argument_json = make_indexing.argument_json
make_autograd.value_of = lambda arg, leaves: leaf_of(arg, leaves) if isinstance(arg, T) else [make_autograd.value_of(a, leaves) for a in arg] if isinstance(arg, list) else arg

CUBE = torch.arange(24.0).reshape(2, 3, 4) / 4 - 2
MASK = T([[True, False, True], [False, True, True]], "bool")
COLUMNS = T([True, False, False, True], "bool")
# Without repetitions: which of several values for one place stays is open.
INDICES = [
    (longs([1, 0]),), (":", longs([-1, 1])), (longs([1, 0]), ":", longs([0, 0])), (longs([[0], [1]]), longs([[2, 0]])), (0, longs([1, 2])), (MASK,), (MASK, "1:3"),
    ("...", COLUMNS), ("1:", None, longs([0, 2])), (True, 1), (longs([]),), ([1, 1], [0, 2], 3), (longs(1),), (longs([0, 1]), "::2"), (0, longs([2]), COLUMNS),
]
REPEATED = [(longs([1, 1, 0]),), (":", longs([[0, 0], [2, 0]])), (longs([0, 0]), ":", longs([1, 1]))]


def assign(entries):
    def python(target, _, value):
        target = target * 1
        target[key(entries)] = value
        return target

    return python


def indexing():
    section("indexing")
    for dtype in FLOATS:
        for entries in INDICES + REPEATED:
            rec("at", T(CUBE, dtype), *entries, python=lambda value, *_, e=entries: value[key(e)])
        for entries in INDICES:
            shape = CUBE[key(entries)].shape
            values = torch.arange(float(torch.Size(shape).numel())).reshape(shape) / 2 - 1
            rec("set", T(CUBE, dtype), list(entries), T(values, dtype), python=assign(entries))
            rec("set", T(CUBE, dtype), list(entries), T(2.5, dtype), python=assign(entries))
            rec("set", T(CUBE, dtype), list(entries), 1.5, python=assign(entries))
    for view in [("transpose", 0, 2), ("at", ":", "::2", "1:")]:
        for entries in [(longs([1, 0, 1]),), (":", longs([1, 0]), longs([0, 1]))]:
            rec("at", T(CUBE, "float32", view), *entries, python=lambda value, *_, e=entries: value[key(e)])
        rec("set", T(CUBE, "float32", view), [longs([0, 1])], T([[[0.5]], [[1.5]]]), python=assign((longs([0, 1]),)))
    rec("set", T([0.5, 1.5, 2.5]), [T([True, False, True], "bool")], T([[0.25]]), python=assign((T([True, False, True], "bool"),)))
    for indices, values in [([longs([1, 0])], T([[[1.5], [2.5], [0.5]]])), ([longs([0, 1, 1])], T(2.5)), ([MASK], T([[0.5], [1.5], [2.5], [3.5]])), ([longs([[0], [1]]), longs([[2, 0]])], T([1.5, 0.5, 0.25, 2]))]:
        rec("indexPut", T(CUBE), indices, values, accumulate=True)
        if indices[0].base.numel() != 3:
            rec("indexPut", T(CUBE), indices, values)


LINES = torch.tensor([[[1.5, -2.0, 0.25, 3.0, -0.5], [0.75, 4.0, -1.25, 2.5, 0.1]], [[-3.0, 0.6, 1.1, 0.2, 2.0], [5.0, -4.5, 0.35, 1.9, -0.15]]])
TIES = torch.tensor([[1.0, 2.0, 2.0, 3.0, 2.0], [0.5, 0.5, -1.0, 0.5, 4.0]])
NAN = float("nan")


def ordering():
    section("ordering")
    for view in [(), (("transpose", 0, 2),), (("at", ":", ":", "::2"),)]:
        for dtype in FLOATS if not view else ["float32"]:
            x = T(LINES, dtype, *view)
            for dim in (0, 1, -1):
                rec("sort", x, dim)
                rec("sort", x, dim=dim, descending=True)
                rec("kthvalue", x, 2, dim, True)
                rec("median", x, dim)
                rec("nanmedian", x, dim, True)
                rec("topk", x, 2, dim)
                rec("topk", x, 1, dim, False)
                rec("mode", x, dim)
            rec("msort", x)
            rec("median", x)
            rec("nanmedian", x)
            rec("kthvalue", x, 1)
            rec("aminmax", x)
            rec("aminmax", x, dim=1)
            rec("aminmax", x, dim=-1, keepdim=True)
    for x in (T(2.5), T([1.5])):
        for op in ("sort", "median", "nanmedian", "msort", "aminmax") if x.base.dim() else ("sort", "median", "nanmedian", "aminmax"):
            rec(op, x)
        rec("kthvalue", x, 1)
        rec("topk", x, 1)
        rec("median", x, 0)
        rec("aminmax", x, dim=0)
        rec("quantile", x, 0.25)
    rec("sort", T(torch.empty(0, 3)))
    rec("topk", T(LINES), 0)
    for x in (TIES, torch.tensor([1.0, NAN, 2.0, NAN, 0.5])):
        rec("median", T(x))
        rec("nanmedian", T(x))
        rec("aminmax", T(x), once=True)
    rec("aminmax", T(TIES), dim=1)
    rec("quantile", T(TIES), 0.5, 1)
    for op in ("quantile", "nanquantile"):
        for mode in ("linear", "lower", "higher", "nearest", "midpoint"):
            rec(op, T(LINES), 0.3, interpolation=mode)
            rec(op, T(LINES), 0.3, 1, interpolation=mode)
            rec(op, T(LINES), 0.6, -1, keepdim=True, interpolation=mode)
        for dtype in FLOATS:
            rec(op, T(LINES, dtype), T([0.1, 0.45, 0.85], dtype), 2)
            rec(op, T(LINES, dtype), T([0.1, 0.45, 0.85], dtype), -1, keepdim=True)
            rec(op, T(LINES, dtype), T([0.1, 0.95], dtype), 0)
            rec(op, T(LINES, dtype), T(0.7, dtype))
        rec(op, T(LINES, "float32", ("transpose", 0, 2)), T([0.1, 0.9]), 0)
        rec(op, T([[1.0, NAN, 2.0, 4.0], [3.0, 0.5, 2.5, 1.0]]), T([0.2, 0.7]), 1)


ROWS = torch.tensor([[0.5, -1.5, 2.0, 0.25], [1.0, 0.75, -0.5, 3.0], [-2.0, 1.25, 0.1, 0.6]])
SOURCE = torch.tensor([[1.5, -0.25], [0.3, 2.0], [-1.0, 0.8]])
ACROSS = T([[0, 3], [2, 2], [1, 0]], "int64")
DOWN = T([[2, 0], [0, 0], [2, 1]], "int64")


def scattering():
    section("scattering")
    for dtype in FLOATS:
        x, source = T(ROWS, dtype), T(SOURCE, dtype)
        for form in ("", "_"):
            wide = [(0, DOWN), (1, T([[0, 3], [2, 1], [1, 0]], "int64"))]
            for dim, index in [(0, T([[2, 0], [0, 1], [1, 2]], "int64")), wide[1]]:
                rec("scatter" + form, x, dim, index, source, python=twice("scatter" + form))
                rec("scatter" + form, x, dim, index, 2.5, python=twice("scatter" + form))
            for dim, index in [(0, DOWN), (-1, ACROSS)]:
                rec("scatterAdd" + form, x, dim, index, source, python=twice("scatter_add" + form))
            vector = T([2, 0], "int64")
            rec("indexAdd" + form, x, 0, T([1, 1, 0], "int64"), T(ROWS, dtype), python=twice("index_add" + form), alpha=2.5)
            rec("indexAdd" + form, x, 1, T([3, 0], "int64"), source, python=twice("index_add" + form))
            rec("indexCopy" + form, x, 1, vector, source, python=twice("index_copy" + form))
            rec("indexFill" + form, x, 1, vector, 0.5, python=twice("index_fill" + form))
            rec("indexFill" + form, x, 0, T([2, 0], "int64"), T(1.5, dtype), python=twice("index_fill" + form))
            rec("indexFill" + form, x, 0, T([0, 0], "int64"), T(1.5, dtype), python=twice("index_fill" + form))
            mask = T([[True, False, False, True], [False, True, False, False], [False, False, True, True]], "bool")
            rec("maskedScatter" + form, x, mask, T([1.5, 0.5, 0.25, 3.0, 2.5, 7.5], dtype), python=twice("masked_scatter" + form))
            rec("maskedScatter" + form, x, T([[True], [False], [True]], "bool"), T(ROWS, dtype), python=twice("masked_scatter" + form))
        for how in ("sum", "prod", "mean", "amax", "amin"):
            for include in (True, False):
                for dim, index in [(0, DOWN), (1, ACROSS)]:
                    rec("scatterReduce", x, dim, index, source, how, include_self=include)
    ties, repeated = T([2.0, 1.0, 3.0, 4.0]), T([0, 0, 2, 2], "int64")
    for how in ("amax", "amin", "mean"):
        for include in (True, False):
            rec("scatterReduce", ties, 0, repeated, T([2.0, 1.5, 3.0, 3.0]), how, include_self=include)
    for values in ([0.0, 2.0, 1.5, 3.0], [0.0, 0.0, 1.5, 0.0], [0.5, 2.0, 0.0, 3.0]):
        for start in ([2.0, 1.0, 3.0, 4.0], [0.0, 1.0, 3.0, 0.0]):
            rec("scatterReduce", T(start), 0, repeated, T(values), "prod", once=True)
    rec("scatterAdd", T(2.5), 0, T(0, "int64"), T(1.5))
    rec("scatter", T([0.5, 1.5]), 0, T(torch.empty(0), "int64"), T(torch.empty(0)))
    rec("scatterAdd", T(ROWS, "float32", ("transpose", 0, 1)), 0, T([[3, 1, 3]], "int64"), T([[0.5, 2.5, 1.5]]))


def running():
    section("running")
    for dtype in FLOATS:
        for dim in (0, 1, -1):
            for op in ("cumprod", "cumsum", "logcumsumexp", "cummax", "cummin"):
                rec(op, T(LINES, dtype), dim)
    for op in ("cumprod", "logcumsumexp", "cummax"):
        rec(op, T(LINES, "float32", ("transpose", 0, 2)), 1)
        rec(op, T([1.5]), 0)
        rec(op, T(2.5), 0)
        rec(op, T(torch.empty(0, 3)), 1)
    rec("cumprod", T([2.0, 0.0, 3.0, 0.5]), 0, once=True)
    rec("cumprod", T([0.0, 2.0, 0.0, 0.5]), 0, once=True)
    rec("logcumsumexp", T([1000.0, 0.5, -1000.0, 1000.5]), 0)


def twice(name):
    """In place on a copy, where the name ends in _."""
    return lambda x, *rest, **options: getattr(x * 1 if name.endswith("_") else x, name)(*rest, **options)


if __name__ == "__main__":
    indexing()
    ordering()
    scattering()
    running()
    recorder.write(pathlib.Path(__file__).with_name("autograd-order.json"))
