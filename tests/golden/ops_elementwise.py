"""Elementwise operations: unary, binary, comparisons, logic, where, clamp, casts and type promotion."""

import torch

from recorder import DTYPES, FLOATS, HIGHEST, INF, INTEGERS, LOWEST, NAN, T, function, rec, section

SPECIALS = [NAN, INF, -INF, 0.0, -0.0, 1.0, -1.0, 2.5]
REALS = [0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 1.5, 2.5, -2.5, 3.7, -3.7, 0.1, 1e-3, 1e-7, -1e-7, 10.0, -10.0, 20.25, 88.0, -88.0, 100.0, -104.5, 1234.5,
         -12345.678, INF, -INF, NAN]
UNARY = ("neg abs sign square sqrt rsqrt reciprocal exp exp2 expm1 log log2 log10 log1p sin cos tan asin acos atan sinh cosh tanh sigmoid erf floor ceil "
         "round trunc frac isnan isinf isfinite logicalNot bitwiseNot").split()
INTS = {name: [0, 1, 2, 3, 7, 100, HIGHEST[name]] + ([] if name == "uint8" else [-1, -2, -100, LOWEST[name]]) for name in INTEGERS}
SOME = {"bool": [True, False, True, False], "uint8": [0, 1, 7, 200], "float32": [-1.5, 0.25, 3.0, 100.0], "float64": [-1.5, 0.1, 3.0, 100.0],
        **{name: [-3, 0, 5, 100] for name in INTEGERS[1:]}}
STRIDED = [("transpose", 0, 1), ("at", "::2", "1:"), ("at", "1:", "::3")]


def unary():
    section("unary")
    for op in UNARY:
        for dtype in FLOATS:
            rec(op, T(REALS, dtype), error="any")
        for dtype in INTEGERS:
            rec(op, T(INTS[dtype], dtype), error="any")
        rec(op, T([True, False], "bool"), error="any")
        base = "int32" if op == "bitwiseNot" else "float32"
        for step in STRIDED:
            rec(op, T(torch.arange(12).reshape(3, 4) / 4 - 1.25, base, step))
        rec(op, T(2.25, base))
        rec(op, T(torch.empty(0, 3), base))
    for op in ("asin", "acos", "atan", "log1p", "expm1", "tanh", "sigmoid", "erf", "log", "rsqrt"):
        for dtype in FLOATS:
            rec(op, T(torch.linspace(-0.99, 3, 21, dtype=torch.float64), dtype))
    for op in ("sin", "cos", "tan", "exp", "sinh", "cosh"):
        for dtype in FLOATS:
            rec(op, T(torch.linspace(-20, 20, 41, dtype=torch.float64), dtype))
    rec("round", T([0.5, 1.5, 2.5, -0.5, -1.5, 0.49999997, 8388609.0, 4503599627370497.5], "float64"))


ARITHMETIC = ("add", "sub", "mul", "div", "pow", "remainder", "fmod", "floorDivide", "maximum", "minimum", "atan2")
COMPARISONS = ("eq", "ne", "lt", "le", "gt", "ge")
LOGIC = ("logicalAnd", "logicalOr", "logicalXor")
BITS = ("bitwiseAnd", "bitwiseOr", "bitwiseXor")
DIVIDES = ("div", "remainder", "fmod", "floorDivide")


def grid(values):
    left = [a for a in values for _ in values]
    return left, list(values) * len(values)


def binary():
    section("binary")
    for op in ARITHMETIC + COMPARISONS + LOGIC:
        for dtype in FLOATS:
            left, right = grid(SPECIALS)
            rec(op, T(left, dtype), T(right, dtype))
            rec(op, T([3.7, -3.7, 3.7, -3.7, 1e20, 0.1, 7.0], dtype), T([1.2, 1.2, -1.2, -1.2, 3.0, 0.3, 7.0], dtype))
    for op in ARITHMETIC + COMPARISONS + LOGIC + BITS:
        for dtype in INTEGERS:
            left, right = INTS[dtype], [3, 2, HIGHEST[dtype], 1, 5, 7, 2] + ([] if dtype == "uint8" else [-7, 3, 7, 2])
            if op == "pow":
                right = [abs(r) % 9 for r in right]
            rec(op, T(left, dtype), T(right, dtype))
        left, right = grid([True, False])
        rec(op, T(left, "bool"), T([True] * 4 if op in DIVIDES else right, "bool"), error="any")
    for op in BITS:
        rec(op, T([1.5]), T([2.5]), error=True)
    for mode in ("floor", "trunc"):
        left, right = grid(SPECIALS)
        for dtype in FLOATS:
            rec("div", T(left, dtype), T(right, dtype), rounding_mode=mode)
        for dtype in INTEGERS:
            rec("div", T(INTS[dtype], dtype), T([3, 2, 5, 1, 5, 7, 2] + ([] if dtype == "uint8" else [-7, 3, 7, 2]), dtype), rounding_mode=mode)
        rec("div", T([7, -7, 7], "int32"), T([2.0, 2.0, -2.0]), rounding_mode=mode)
        rec("div", T([7, -7, 7], "int64"), 2, rounding_mode=mode)
        rec("div", T([7, -7, 7], "int64"), 2.5, rounding_mode=mode)
    rec("pow", T([-1, 1, 2, 0], "int64"), T([-1, -2, -1, 3], "int64"))
    for op in ("floorDivide", "remainder", "fmod"):
        rec(op, T([1, 2], "int32"), T([1, 0], "int32"), error=True)


