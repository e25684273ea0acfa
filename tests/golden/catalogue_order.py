"""Order, counts and scattering: what routines compute; and the reductions that leave NaN out or count."""

import torch

from recorder import DTYPES, FLOATS, HIGHEST, INF, INTEGERS, LOWEST, NAN, T, function, rec, section

torch.manual_seed(3)
CUBE = torch.randn(2, 3, 4)
TIES = torch.tensor([[3.0, 1.0, NAN, 1.0, -0.0], [0.0, INF, -INF, 0.0, 3.0]])
VIEWS = [(), (("transpose", 0, 2),), (("at", ":", "::2", "1:"),), (("at", ":", "1:2"), ("expand", 2, 5, 4))]
SOME = {"bool": [True, False, True, True], "uint8": [200, 0, 7, 200], "float32": [3.5, -1.25, 3.5, 0.5], "float64": [3.5, -1.1, 3.5, 0.5],
        "int8": [5, -128, 127, 5], "int16": [5, -3000, 3000, 5], "int32": [5, -2**31, 2**31 - 1, 5], "int64": [5, -2**63, 2**63 - 1, 5]}


def reductions():
    section("counts and sums without NaN")
    holes = CUBE.clone()
    holes[0, 1] = NAN
    holes[1, 2, 3] = INF
    holes[1, 0] = 0
    for op in ("nansum", "nanmean", "countNonzero"):
        kept = [{}] if op == "countNonzero" else [{}, {"keepdim": True}]
        for view in VIEWS:
            rec(op, T(holes, "float32", *view))
            for dim in (0, 1, -1, [0, 2], [-1, -2]):
                for options in kept:
                    rec(op, T(holes, "float32", *view), dim, **options)
        for dtype in DTYPES:
            rec(op, T([[1, 0, 2], [0, 0, 3]], dtype), error="any")
            rec(op, T([[1, 0, 2], [0, 0, 3]], dtype), 1, error="any")
        rec(op, T(NAN))
        rec(op, T(torch.empty(0, 3)))
        rec(op, T(torch.empty(0, 3)), 0)
        rec(op, T(holes), 3, error=True)
    rec("nansum", T([1, 2], "int32"), dtype=torch.float64)
    rec("nanmean", T([1.5, NAN]), dtype=torch.float64)
    for view in VIEWS:
        rec("aminmax", T(holes, "float32", *view))
        for dim in (0, 1, -1):
            rec("aminmax", T(CUBE, "float32", *view), dim=dim)
            rec("aminmax", T(holes, "float32", *view), dim=dim, keepdim=True)
    for dtype in DTYPES:
        rec("aminmax", T([[1, 0, 2], [0, 0, 3]], dtype))
        rec("aminmax", T([[1, 0, 2], [0, 0, 3]], dtype), dim=1)
    rec("aminmax", T(2.5))
    rec("aminmax", T(2.5), dim=0)
    rec("aminmax", T(2.5), dim=0, keepdim=True)
    rec("aminmax", T(torch.empty(0, 3)), error=True)
    rec("aminmax", T(torch.empty(0, 3)), dim=0, error=True)
    rec("aminmax", T(torch.empty(0, 3)), dim=1)
    rec("aminmax", T(CUBE), dim=3, error=True)


