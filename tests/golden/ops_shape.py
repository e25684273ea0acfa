"""Views, joining, indexing and creation."""

import torch

from recorder import DTYPES, INF, NAN, T, function, index, rec, section

CUBE = torch.arange(24).reshape(2, 3, 4)
SWAPPED = (("transpose", 0, 2),)


def reshaping():
    section("reshape and view")
    for shape in ([24], [4, 6], [2, -1], [-1], [2, 3, 4], [1, 24, 1], [3, 2, 2, 2], [-1, 1]):
        for op in ("reshape", "view"):
            rec(op, T(CUBE, "int32"), shape)
        rec("reshape", T(CUBE, "float32", *SWAPPED), shape)
    for op in ("reshape", "view"):
        rec(op, T(5.0), [1, 1])
        rec(op, T([5.0]), [])
        rec(op, T(torch.empty(0, 3)), [3, 0])
        rec(op, T(torch.empty(0, 3)), [-1, 3])
        rec(op, T(torch.empty(0, 3)), [-1, 0], error=True)
        for bad in ([5], [-1, -1], [7, -1], [2, 3, 5], [-2, 12]):
            rec(op, T(CUBE), bad, error=True)
    # What can be viewed without a copy: splitting any axis, joining axes that lie one behind the other.
    rec("view", T(CUBE, "int64", *SWAPPED), [4, 3, 1, 2])
    rec("view", T(CUBE, "int64", ("transpose", 0, 1)), [3, 2, 2, 2])
    rec("view", T(CUBE, "int64", ("at", "1:")), [12])
    rec("view", T(CUBE, "int64", ("at", ":", "1:")), [2, 8])
    rec("view", T([[1], [2]], "int64", ("expand", 2, 3)), [2, 3, 1])
    rec("view", T(torch.arange(12).reshape(6, 2), "int64", ("at", "::2")), [3, 2])
    rec("view", T(CUBE, "int64", *SWAPPED), [24], error=True)
    rec("view", T(CUBE, "int64", ("at", ":", "1:")), [16], error=True)
    rec("view", T([[1], [2]], "int64", ("expand", 2, 3)), [6], error=True)
    for args in [(), (0,), (1,), (0, 1), (1, 2), (-2, -1), (1, 1)]:
        rec("flatten", T(CUBE, "int64"), *args)
        rec("flatten", T(CUBE, "int64", *SWAPPED), *args)
    rec("flatten", T(3.0))
    rec("flatten", T(torch.empty(2, 0, 3)), 1)
    rec("flatten", T(CUBE), 2, 1, error=True)
    rec("flatten", T(CUBE), 0, 3, error=True)


def axes():
    section("axes")
    for a, b in [(0, 1), (0, 2), (1, -1), (-1, -3), (1, 1)]:
        rec("transpose", T(CUBE, "int64"), a, b)
    rec("transpose", T(1.0), 0, -1)
    rec("transpose", T(CUBE), 0, 3, error=True)
    for order in ([0, 1, 2], [2, 0, 1], [1, 2, 0], [-1, 0, 1], [2, 1, 0]):
        rec("permute", T(CUBE, "int64"), order)
        rec("permute", T(CUBE, "int64", *SWAPPED), order)
    rec("permute", T(1.0), [])
    for bad in ([0, 1], [0, 0, 1], [0, 1, 3], [0, 1, 2, 3]):
        rec("permute", T(CUBE), bad, error=True)
    thin = torch.arange(6).reshape(1, 2, 1, 3, 1)
    for args in [(), (0,), (1,), (-1,), ([0, 2],), ([-1, 1],), ([],)]:
        rec("squeeze", T(thin, "int64"), *args)
    rec("squeeze", T(1.0), 0)
    rec("squeeze", T(torch.empty(1, 0)))
    rec("squeeze", T(thin), 5, error=True)
    for dim in (0, 1, 3, -1, -4):
        rec("unsqueeze", T(CUBE, "int64"), dim)
    rec("unsqueeze", T(1.0), 0)
    rec("unsqueeze", T(1.0), -1)
    for bad in (4, -5):
        rec("unsqueeze", T(CUBE), bad, error=True)
    column = torch.arange(3).reshape(3, 1)
    for shape in ([3, 4], [-1, 4], [2, 3, 4], [3, 1], [2, -1, -1], [3, 0]):
        rec("expand", T(column, "int64"), shape)
    rec("expand", T(2.0), [2, 3])
    rec("expand", T(torch.empty(0, 1)), [0, 4])
    for bad in ([3], [4, 4], [-1, 3, 4], [2, 1], [3, -2]):
        rec("expand", T(column), bad, error=True)