def broadcasting():
    section("broadcasting")
    shapes = [((2, 3), (3,)), ((3,), (2, 3)), ((2, 1), (1, 3)), ((4, 1, 3), (2, 1)), ((), (2, 2)), ((2, 2), ()), ((1,), (1, 1)), ((0, 3), (3,)), ((0, 3), (1, 3)),
              ((2, 0), (1,)), ((1, 1, 1), (2,)), ((), ())]
    for left, right in shapes:
        a = torch.arange(max(1, torch.Size(left).numel())).float()[:torch.Size(left).numel()].reshape(left) - 2
        b = torch.arange(max(1, torch.Size(right).numel())).float()[:torch.Size(right).numel()].reshape(right) / 2 + 0.5
        for op in ("sub", "div", "lt", "maximum"):
            rec(op, T(a), T(b))
    x = torch.arange(24).reshape(4, 6) / 3
    views = [[("transpose", 0, 1)], [("at", "::2", "1:5:2")], [("at", 1), ("expand", 3, 6)], [("at", ":", "2:3"), ("expand", 4, 5)], [("unsqueeze", 1)],
             [("transpose", 0, 1), ("at", "1:4")], [("select", 1, 2)], [("at", "...", -1)]]
    for steps in views:
        operand = T(x, "float32", *steps)
        other = T(torch.arange(operand.value().numel()).reshape(operand.value().shape) - 3)
        for op in ("add", "mul", "sub"):
            rec(op, operand, other)
            rec(op, other, operand)
        rec("mul", operand, operand)
        rec("add", T(x, "int16", *steps), T(x, "float64", *steps))
    for left, right in [((2, 3), (2,)), ((2, 3), (3, 2)), ((4,), (3,)), ((0,), (2,)), ((2, 1, 3), (4, 2))]:
        for op in ("add", "eq", "atan2"):
            rec(op, T(torch.zeros(left)), T(torch.zeros(right)), error=True)


def promotion():
    section("promotion")
    for a in DTYPES:
        for b in DTYPES:
            rec("add", T(SOME[a], a), T(SOME[b], b))
            rec("div", T(SOME[a], a), T([1, 1, 1, 1], b))
            rec("mul", T(SOME[a], a), T(SOME[b][2], b))
            rec("add", T(SOME[a][2], a), T(SOME[b], b))
            rec("lt", T(SOME[a], a), T(SOME[b], b))
            rec("maximum", T(SOME[a], a), T(SOME[b], b))
            function("where", T([True, False, True, False], "bool"), T(SOME[a], a), T(SOME[b], b))
        for scalar in (2, 1.5, True, -1):
            for op in ("add", "sub", "mul", "div", "pow", "floorDivide", "remainder", "eq", "lt"):
                unsigned = scalar == -1 and (op == "pow" or a in ("uint8", "bool"))
                if not unsigned:
                    rec(op, T(SOME[a], a), scalar, error="any")
            function("where", T([True, False, True, False], "bool"), T(SOME[a], a), scalar)
    for a in INTEGERS:
        rec("pow", T(SOME[a], a), -1, error=True)
        rec("pow", T(SOME[a], a), 0.5)
        rec("atan2", T(SOME[a], a), T(SOME[a], a))
        rec("bitwiseAnd", T(SOME[a], a), 6)
        rec("bitwiseOr", T(SOME[a], a), T([True, False, True, False], "bool"))
    for scalar in (INF, -INF, NAN):
        rec("add", T([1, 2], "int32"), scalar)
        rec("mul", T([0.0, -1.0]), scalar)
        rec("eq", T([NAN, INF, -INF]), scalar)