def sorting():
    section("sorting")
    for view in VIEWS:
        for dim in (0, 1, -1):
            rec("sort", T(CUBE, "float32", *view), dim=dim, stable=True)
            rec("sort", T(CUBE, "float32", *view), dim=dim, descending=True, stable=True)
            rec("argsort", T(CUBE, "float32", *view), dim=dim, stable=True)
        rec("sort", T(torch.randperm(24).reshape(2, 3, 4), "int32", *view[:1]), 1, True)
        rec("msort", T(CUBE, "float32", *view))
        if len(view) < 2:
            for dim in (0, -1):
                rec("topk", T(CUBE, "float32", *view), 2, dim)
                rec("topk", T(CUBE, "float32", *view), 1, dim, False)
                rec("kthvalue", T(CUBE, "float32", *view), 2, dim)
                rec("kthvalue", T(CUBE, "float32", *view), 1, dim, True)
                rec("median", T(CUBE, "float32", *view), dim)
                rec("median", T(CUBE, "float32", *view), dim, True)
                rec("nanmedian", T(CUBE, "float32", *view), dim)
        rec("median", T(CUBE, "float32", *view))
        for dim in (0, 1, -1):
            rec("mode", T(torch.randint(0, 3, (2, 3, 4)), "int32", *view), dim)
            rec("mode", T(CUBE, "float32", *view), dim, True)
        rec("nanmedian", T(CUBE, "float32", *view))
    rec("mode", T(2.5))
    rec("mode", T([[True, False, True], [False, False, True]], "bool"), 0)
    rec("mode", T(torch.empty(0, 3)), 1)
    for shape in ([0], [0, 3]):
        rec("mode", T(torch.empty(shape)), 0, error=True)
    rec("mode", T(CUBE), 3, error=True)
    for dtype in DTYPES:
        rec("sort", T(SOME[dtype], dtype), stable=True)
        rec("sort", T(SOME[dtype], dtype), descending=True, stable=True)
        distinct = sorted(set(SOME[dtype]), reverse=True)
        if dtype != "bool":
            rec("topk", T(distinct, dtype), 2)
            rec("topk", T(distinct, dtype), 2, -1, False)
            rec("kthvalue", T(distinct, dtype), 2)
            rec("median", T(distinct, dtype), 0)
            rec("median", T(SOME[dtype], dtype))
            rec("median", T([], dtype))
            rec("nanmedian", T(torch.empty(0, 3), dtype))
            rec("mode", T([[3, 1, 3, 7, 7], [2, 2, 0, 1, 0]], dtype))
            rec("nanmedian", T(distinct, dtype), 0)
    for dtype in FLOATS:
        rec("sort", T(TIES, dtype), stable=True)
        rec("sort", T(TIES, dtype), descending=True, stable=True)
        rec("sort", T(TIES, dtype), dim=0, stable=True)
        rec("median", T(TIES, dtype))
        rec("nanmedian", T(TIES, dtype))
        rec("median", T([[NAN, 1, 2], [1, NAN, 3], [3, 2, 1]], dtype), 1)
        rec("nanmedian", T([[NAN, 1, 2], [1, NAN, 3], [3, 2, 1], [NAN, NAN, NAN]], dtype), 1)
        rec("nanmedian", T([NAN, NAN], dtype))
        rec("kthvalue", T([NAN, 1.0, 2.0], dtype), 3)
        rec("topk", T([NAN, 1.0, 2.0], dtype), 2)
    for size in (40, 100, 5000):
        whole = (torch.randperm(size) * 7 % 1000 - 300)
        rec("sort", T(whole, "int16"), stable=True)
        if size < 5000:
            for dtype in ("float32", "float64", "int64", "int32"):
                rec("sort", T(whole.double() / 4 if dtype in FLOATS else whole * 100000, dtype), stable=True)
                rec("sort", T(whole.double() / 4 if dtype in FLOATS else whole * 100000, dtype), dim=0, descending=True, stable=True)
    for op, args in (("sort", ()), ("argsort", ()), ("topk", (1,)), ("kthvalue", (1,)), ("median", ()), ("median", (0,)), ("msort", ())):
        if op != "msort":
            rec(op, T(2.5), *args)
        if op not in ("msort", "median"):
            rec(op, T(CUBE), *args, 3, error=True)
    rec("median", T(CUBE), 3, error=True)
    rec("sort", T(torch.empty(0, 3)), 0)
    rec("sort", T(torch.empty(2, 0)))
    rec("topk", T(torch.empty(0, 3)), 0, 0)
    rec("median", T(torch.empty(0, 3)), 1)
    rec("median", T(torch.empty(0, 3)), 0, error=True)
    rec("median", T([]))
    rec("kthvalue", T(torch.empty(0, 3)), 1, 0, error=True)
    rec("topk", T(CUBE), 5, error=True)
    rec("topk", T(CUBE), -1, error=True)
    rec("kthvalue", T(CUBE), 5, error=True)
    rec("kthvalue", T(CUBE), 0, error=True)


