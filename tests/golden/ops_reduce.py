"""Reductions, matmul and losses."""

import torch

from recorder import DTYPES, FLOATS, HIGHEST, INF, INTEGERS, LOWEST, NAN, T, rec, section

torch.manual_seed(1)
MANY = ("sum", "mean", "amax", "amin", "all", "any", "std", "var")
ONE = ("prod", "argmax", "argmin", "max", "min")
CUBE = torch.randn(2, 3, 4)


def dims():
    section("reductions")
    views = [(), (("transpose", 0, 2),), (("at", ":", "::2", "1:"),), (("at", "1:"),), (("at", ":", "1:2"), ("expand", 2, 5, 4))]
    for op in MANY:
        for keepdim in (False, True):
            kept = {"keepdim": True} if keepdim else {}
            for dim in (0, 1, -1, [0, 1], [-1, 0], [-2, -1], [0, 1, 2]):
                rec(op, T(CUBE), dim, **kept)
        for view in views:
            x = T(CUBE, "float32", *view)
            rec(op, x)
            for dim in (0, 1, -1, [0, 2]):
                rec(op, x, dim)
    for op in ONE:
        for dim in (0, 1, 2, -1, -3):
            rec(op, T(CUBE), dim)
            rec(op, T(CUBE), dim, keepdim=True)
        for view in views:
            x = T(CUBE, "float32", *view)
            rec(op, x)
            rec(op, x, 0)
            rec(op, x, -1)
    for op in MANY + ONE:
        rec(op, T(3.5))
        rec(op, T(3.5), 0)
        rec(op, T(3.5), -1, keepdim=True)
        rec(op, T([[2.0]]), 1)
        for bad in (3, -4):
            rec(op, T(CUBE), bad, error=True)
    for op in ("sum", "mean", "amax", "std"):
        rec(op, T(CUBE), [0, 0], error=True)
        rec(op, T(CUBE), [0, -3], error=True)


def dtypes():
    section("reductions of every dtype")
    rows = {name: [[1, 2, 3], [HIGHEST[name], 0, 7]] if name == "uint8" else [[1, -2, 3], [HIGHEST[name], LOWEST[name], 7]] for name in INTEGERS}
    rows["bool"] = [[True, True, True], [False, True, False]]
    rows |= {name: [[1.5, -2.25, 0.1], [100.0, 7.0, -0.5]] for name in FLOATS}
    for dtype in DTYPES:
        for op in MANY + ONE:
            failing = "any" if op in ("mean", "std", "var") or dtype == "bool" else None
            for dim in ((), (0,), (1,)):
                rec(op, T(rows[dtype], dtype), *dim, error=failing)
        for op in ("sum", "prod"):
            for to in ("int64", "float64", "float32", "int32"):
                if dtype not in FLOATS or to in FLOATS:
                    rec(op, T(rows[dtype][0], dtype), dtype=DTYPES[to])
        rec("mean", T(rows[dtype], dtype), 0, dtype=torch.float64)
    for dtype in INTEGERS[1:]:
        rec("prod", T([HIGHEST[dtype], 3, -2], dtype))
    rec("sum", T([2**63 - 1, 1], "int64"))


def specials():
    section("reductions of special values")
    lists = [[1.0, NAN, 3.0], [INF, 1.0, -INF], [INF, INF, 1.0], [-0.0, 0.0, -0.0], [-INF, 2.0, NAN], [0.0, -0.0]]
    for values in lists:
        for dtype in FLOATS:
            for op in ("sum", "mean", "prod", "amax", "amin", "max", "min", "argmax", "argmin", "all", "any", "std", "var", "norm"):
                rec(op, T(values, dtype))
    for op in ("max", "min", "argmax", "argmin"):
        rec(op, T([[1.0, 3.0, 3.0], [NAN, 5.0, NAN], [2.0, 2.0, 2.0]]), 1)
        rec(op, T([[1, 3, 3], [4, 4, 2]], "uint8"), 1)
        rec(op, T([1, 3, 3, 1], "int64"))
        rec(op, T([False, True, True], "bool"), 0, error="any")
    for correction in (0, 1, 2, 3):
        for op in ("std", "var"):
            rec(op, T(CUBE[0, :, :3]), 0, correction=correction)
            rec(op, T(CUBE), [0, 2], correction=correction, keepdim=True)
    rec("var", T([1e6 + 1, 1e6 + 2, 1e6 + 3], "float64"))
    for op in ("std", "var"):
        rec(op, T([5.0]))
        rec(op, T([5.0]), correction=0)
    long = torch.linspace(-3, 5, 1001)
    for op in ("sum", "mean", "std", "var", "amax", "argmin", "norm"):
        rec(op, T(long))