def joining():
    section("stack and cat")
    a, b = torch.arange(6).reshape(2, 3), torch.arange(6).reshape(2, 3) + 10
    for dim in (0, 1, 2, -1, -3):
        function("stack", [T(a, "int64"), T(b, "int64")], dim)
    for dim in (0, 1, -1, -2):
        function("cat", [T(a, "int64"), T(b, "int64"), T(a, "int64")], dim)
    function("stack", [T(1.5), T(2.5)])
    function("stack", [T(a, "float32", ("transpose", 0, 1)), T(b, "float32", ("transpose", 0, 1))], 1)
    function("cat", [T(a, "float32", ("transpose", 0, 1)), T(torch.ones(1, 2))])
    function("cat", [T(a[:, :1], "int64", ("expand", 2, 4)), T(a, "int64")], 1)
    function("cat", [T(torch.empty(0, 3)), T(a)])
    function("cat", [T(torch.empty(0)), T(a)])
    function("cat", [T(torch.empty(0)), T(a)], 1)
    function("cat", [T(a)])
    for x in DTYPES:
        for y in DTYPES:
            function("cat", [T([1, 0], x), T([1], y)])
            function("stack", [T([1, 0], x), T([1, 1], y)])
    function("cat", [T(a), T(torch.ones(2, 2))], error=True)
    function("cat", [T(a), T(torch.ones(3))], error=True)
    function("cat", [T(1.0), T(2.0)], error=True)
    function("cat", [T(a), T(b)], 2, error=True)
    function("stack", [T(a), T(torch.ones(2, 2))], error=True)
    function("stack", [T(a), T(b)], 3, error=True)
    function("stack", [], error=True)
    function("cat", [], error=True)


def at(x, *indices, **rest):
    def python(base, *given):
        return base[tuple(index(i) for i in given)]
    rec("at", x, *indices, python=python, **rest)


def indexing():
    section("at")
    x = T(CUBE, "int64")
    for indices in [(0,), (-1,), (1, 2), (1, 2, 3), (-2, -3, -4), ("1:",), (":1",), (":", "1:3"), (":", ":", "::2"), (":", ":", "1::2"), ("...", 0), (0, "..."),
                    ("...", "1:3"), (0, "...", -1), ("...",), (None,), (None, 0), (0, None), ("...", None), (":", None, "1:"), ("-1:",), (":-1", "-2:"),
                    (":", "5:"), (":", "2:1"), (":", "-10:10"), (":", ":", "::3"), (":", ":", "::100"), (1, ":", 2), (":", 1, ":"), ("0:1", "0:1", "0:1"),
                    (0, None, "1:", None, "::2"), (":",), ("::",)]:
        at(x, *indices)
        at(T(CUBE, "float32", *SWAPPED), *[i if not isinstance(i, int) else max(-2, min(1, i)) for i in indices])
    at(T(3.0), "...")
    at(T(3.0), None)
    at(T(torch.empty(0, 3)), ":", 1)
    at(T(torch.arange(10)), "2:8:3")
    at(T(torch.arange(10), "int64", ("at", "1::2")), "::2")
    for bad in [(2,), (-3,), (0, 3), (0, 0, 0, 0), ("::0",), ("::-1",)]:
        at(x, *bad, error=True)
    at(T(3.0), 0, error=True)
    at(T(torch.empty(0, 3)), 0, error=True)


def creation():
    section("creation")
    for args in [(5,), (0,), (2, 7), (0, 10, 3), (5, 0, -1), (5, 0, -2), (-3, 3), (0, 1, 0.25), (0.5, 3), (1, 0, -0.3), (2.5,), (0, -1, -0.5), (3, 3), (1, 5, 1.5)]:
        function("arange", *args)
        function("arange", *args, dtype=torch.float64)
    for dtype in DTYPES.values():
        if dtype != torch.bool:
            function("arange", 1, 6, 2, dtype=dtype)
        function("full", [2, 2], 1, dtype=dtype)
        function("eye", 2, dtype=dtype)
        function("zeros", [2, 1], dtype=dtype)
        function("ones", [1, 2], dtype=dtype)
        if dtype.is_floating_point:
            function("linspace", -1, 1, 7, dtype=dtype)
    for bad in [(0, 5, 0), (0, 5, -1), (5, 0, 1), (0, INF), (NAN, 1)]:
        function("arange", *bad, error=True)
    for args in [(0, 1, 5), (0, 1, 1), (0, 1, 0), (3, -3, 7), (1, 1, 3), (-1.5, 2.5, 10), (0, 100, 2)]:
        function("linspace", *args)
    function("linspace", 0, 10, 5, dtype=torch.int64)
    function("linspace", 0, 1, -1, error=True)
    for args in [(3,), (2, 4), (4, 2), (0,), (3, 0)]:
        function("eye", *args)
    function("eye", -1, error=True)
    for shape, value in [([2, 3], 1.5), ([2], 7), ([2], True), ([], 3), ([0, 2], 1), ([2], INF), ([2], NAN), ([1], -2)]:
        function("full", shape, value)
    for op in ("zeros", "ones"):
        for shape in ([], [3], [2, 0], [2, 3]):
            function(op, shape)
        function(op, [-1], error=True)


def everything():
    for part in (reshaping, axes, joining, indexing, creation):
        part()