def quantiles():
    section("quantiles")
    holes = CUBE.clone()
    holes[0, 1, 2] = NAN
    for op in ("quantile", "nanquantile"):
        for x in (CUBE, holes):
            for dtype in FLOATS:
                for q in (0, 0.25, 0.5, 0.9, 1):
                    rec(op, T(x, dtype), q)
                rec(op, T(x, dtype), T([0.1, 0.5, 0.75], dtype))
            for mode in ("linear", "lower", "higher", "nearest", "midpoint"):
                rec(op, T(x), 0.3, 1, interpolation=mode)
                rec(op, T(x), T([0.5, 0.3]), -1, interpolation=mode)
            for dim in (0, 1, -1):
                rec(op, T(x), 0.4, dim)
                rec(op, T(x, "float32", ("transpose", 0, 2)), 0.4, dim, keepdim=True)
                rec(op, T(x), T([0.4, 0.2]), dim, keepdim=True)
            rec(op, T(x), 0.4, keepdim=True)
        rec(op, T(1.5), 0.5)
        rec(op, T([1.0, 2.0]), T(0.5))
        rec(op, T([1, 2], "int64"), 0.5, error=True)
        rec(op, T([1.0, 2.0]), 1.5, error=True)
        rec(op, T([1.0, 2.0]), T([0.5, 1.5]), error=True)
        rec(op, T([1.0, 2.0]), T([0.5], "float64"), error=True)
        rec(op, T([1.0, 2.0]), T([[0.5]]), error=True)
        rec(op, T([]), 0.5, error=True)


def searching():
    section("searching")
    row, rows = [1.0, 3.0, 3.0, 5.0, 7.5], [[1.0, 3.0, 5.0], [2.0, 2.0, 8.0]]
    wanted = [[0.0, 3.0, 9.0], [1.0, 4.5, NAN]]
    for options in ({}, {"right": True}, {"side": "right"}, {"side": "left"}, {"out_int32": True}):
        function("searchsorted", T(row), T(wanted), **options)
        function("searchsorted", T(rows), T(wanted), **options)
        if "side" not in options:
            function("bucketize", T(wanted), T(row), **options)
    for dtype in DTYPES:
        if dtype != "bool":
            function("searchsorted", T([1, 3, 3, 5], dtype), T([0, 3, 6], dtype))
            function("bucketize", T([0, 3, 6], dtype), T([1, 3, 3, 5], dtype), right=True)
    function("searchsorted", T(row), 3)
    function("searchsorted", T([1, 2, 3], "int64"), 1.5)
    function("searchsorted", T(row), T([1, 4], "int64"))
    function("searchsorted", T([1, 2, 3], "int64"), T([1.5, 3.5]))
    function("searchsorted", T(row), T(3.0))
    function("searchsorted", T(rows, "float32", ("transpose", 0, 1)), T([[0.0, 2.5], [3.0, 3.0], [9.0, 1.0]]))
    function("searchsorted", T([]), T([1.0]))
    function("searchsorted", T(row), T(torch.empty(0, 2)))
    function("bucketize", T(3.0), T(row))
    function("searchsorted", T(rows), T([1.0]), error=True)
    function("searchsorted", T(rows), 1, error=True)
    function("searchsorted", T(row), T([1.0]), right=True, side="left", error=True)
    function("searchsorted", T(row), T([1.0]), side="middle", error=True)
    function("bucketize", T([1.0]), T(rows), error=True)


