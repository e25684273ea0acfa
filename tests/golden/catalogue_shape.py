"""Elements in other places, rarer views, joins."""

import torch

from recorder import DTYPES, T, function, rec, section

CUBE = torch.arange(24).reshape(2, 3, 4)
VIEWS = [(), (("transpose", 0, 2),), (("at", ":", "::2", "1:"),)]


def moves():
    section("moves")
    for view in VIEWS:
        x = T(CUBE, "float32", *view)
        for dims in ([0], [1, 2], [-1, 0], [0, 1, 2], []):
            rec("flip", x, dims)
        rec("flip", x, 0)
        rec("fliplr", x)
        rec("flipud", x)
        for shifts, dims in (((1, 0), (-2, 1), ([1, 2], [0, -1]), (7, 2), ([1, 1], [0, 0]), (0, 0))):
            rec("roll", x, shifts, dims)
        rec("roll", x, 5)
        for k in (-1, 0, 1, 2, 3, 4):
            rec("rot90", x, k)
            rec("rot90", x, k, [2, 0])
        for counts in ([2, 1, 1], [1, 2, 3], [2, 1, 1, 2], [0, 1, 1], [1, 1, 1]):
            rec("repeat", x, counts)
            rec("tile", x, counts)
        rec("tile", x, [2])
        rec("repeatInterleave", x, 2)
        rec("repeatInterleave", x, 3, 1)
        rec("repeatInterleave", x, 0, -1)
        rec("repeatInterleave", T(CUBE, "float32"), T([0, 2, 1], "int64"), 1)
        rec("repeatInterleave", T(CUBE, "int32"), T([2], "int32"), dim=2)
        for k in (-2, -1, 0, 1, 3):
            rec("tril", x, k)
            rec("triu", x, k)
            rec("tril_", x, k)
            rec("triu_", x, k)
        for args in ((), (1,), (2, 0), (1, -1)):
            rec("diff", x, *args)
    for dtype in DTYPES:
        x = T([[1, 0, 2], [0, 0, 3]], dtype)
        rec("flip", x, [1])
        rec("roll", x, 1, 1)
        rec("repeat", x, [2, 2])
        rec("repeatInterleave", x, 2, 0)
        rec("tril", x)
        rec("triu", x)
        rec("diff", x)
        rec("diag", T([1, 0, 1], dtype), 1)
        rec("diagEmbed", x)
    scalar, empty = T(2.5), T(torch.empty(0, 3))
    rec("flip", scalar, [0])
    rec("flip", empty, [0, 1])
    rec("roll", scalar, 3)
    rec("roll", empty, 1, 1)
    rec("repeat", scalar, [2, 3])
    rec("repeat", empty, [2, 3])
    rec("tile", scalar, [2])
    rec("repeatInterleave", scalar, 3)
    rec("repeatInterleave", empty, 2, 1)
    rec("tril", empty)
    rec("diff", empty)
    for n in (-3, -1, 0, 2):
        rec("diag", T([1, 2, 3], "int64"), n)
        rec("diag", T(CUBE[0]), n)
        rec("diagEmbed", T([1, 2, 3], "int64"), n)
        rec("diagEmbed", T(CUBE), n, 0, 2)
        rec("diagEmbed", T(CUBE, "float32", ("transpose", 0, 2)), n, -1, 1)
    x = T(CUBE)
    rec("flip", x, [3], error=True)
    rec("flip", x, [0, 0], error=True)
    rec("fliplr", T([1.0]), error=True)
    rec("flipud", scalar, error=True)
    rec("roll", x, [1, 2], [0], error=True)
    rec("roll", x, 1, 3, error=True)
    rec("rot90", x, 1, [0, 0], error=True)
    rec("rot90", x, 1, [0], error=True)
    rec("rot90", T([1.0]), 1, error=True)
    rec("repeat", x, [2, 2], error=True)
    rec("repeat", x, [2, 2, -1], error=True)
    rec("repeatInterleave", x, -1, error=True)
    rec("repeatInterleave", x, T([1, 2], "int64"), 1, error=True)
    rec("repeatInterleave", x, T([1, 2, -1], "int64"), 1, error=True)
    rec("repeatInterleave", x, T([1.0, 2.0, 1.0]), 1, error=True)
    rec("tril", T([1.0]), error=True)
    rec("diag", x, error=True)
    rec("diagEmbed", x, 0, 1, 1, error=True)
    rec("diagEmbed", x, 0, 4, 1, error=True)
    rec("diff", scalar, error=True)


