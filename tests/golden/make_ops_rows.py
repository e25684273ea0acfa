"""Writes ops-rows.json: softmax and its like, normalisations, spread beside mean. Read by tests/golden-catalogue.test.ts.

Run it with a Python that has torch: python tests/golden/make_ops_rows.py
"""

import pathlib

import torch
import torch.nn.functional as F

from recorder import DTYPES, FLOATS, INF, NAN, T, function, rec, section, write

torch.manual_seed(5)


def numbers(*shape):
    """Few digits, so that the file stays small."""
    return torch.randn(*shape).mul(100).round().div(100)


SHAPES = ((), (1,), (3,), (10,), (2, 28), (5, 17), (3, 4, 9), (2, 3, 4, 5), (1, 1), (33, 1), (1, 40))
VIEWS = ((("transpose", 0, 1),), (("at", "1:", "::2"),), (("unsqueeze", 1), ("expand", 5, 3, 17)))
ROWS = [[-INF, 0.0, 1.0, 2.0], [-INF, -INF, -INF, -INF], [INF, 0.0, 1.0, 2.0], [NAN, 0.0, 1.0, 2.0], [100.0, 200.0, -300.0, 1e30], [-1e30, -1e30, -1e30, -1e30]]


def softmaxes(name):
    section(name)
    for shape in SHAPES:
        for dtype in FLOATS:
            x = T(numbers(shape) * 4, dtype)
            for dim in range(-max(1, len(shape)), max(1, len(shape))):
                rec(name, x, dim)
    for view in VIEWS:
        x = T(numbers(5, 17), "float32", *view)
        for dim in range(len(x.value().shape)):
            rec(name, x, dim)
    for dim in (0, 1):
        for dtype in FLOATS:
            rec(name, T(ROWS, dtype), dim)
    rec(name, T(numbers(2, 300)), 1)
    for shape in ((0,), (2, 0), (0, 3)):
        for dim in range(len(shape)):
            rec(name, T(torch.empty(shape)), dim)
    for bad in (2, -3):
        rec(name, T(numbers(2, 3)), bad, error=True)
    rec(name, T(1.5), 1, error=True)


def dtypes(name):
    for dtype in DTYPES:
        x = T([[0, 1, 1], [1, 0, 1]], dtype)
        rec(name, x, 1, error=None if dtype in FLOATS else True)
        for wanted in FLOATS:
            rec(name, x, 1, dtype=DTYPES[wanted])
    rec(name, T([[0.0, 1.0]]), 1, dtype=torch.int32, error=True)


def logsumexps():
    section("logsumexp")
    for shape in SHAPES:
        for dtype in FLOATS:
            x = T(numbers(shape) * 4, dtype)
            for dim in range(-max(1, len(shape)), max(1, len(shape))):
                rec("logsumexp", x, dim)
                rec("logsumexp", x, dim, keepdim=True)
    x = T(numbers(2, 3, 4))
    for dims in ([0, 1], [0, 2], [-1, -2], [0, 1, 2]):
        rec("logsumexp", x, dims)
        rec("logsumexp", x, dims, keepdim=True)
    for dim in (0, 1):
        rec("logsumexp", T(ROWS), dim)
    rec("logsumexp", T(torch.empty(2, 0)), 1)
    rec("logsumexp", T(torch.empty(2, 0)), 0)
    for dtype in DTYPES:
        rec("logsumexp", T([[0, 1, 1], [1, 0, 1]], dtype), 1)
    rec("logsumexp", x, 3, error=True)


def spreads():
    section("varMean and stdMean")
    for name, python in (("varMean", torch.var_mean), ("stdMean", torch.std_mean)):
        for shape in SHAPES:
            x = T(numbers(shape) * 3 + 5)
            function(name, x, python=python)
            for dim in range(-len(shape), len(shape)):
                function(name, x, dim, python=python)
                function(name, x, dim, python=python, keepdim=True)
                function(name, x, dim, python=python, correction=0)
        function(name, T(numbers(2, 3, 40), "float64"), [0, 2], python=python)
        function(name, T(numbers(2, 400) + 1000), 1, python=python)
        function(name, T([[1, 2], [3, 4]], "int32"), 1, python=python, error=True)
        function(name, T([[1.0, NAN], [3.0, INF]]), 1, python=python)


def norms():
    section("normalisations")
    for shape, last in (((3,), [3]), ((2, 28), [28]), ((4, 10), [10]), ((2, 3, 16), [16]), ((2, 3, 16), [3, 16]), ((2, 3, 16), [2, 3, 16]), ((2, 300), [300])):
        for dtype in FLOATS:
            x = T(numbers(shape) * 3 + 2, dtype)
            w, b = T(numbers(last), dtype), T(numbers(last), dtype)
            rec("layerNorm", x, last, kind="F", python=lambda x, last: F.layer_norm(x, last))
            rec("layerNorm", x, last, w, b, kind="F", python=F.layer_norm)
            rec("layerNorm", x, last, w, b, 0.5, kind="F", python=F.layer_norm)
            rec("rmsNorm", x, last, kind="F", python=F.rms_norm)
            rec("rmsNorm", x, last, w, kind="F", python=F.rms_norm)
            rec("rmsNorm", x, last, w, 0.25, kind="F", python=F.rms_norm)
    x = T(numbers(2, 3, 16))
    for bad in ([15], [2, 16], [2, 2, 3, 16], []):
        rec("layerNorm", x, bad, kind="F", python=F.layer_norm, error=True)
        rec("rmsNorm", x, bad, kind="F", python=F.rms_norm, error=True)
    rec("layerNorm", x, [16], T(torch.rand(3)), T(torch.rand(16)), kind="F", python=F.layer_norm, error=True)
    rec("layerNorm", T([[1, 2]], "int64"), [2], kind="F", python=F.layer_norm, error=True)
    rec("layerNorm", T(torch.empty(0, 3)), [3], kind="F", python=F.layer_norm)
    for shape in ((4,), (2, 28), (3, 4, 9)):
        for dim in range(-len(shape), len(shape)):
            x = T(numbers(shape))
            rec("normalize", x, kind="F", dim=dim)
            rec("normalize", x, kind="F", dim=dim, p=1.5)
            rec("normalize", x, kind="F", dim=dim, eps=2.5)
    rec("normalize", T(torch.zeros(2, 3)), kind="F")
    rec("normalize", T(numbers(3)), kind="F", error=True)


for name in ("softmax", "logSoftmax"):
    softmaxes(name)
    dtypes(name)
    rec(name, T([[1.0, 2.0]]), 1, kind="F")
logsumexps()
spreads()
norms()
write(pathlib.Path(__file__).with_name("ops-rows.json"))