def counting():
    section("counting")

    def unique(x, op="unique", **options):
        def python(value, **given):
            out = getattr(torch, {"unique": "unique", "uniqueConsecutive": "unique_consecutive"}[op])(value, **given)
            if isinstance(out, torch.Tensor):
                return out
            names = ["output"] + [n for n, o in (("inverseIndices", "return_inverse"), ("counts", "return_counts")) if given.get(o)]
            return dict(zip(names, out))
        rec(op, x, python=python, **options)

    repeated = [[3, 1, 1, 2], [3, 1, 1, 2], [1, 1, 2, 2]]
    for op in ("unique", "uniqueConsecutive"):
        for options in ({}, {"return_inverse": True}, {"return_counts": True}, {"return_inverse": True, "return_counts": True}):
            for dtype in ("float32", "int64", "uint8", "float64"):
                unique(T(repeated, dtype), op, **options)
            for dim in (0, 1, -1):
                unique(T(repeated, "float32"), op, dim=dim, **options)
                unique(T(repeated, "int16", ("transpose", 0, 1)), op, dim=dim, **options)
            unique(T([True, False, True], "bool"), op, **options)
            unique(T(2.5), op, **options)
            unique(T([]), op, **options)
            unique(T([0.0, -0.0, INF, -INF, 1.0]), op, **options)
        unique(T([1, 2**62 + 1, 2**62 + 1, 2**62, -5], "int64"), op, return_counts=True)
        unique(T(torch.arange(24).reshape(2, 3, 4) % 5, "int32"), op, dim=1, return_inverse=True)
    for dtype in DTYPES:
        rec("nonzero", T([[1, 0, 2], [0, 0, 3]], dtype))
        rec("argwhere", T([[1, 0, 2], [0, 0, 3]], dtype))
    for x in (T(CUBE > 0.5, "bool"), T(CUBE > 0.5, "bool", ("transpose", 0, 2)), T(torch.zeros(2, 2)), T([NAN, 0.0, -0.0, 1.0]), T(torch.empty(0, 3)), T([5])):
        rec("nonzero", x)
        rec("nonzero", x, as_tuple=True)
        rec("argwhere", x)
    for x in (T(1.0), T(0.0)):
        rec("nonzero", x)
        rec("nonzero", x, as_tuple=True)
    mask = T([[True, False, True, False], [False, False, True, True], [True, True, False, False]], "bool")
    rec("maskedSelect", T(CUBE[0]), mask)
    rec("maskedSelect", T(CUBE), mask)
    rec("maskedSelect", T([1, 2, 3, 4], "int64"), mask)
    rec("maskedSelect", T(CUBE, "float64", ("transpose", 0, 2)), T([True, False], "bool"))
    rec("maskedSelect", T(5.0), T(True, "bool"))
    rec("maskedSelect", T([1.0, 2.0]), T([1, 0], "int64"), error=True)
    rec("maskedSelect", T([1.0, 2.0]), T([True, False, True], "bool"), error=True)
    for dtype in INTEGERS:
        rec("bincount", T([0, 3, 3, 1], dtype))
    rec("bincount", T([0, 3, 3, 1], "int64"), minlength=7)
    rec("bincount", T([0, 3, 3, 1], "int64"), T([0.5, 1.5, 2.0, -1.0]))
    rec("bincount", T([0, 3, 3, 1], "int64"), T([0.5, 1.5, 2.0, -1.0], "float64"), 6)
    rec("bincount", T([0, 3, 3, 1], "int64"), T([1, 2, 3, 4], "int32"))
    rec("bincount", T([], "int64"))
    rec("bincount", T([], "int64"), minlength=3)
    rec("bincount", T([-1, 2], "int64"), error=True)
    rec("bincount", T([1.0, 2.0]), error=True)
    rec("bincount", T([[1], [2]], "int64"), error=True)
    rec("bincount", T([1, 2], "int64"), T([1.0]), error=True)
    rec("bincount", T([1, 2], "int64"), minlength=-1, error=True)
    values = torch.linspace(-3, 5, 41)
    for dtype in FLOATS:
        rec("histc", T(values, dtype))
        rec("histc", T(values, dtype), 4)
        rec("histc", T(values, dtype), 7, -2, 3)
        rec("histc", T(values, dtype), 5, 1, 1)
        rec("histc", T([1.0, NAN, 2.0, 1.0], dtype), 4, 0, 3)
    rec("histc", T(CUBE, "float32", ("transpose", 0, 1)), 6)
    rec("histc", T([2.0, 2.0]), 3)
    rec("histc", T([1, 2], "int64"), error=True)
    rec("histc", T([1.0, NAN]), 4, error=True)
    rec("histc", T([1.0]), 4, 3, 1, error=True)
    rec("histc", T([1.0]), 0, error=True)