def empty():
    section("reductions of nothing")
    for op in MANY + ONE:
        fails = op in ("amax", "amin", "argmax", "argmin", "max", "min")
        rec(op, T(torch.empty(0)), error=True if fails else None)
        rec(op, T(torch.empty(0, 3)), 0, error=True if fails else None)
        rec(op, T(torch.empty(0, 3)), 1)
        rec(op, T(torch.empty(2, 0, 3)), 1, keepdim=True, error=True if fails else None)
        rec(op, T(torch.empty(2, 0, 3)), 2, keepdim=True)
    for op in ("sum", "mean", "amax", "all"):
        rec(op, T(torch.empty(2, 0, 3)), [0, 2])
    for dtype in ("int32", "bool"):
        for op in ("sum", "prod", "all", "any"):
            rec(op, T(torch.empty(0), dtype))


def norms():
    section("norms")
    for p in (2, 1, 3, 0.5, 0, INF, -INF):
        for dtype in FLOATS:
            rec("norm", T(CUBE, dtype), p)
        rec("norm", T(CUBE), p, 1)
        rec("norm", T(CUBE), p, [0, -1], keepdim=True)
        rec("norm", T(CUBE, "float32", ("transpose", 0, 1)), p, 0)
    rec("norm", T(CUBE))
    rec("norm", T(torch.empty(0, 3)), 2, 0)
    rec("norm", T([1, 2], "int64"), error=True)
    rec("norm", T(CUBE), 2, 3, error=True)


def products():
    section("matmul")
    shapes = [((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 3), (3, 4)), ((1, 1), (1, 1)), ((5, 2, 3), (3, 4)), ((5, 2, 3), (5, 3, 4)), ((5, 2, 3), (3,)),
              ((3,), (5, 3, 2)), ((2, 1, 2, 3), (4, 3, 2)), ((1, 2, 3), (5, 3, 1)), ((2, 0), (0, 3)), ((0, 3), (3, 2)), ((0,), (0,)), ((2, 3), (3, 0)),
              ((17, 33), (33, 9))]
    for left, right in shapes:
        a, b = torch.randn(left), torch.randn(right)
        if left == (17, 33):
            a, b = a.round(decimals=2), b.round(decimals=2)
        rec("matmul", T(a), T(b))
        rec("matmul", T(a, "float64"), T(b, "float64"))
        if left != (17, 33):
            rec("matmul", T(a * 10, "int64"), T(b * 10, "int64"))
    for dtype in INTEGERS[1:]:
        rec("matmul", T([[100, 2], [-3, 4]], dtype), T([[100, 1], [7, -50]], dtype))
    rec("matmul", T([[200, 2], [3, 4]], "uint8"), T([[100, 1], [7, 50]], "uint8"))
    x, y = torch.randn(4, 6), torch.randn(4, 6)
    rec("matmul", T(x, "float32", ("transpose", 0, 1)), T(y))
    rec("matmul", T(x), T(y, "float32", ("transpose", 0, 1)))
    rec("matmul", T(x, "float32", ("at", "::2", "1::2")), T(y, "float32", ("at", "1:", "::3")))
    rec("matmul", T(x, "float32", ("at", 0), ("expand", 3, 6)), T(y, "float32", ("transpose", 0, 1)))
    rec("matmul", T([[INF, 1.0]]), T([[0.0], [NAN]]))
    for left, right in [((2, 3), (2, 3)), ((3,), (2,)), ((), (3,)), ((2, 3), ()), ((2, 2, 3), (3, 3, 4)), ((2, 3), (4,))]:
        rec("matmul", T(torch.ones(left)), T(torch.ones(right)), error=True)
    rec("matmul", T([[1.0]]), T([[1]], "int64"), error=True)
    rec("matmul", T([[1.0]]), T([[1.0]], "float64"), error=True)


def losses():
    section("losses")
    for op in ("l1Loss", "mseLoss"):
        for reduction in ({}, {"reduction": "mean"}, {"reduction": "sum"}, {"reduction": "none"}):
            for dtype in FLOATS:
                rec(op, T(CUBE[0], dtype), T(CUBE[1], dtype), kind="F", **reduction)
            rec(op, T(CUBE, "float32", ("transpose", 0, 2)), T(CUBE.flip(0), "float32", ("transpose", 0, 2)), kind="F", **reduction)
            rec(op, T(CUBE), T(CUBE[0, 0]), kind="F", **reduction)
        rec(op, T(CUBE[0]), T(CUBE[1], "float64"), kind="F")
        rec(op, T(torch.empty(0, 2)), T(torch.empty(0, 2)), kind="F")
        rec(op, T(torch.empty(0, 2)), T(torch.empty(0, 2)), kind="F", reduction="sum")
        rec(op, T(1.5), T(-2.0), kind="F")
        rec(op, T([1.0, 2.0]), T([1.0, 2.0, 3.0]), kind="F", error=True)
        rec(op, T([1.0, 2.0]), T([1.0, 2.0]), kind="F", reduction="median", error=True)


def everything():
    for part in (dims, dtypes, specials, empty, norms, products, losses):
        part()