def views():
    section("rarer views")
    for view in VIEWS:
        x = T(CUBE, "int64", *view)
        for args in ((), (1,), (-1,), (5,), (0, 1, 2), (1, 2, 0), (-1, -1, 0), (0, 0, -1)):
            rec("diagonal", x, *args)
        for dim, size, step in ((0, 1, 1), (1, 2, 1), (-1, 2, 2), (-1, 3, 1), (0, 2, 3), (1, 0, 1)):
            rec("unfold", x, dim, size, step, error="any")
        rec("ravel", x)
        rec("reshapeAs", x, T(torch.zeros(x.value().numel())))
        for cut in (1, 2, 3, 5):
            rec("tensorSplit", x, cut, -1)
            rec("tensorSplit", x, cut)
        for cut in ([1], [1, 2], [0, 5], [-1], [2, 1], []):
            rec("tensorSplit", x, cut, 1)
            rec("hsplit", x, cut)
            rec("vsplit", x, cut)
            rec("dsplit", x, cut)
        for op in ("atleast1d", "atleast2d", "atleast3d"):
            function(op, x, python=getattr(torch, op.replace("atleast", "atleast_")))
    rec("vsplit", T(CUBE), 2)
    rec("dsplit", T(CUBE), 2)
    rec("hsplit", T(CUBE), 3)
    rec("hsplit", T([1, 2, 3, 4], "int64"), 2)
    for x in (T(2.5), T([1.0, 2.0]), T([[1.0, 2.0]]), T(torch.empty(0, 2))):
        for op in ("atleast1d", "atleast2d", "atleast3d"):
            function(op, x, python=getattr(torch, op.replace("atleast", "atleast_")))
        rec("ravel", x)
    rec("unfold", T(2.5), 0, 1, 1)
    rec("asStrided", T(CUBE, "int64"), [2, 3], [1, 2])
    rec("asStrided", T(CUBE, "int64"), [2, 3], [1, 2], 5)
    rec("asStrided", T(CUBE, "int64"), [3, 3], [1, 1])
    rec("asStrided", T(CUBE, "int64", ("at", 1)), [2], [3])
    rec("asStrided", T(CUBE, "int64"), [], [], 7)
    rec("asStrided", T(CUBE), [5, 5], [5, 5], error=True)
    rec("asStrided", T(CUBE), [2], [1, 1], error=True)
    rec("asStrided", T(CUBE), [2], [-1], error=True)
    x = T(CUBE)
    rec("diagonal", x, 0, 1, 1, error=True)
    rec("diagonal", x, 0, 3, 1, error=True)
    rec("diagonal", T([1.0]), error=True)
    rec("unfold", x, 1, 4, 1, error=True)
    rec("unfold", x, 1, 2, 0, error=True)
    rec("unfold", x, 3, 2, 1, error=True)
    rec("tensorSplit", x, 0, error=True)
    rec("tensorSplit", x, 2, 3, error=True)
    rec("tensorSplit", T(1.0), 2, error=True)
    rec("hsplit", x, 2, error=True)
    rec("hsplit", T(1.0), 1, error=True)
    rec("vsplit", T([1.0]), 1, error=True)
    rec("dsplit", T([[1.0]]), 1, error=True)
    rec("reshapeAs", x, T([1.0]), error=True)


def joins():
    section("joins")
    a, b = T(CUBE[0], "int64"), T(CUBE[1], "int64")
    for op in ("dstack", "columnStack", "rowStack", "hstack", "vstack"):
        for tensors in ([a, b], [T([1, 2], "int64"), T([3, 4], "int64")], [T(1.5), T(2.5)], [T(CUBE), T(CUBE, "float64")], [T([1, 2], "int32"), T([1.5, 2.5])]):
            function(op, tensors)
    function("columnStack", [T([1, 2], "int64"), T(CUBE[0][:2], "int64")])
    for op in ("concat", "concatenate"):
        function(op, [a, b], 1)
    for indexing in ("ij", "xy"):
        for tensors in ([T([1, 2], "int64"), T([3, 4, 5], "int64")], [T([1.0, 2.0]), T(5.0), T([3.0, 4.0, 7.0])], [T([1.0, 2.0])], [T([]), T([1.0])]):
            rec("meshgrid", tensors, kind="function", python=lambda given, indexing: torch.meshgrid(*given, indexing=indexing), indexing=indexing)
    rec("meshgrid", [T(CUBE)], kind="function", python=lambda given, **_: torch.meshgrid(*given, indexing="ij"), error=True)
    rec("meshgrid", [T([1.0]), T([1], "int64")], kind="function", python=lambda given, **_: torch.meshgrid(*given, indexing="ij"), error=True)
    function("cartesianProd", T([1, 2], "int64"), T([3, 4, 5], "int64"))
    function("cartesianProd", T([1, 2], "int64"), T([3], "int64"), T([6, 7], "int64"))
    function("cartesianProd", T([1, 2], "int64"))
    function("cartesianProd", T([[1, 2]], "int64"), error=True)
    function("dstack", [T(CUBE), T([1.0])], error=True)
    function("columnStack", [a, T([1, 2], "int64")], error=True)


def everything():
    for part in (moves, views, joins):
        part()