def scattering():
    section("scattering")
    base = torch.arange(12).reshape(3, 4)
    index = [[0, 1, 2, 0], [2, 0, 0, 1]]
    source = torch.arange(12).reshape(3, 4) * 10 + 100
    for dtype in DTYPES:
        small = (base % 7, source % 5) if dtype not in ("float32", "float64", "int64") else (base, source)
        rec("scatter", T(small[0], dtype), 1, T(index, "int64"), T(small[1], dtype))
        rec("scatter", T(small[0], dtype), 0, T(index, "int64"), 1)
        rec("scatterAdd", T(small[0], dtype), 0, T(index, "int64"), T(small[1], dtype))
        if dtype != "bool":
            for fold in ("sum", "prod", "mean", "amax", "amin"):
                rec("scatterReduce", T(small[0], dtype), 0, T(index, "int64"), T(small[1], dtype), fold)
                rec("scatterReduce", T(small[0], dtype), 1, T(index, "int64"), T(small[1], dtype), fold, include_self=False)
            rec("indexAdd", T(small[0], dtype), 0, T([2, 0, 2], "int64"), T(small[1], dtype))
            rec("indexAdd", T(small[0], dtype), 1, T([3], "int64"), T(small[1][:, :1], dtype), alpha=2)
        rec("indexCopy", T(small[0], dtype), 0, T([2, 0], "int64"), T(small[1][:2], dtype))
        rec("indexFill", T(small[0], dtype), 1, T([3, -4], "int64"), 1)
        rec("maskedScatter", T(small[0], dtype), T(base % 3 == 0, "bool"), T(small[1], dtype))
    for op in ("scatter", "scatter_"):
        rec(op, T(base, "float32", ("transpose", 0, 1)), 0, T([[1, 2, 3]], "int64"), T(source, "float32", ("transpose", 0, 1)))
        rec(op, T(base), -1, T(index, "int64"), 1.5, reduce="add")
        rec(op, T(base), -1, T(index, "int64"), 2.5, reduce="multiply")
        rec(op, T(base), -1, T(index, "int64"), T(source), reduce="add")
        rec(op, T(base), 0, T(index, "int32"), T(source))
        rec(op, T([1.0, 2.0]), 0, T(1, "int64"), 5)
        rec(op, T(1.0), 0, T(0, "int64"), T(7.0))
        rec(op, T(base), 0, T([], "int64"), T(source))
        rec(op, T(base), 0, T([[3]], "int64"), T(source), error=True)
        rec(op, T(base), 0, T([[-1]], "int64"), T(source), error=True)
        rec(op, T(base), 0, T([0], "int64"), T(source), error=True)
        rec(op, T(base), 1, T([[0, 0, 0, 0, 0]], "int64"), T(source), error=True)
        rec(op, T(base), 0, T([[0, 0, 0, 0, 0]], "int64"), T(source), error=True)
        rec(op, T(base), 0, T([[0]], "int64"), T(source, "float64"), error=True)
        rec(op, T(base), 0, T([[0.0]]), T(source), error=True)
        rec(op, T(base), 2, T([[0]], "int64"), T(source), error=True)
    for op in ("scatterAdd", "scatterAdd_"):
        rec(op, T(base, "float32", ("transpose", 0, 1)), 0, T([[1, 2, 3], [1, 1, 1]], "int64"), T(source, "float32", ("transpose", 0, 1)))
        rec(op, T(1.0), 0, T(0, "int64"), T(7.0))
        rec(op, T(base), 0, T([[3]], "int64"), T(source), error=True)
        rec(op, T(base), 0, T([[0]], "int64"), T(source, "float64"), error=True)
    for fold in ("sum", "prod", "mean", "amax", "amin"):
        for include in (True, False):
            rec("scatterReduce_", T([1.0, NAN, 3.0]), 0, T([0, 0, 2, 1], "int64"), T([4.0, 5.0, NAN, 2.0]), fold, include_self=include)
            rec("scatterReduce", T([-7, -8, -9], "int32"), 0, T([0, 0, 2], "int64"), T([-4, -5, -3], "int32"), fold, include_self=include)
    rec("scatterReduce", T([1.0]), 0, T([0], "int64"), T([1.0]), "median", error=True)
    for op, extra in (("indexAdd", ()), ("indexCopy", ())):
        for form in (op, op + "_"):
            rec(form, T(base), 1, T([2, 0], "int64"), T(source[:, :2]))
            rec(form, T(base, "float64", ("transpose", 0, 1)), 1, T([2, 0], "int32" if op == "indexAdd" else "int64"), T(source[:2], "float64", ("transpose", 0, 1)))
            rec(form, T([1.0, 2.0]), 0, T(1, "int64"), T([5.0]))
            rec(form, T(base), 0, T([], "int64"), T(torch.empty(0, 4)))
            rec(form, T(base), 0, T([3], "int64"), T(source[:1]), error=True)
            rec(form, T(base), 0, T([-1], "int64"), T(source[:1]), error=True)
            rec(form, T(base), 0, T([0, 1], "int64"), T(source), error=True)
            rec(form, T(base), 0, T([[0, 1]], "int64"), T(source[:2]), error=True)
            rec(form, T(base), 0, T([0], "int64"), T(source[:1], "float64"), error=True)
            rec(form, T(base), 2, T([0], "int64"), T(source[:1]), error=True)
    rec("indexAdd", T(base), 0, T([1, 1, 0], "int64"), T(source), alpha=-0.5)
    for form in ("indexFill", "indexFill_"):
        rec(form, T(base), 0, T([1], "int64"), NAN)
        rec(form, T(base, "int32", ("transpose", 0, 1)), 0, T([1, 3], "int64"), 9)
        rec(form, T(base), 0, T([1, 1], "int64"), T(2.5))
        rec(form, T(base), 0, T([3], "int64"), 1, error=True)
        rec(form, T(base), 0, T([1], "int64"), T([1.0]), error=True)
    for form in ("maskedScatter", "maskedScatter_"):
        rec(form, T(base), T([True, False, True, False], "bool"), T(source))
        rec(form, T(base, "float32", ("transpose", 0, 1)), T([True, False, True], "bool"), T(source))
        rec(form, T(base), T([True, False, True, False], "bool"), T([1.0, 2.0]), error=True)
        rec(form, T(base), T([1, 0, 1, 0], "int64"), T(source), error=True)
        rec(form, T(base), T([True, False, True, False], "bool"), T(source, "float64"), error=True)
    rec("maskedScatter", T([1.0, 2.0]), T([[True, False], [False, True]], "bool"), T([7.0, 8.0]))


def everything():
    for part in (reductions, sorting, quantiles, searching, counting, scattering):
        part()