def select():
    section("where and clamp")
    c = T([[True, False], [False, True]], "bool")
    function("where", c, T([[1.0, 2.0], [3.0, 4.0]]), T([10.0, 20.0]))
    function("where", c, T([1, 2], "int8"), T([[5], [6]], "int8"))
    function("where", c, T(1.5), 0)
    function("where", c, 1, 0.5)
    function("where", T(True, "bool"), T([1, 2], "int64"), T(3.5))
    function("where", T([[True], [False], [True]], "bool"), T(torch.arange(6).reshape(2, 3), "float64", ("transpose", 0, 1)), -1)
    function("where", T(torch.empty(0, 2), "bool"), T([1.0, 2.0]), T([3.0, 4.0]))
    function("where", T([True, False, True], "bool"), T([1.0, 2.0]), T([3.0, 4.0]), error=True)
    for dtype in FLOATS:
        x = T(SPECIALS + [0.3, -7.25, 7.25], dtype)
        for low, high in [(-1, 1), (0.5, None), (None, 0.5), (2, -2), (-INF, INF), (NAN, 1), (0, NAN)]:
            rec("clamp", x, low, high)
    for dtype in INTEGERS:
        low = 1 if dtype == "uint8" else -50
        for bounds in [(low, 50), (low, None), (None, 50), (1.5, 60), (low, 60.5)]:
            rec("clamp", T(INTS[dtype], dtype), *bounds)
    rec("clamp", T([[1.0, 5.0], [9.0, NAN]]), T([2.0, 3.0]), T([[4.0], [8.0]]))
    rec("clamp", T([1, 5, 9], "int32"), None, T([4.5, 4.5, 10.5]))
    rec("clamp", T(torch.arange(12).reshape(3, 4), "float32", ("transpose", 0, 1)), 2, 9)
    rec("clamp", T([1.0]), None, None, error=True)


def casts():
    section("casts")
    samples = {"bool": [True, False], "uint8": [0, 1, 127, 128, 255], "int8": [0, 1, -1, 127, -128], "int16": [0, -1, 127, 128, 255, 256, -129, 32767, -32768],
               "int32": [0, -1, 255, 256, 32768, -32769, 65536, 2**31 - 1, -2**31, 16777217], "int64": [0, -1, 128, -129, 40000, 2**31, -2**31 - 1, 2**32 + 5,
               2**53 + 1, 2**63 - 1, -2**63, 16777217]}
    for source, values in samples.items():
        for target in DTYPES:
            rec("to", T(values, source), DTYPES[target])
    for source in FLOATS:
        for target in INTEGERS:
            small = [0.0, -0.0, 0.9, 1.5, 2.5, 100.99, 127.0]
            signed = [] if target == "uint8" else [-0.9, -1.5, -100.99, -128.0]
            wide = {"int16": [32767.0, -32768.0], "int32": [2.0**30, -2.0**31], "int64": [2.0**40, -2.0**63, 2.0**53], "uint8": [255.0, 200.5]}
            rec("to", T(small + signed + wide.get(target, []), source), DTYPES[target])
        rec("to", T([0.0, -0.0, 1e-30, 0.5, NAN, INF, -INF, -2.0], source), torch.bool)
    rec("to", T([NAN, INF, -INF, -0.0, 1e-45, 3.4028235e38, 0.1]), torch.float64)
    rec("to", T([NAN, INF, -INF, -0.0, 1e-50, 1e300, -1e300, 0.1, 1.0000000596046448, 16777217.0, 1.4e-45], "float64"), torch.float32)
    for step in STRIDED:
        rec("to", T(torch.arange(12).reshape(3, 4) * 20, "uint8", step), torch.float32)
        rec("to", T(torch.arange(12).reshape(3, 4) * 1.5 - 4, "float32", step), torch.int16)
    rec("to", T(torch.empty(0, 3), "int64"), torch.float32)


def in_place():
    section("in place")
    for op in ("add_", "sub_", "mul_"):
        rec(op, T([1, 2, 100], "int8"), T([100, 1000, 7], "int64"))
        rec(op, T([1.5, 2.5]), T([1, 2], "int64"))
        rec(op, T([1.5, 2.5]), T([0.1, 0.2], "float64"))
        rec(op, T([1.5, 2.5]), 2)
        rec(op, T([[1, 2], [3, 4]], "int32"), T([10, 20], "int32"))
        rec(op, T(torch.arange(6).reshape(2, 3), "float32", ("transpose", 0, 1)), T([1.0, 2.0]))
        rec(op, T([1, 2], "int32"), 1.5, error=True)
        rec(op, T([1, 2], "int32"), T([1.0, 2.0]), error=True)
        rec(op, T([1.0, 2.0]), T([[1.0], [2.0]]), error=True)
    rec("div_", T([1.0, 2.0]), 4)
    rec("div_", T([1, 2], "int32"), 2, error=True)
    rec("div_", T([7, -7], "int32"), 2, rounding_mode="floor")
    rec("add_", T([True, False], "bool"), T([True, True], "bool"))
    rec("add_", T([True, False], "bool"), 1, error=True)


def everything():
    for part in (unary, binary, broadcasting, promotion, select, casts, in_place):
        part()
