"""More elementwise operations: special functions, pairs, ternaries, masks and second names."""

import torch

from recorder import DTYPES, FLOATS, HIGHEST, INF, INTEGERS, LOWEST, NAN, T, function, rec, section
from ops_elementwise import INTS, REALS, SOME, SPECIALS, STRIDED, grid

UNARY = "asinh acosh atanh erfc sinc logit nanToNum signbit isposinf isneginf deg2rad rad2deg positive".split()
PAIRS = "hypot logaddexp logaddexp2 xlogy copysign fmax fmin clampMin clampMax floatPower ldexp".split()
ALIASES = "negative absolute sgn fix arcsin arccos arctan arcsinh arccosh arctanh".split()
ALIASES2 = "subtract multiply divide trueDivide arctan2 greater greaterEqual less lessEqual notEqual".split()
IN_PLACE = "asinh acosh atanh erfc sinc logit nanToNum deg2rad rad2deg negative absolute sgn fix arcsin arccos arctan arcsinh arccosh arctanh".split()
IN_PLACE2 = ("hypot xlogy copysign clampMin clampMax ldexp subtract multiply divide trueDivide arctan2 greater greaterEqual less lessEqual "
             "notEqual").split()




def unary():
    section("special functions")
    for op in UNARY + ALIASES:
        for dtype in FLOATS:
            rec(op, T(REALS, dtype), error="any")
        for dtype in INTEGERS:
            rec(op, T(INTS[dtype], dtype), error="any")
        rec(op, T([True, False], "bool"), error="any")
        for step in STRIDED:
            rec(op, T(torch.arange(12).reshape(3, 4) / 4 - 1.25, "float32", step))
        rec(op, T(0.75))
        rec(op, T(torch.empty(0, 3)))
        rec(op, T([[0.5]]))
    wide = torch.cat([torch.linspace(-6, 6, 49, dtype=torch.float64), torch.tensor([9.0, 26.0, 27.5, -9.0], dtype=torch.float64)])
    for dtype in FLOATS:
        rec("erfc", T(wide, dtype))
        rec("asinh", T(torch.tensor([1e-30, 1e-10, 1e-4, 1e4, 8191.9, 8192.1, 1e8, 1e19, 3e38, -1e30], dtype=torch.float64), dtype))
        rec("acosh", T(torch.tensor([1.0, 1.0000001, 1.001, 1.5, 1e4, 8192.5, 1e8, 1e19, 3e38], dtype=torch.float64), dtype))
        rec("atanh", T(torch.tensor([1e-30, 1e-5, -1e-3, 0.1, 0.5, 0.9, 0.999, -0.9999, 1.0, -1.0, 1.5], dtype=torch.float64), dtype))
        rec("sinc", T(wide, dtype))
        rec("logit", T([0.0, 0.1, 0.5, 0.9, 1.0, -0.5, 1.5, NAN], dtype))
        rec("logit", T([0.0, 0.1, 0.5, 0.9, 1.0, -0.5, 1.5, NAN], dtype), eps=0.125)
        rec("nanToNum", T(SPECIALS, dtype), nan=0.5)
        rec("nanToNum", T(SPECIALS, dtype), nan=-2, posinf=7, neginf=-8.5)


def pairs():
    section("pairs")
    for op in PAIRS + ALIASES2:
        for dtype in FLOATS:
            left, right = grid(SPECIALS)
            rec(op, T(left, dtype), T(right, dtype))
            rec(op, T([3.75, -3.75, 0.25, 1e10, 3.0, 88.0, -100.0], dtype), T([1.25, 1.5, 4.0, 3.0, 4.0, 88.0, 0.5], dtype))
        for dtype in INTEGERS:
            rec(op, T([0, 1, 2, 3, 7, 100], dtype), T([3, 2, 0, 1, 5, 7], dtype), error="any")
        rec(op, T([True, False, True], "bool"), T([True, True, False], "bool"), error="any")
        rec(op, T(torch.arange(6).reshape(2, 3) + 1.5), T([1.5, 2.5, 0.5]))
        rec(op, T(torch.arange(6).reshape(2, 3) + 1.5, "float32", ("transpose", 0, 1)), T([1.5, 2.5], "float64"))
        rec(op, T(torch.empty(0, 3)), T([1.0, 2.0, 3.0]))
        rec(op, T([2.5]), T(1.5, "float64"))
        rec(op, T([1.0, 2.0]), T([1.0, 2.0, 3.0]), error=True)
    for a in DTYPES:
        for b in DTYPES:
            for op in ("xlogy", "copysign", "fmax", "floatPower", "ldexp"):
                rec(op, T([abs(v) for v in SOME[a]], a), T([True, False, True, True] if b == "bool" else [1, 2, 3, 5], b), error="any")
    for op in ("copysign", "xlogy", "clampMin", "clampMax", "floatPower", "greater", "multiply"):
        for scalar in (2, 1.5, -0.5):
            for dtype in ("int32", "float32", "float64"):
                rec(op, T([1, 2, 3], dtype), scalar)
    for dtype in FLOATS:
        rec("heaviside", T(SPECIALS, dtype), T(0.5, dtype))
        rec("heaviside", T(SPECIALS, dtype), T([1.0, 2, 3, 4, 5, 6, 7, 8], dtype))
    rec("heaviside", T([-1, 0, 3], "int32"), T([5, 6, 7], "int32"))
    rec("heaviside", T([[-1], [0]], "int64"), T([5, 6, 7], "int64"))
    rec("heaviside", T([-1, 0, 3], "int32"), T([5.0, 6, 7]), error=True)
    for dtype in FLOATS:
        left, right = grid(SPECIALS)
        rec("isclose", T(left, dtype), T(right, dtype))
        rec("isclose", T(left, dtype), T(right, dtype), equal_nan=True)
        rec("isclose", T([1.0, 1.0, 1.0, 100.0], dtype), T([1.00001, 1.0001, 1 + 1e-9, 101.0], dtype))
        rec("isclose", T([1.0, 1.0, 1.0, 100.0], dtype), T([1.00001, 1.0001, 1 + 1e-9, 101.0], dtype), rtol=0.0001, atol=0.5)
    rec("isclose", T([1, 5, 100000], "int64"), T([1, 6, 100001], "int64"))
    rec("isclose", T([True, False], "bool"), T([True, True], "bool"))
    rec("isclose", T([1], "int64"), T([1.0]), error=True)
    rec("isclose", T([1.0]), T([1.0]), rtol=-1, error=True)
    rec("allclose", T([1.0, 2.0]), T([1.0, 2.000001]))
    rec("allclose", T([1.0, 2.0]), T([1.0, 2.1]))
    rec("allclose", T([1.0, 2.0]), T([1.0, 2.1]), rtol=0.5)
    rec("allclose", T([NAN]), T([NAN]))
    rec("allclose", T([NAN]), T([NAN]), equal_nan=True)
    rec("allclose", T([]), T([]))
    for a, b in [([1.0, 2.0], [1.0, 2.0]), ([1.0, 2.0], [1.0, 3.0]), ([[1.0, 2.0]], [1.0, 2.0]), ([NAN], [NAN]), ([], [])]:
        rec("equal", T(a), T(b))
    for dtype in INTEGERS:
        bits = {"uint8": 8, "int8": 8, "int16": 16, "int32": 32, "int64": 64}[dtype]
        values = [0, 1, 3, 100, HIGHEST[dtype]] + ([] if dtype == "uint8" else [-1, -100, LOWEST[dtype]])
        for op in ("bitwiseLeftShift", "bitwiseRightShift"):
            for shift in (0, 1, 3, bits - 2, bits - 1, bits, bits + 5):
                rec(op, T(values, dtype), T([shift], dtype))
            if dtype != "uint8":
                rec(op, T(values, dtype), T([-1], dtype))
            rec(op, T(values, dtype), 2)
    for op in ("bitwiseLeftShift", "bitwiseRightShift"):
        rec(op, T([1.5]), T([1.0]), error=True)
        rec(op, T([1, 2], "uint8"), T([3, 4], "int32"))


def ternary():
    section("ternary")
    a, b, c = torch.arange(6).reshape(2, 3) - 2, torch.arange(6).reshape(2, 3) / 2 + 0.5, torch.tensor([0.5, -1.25, 3.0])
    for dtype in FLOATS:
        for weight in (0, 0.25, 0.5, 0.75, 1, 2.5):
            rec("lerp", T(a, dtype), T(b, dtype), weight)
        rec("lerp", T(a, dtype), T(c, dtype), T([[0.25], [0.75]], dtype))
        rec("lerp", T(a, dtype, ("transpose", 0, 1)), T(b, dtype, ("transpose", 0, 1)), T(0.25, dtype))
        rec("lerp_", T(a, dtype), T(c, dtype), 0.5)
    rec("lerp", T([1, 2], "int64"), T([2, 3], "int64"), 0.5, error=True)
    rec("lerp", T([1.0]), T([2.0], "float64"), 0.5, error=True)
    rec("lerp", T([1.0, 2.0]), T([2.0, 3.0, 4.0]), 0.5, error=True)
    rec("lerp", T(torch.empty(0, 2)), T([1.0, 2.0]), 0.5)
    for op in ("addcmul", "addcdiv"):
        for dtype in FLOATS:
            for value in ({}, {"value": 2}, {"value": -0.5}):
                rec(op, T(a, dtype), T(b, dtype), T(c, dtype), **value)
                rec(op + "_", T(a, dtype), T(b, dtype), T(c, dtype), **value)
            rec(op, T(a, dtype, ("transpose", 0, 1)), T(1.5, dtype), T([[2.0], [3.0], [4.0]], dtype))
        rec(op, T(a), T(b, "float64"), T(c))
        rec(op, T([1, 2], "int32"), T([1.5, 2.5]), T([3, 4], "int32"))
        rec(op, T([1.0]), T([1.0, 2.0]), T([1.0, 2.0, 3.0]), error=True)
        rec(op + "_", T([1.0]), T([1.0, 2.0]), T([1.0]), error=True)
    for dtype in INTEGERS:
        rec("addcmul", T([1, 2], dtype), T([3, 4], dtype), T([5, 6], dtype), value=2)
    rec("addcdiv", T([1], "int64"), T([1], "int64"), T([2], "int64"), error=True)
    rec("addcdiv", T([1.0]), T([1], "int64"), T([2], "int64"), error=True)
    mask = T([[True, False, True], [False, False, True]], "bool")
    for dtype in DTYPES:
        rec("maskedFill", T([[1, 0, 1], [0, 1, 0]], dtype), mask, 1)
        rec("maskedFill_", T([[1, 0, 1], [0, 1, 0]], dtype), mask, 1)
        rec("maskedFill", T([1, 0, 1], dtype), mask, T(1, dtype))
        rec("maskedFill", T([[1, 0, 1], [0, 1, 0]], dtype), T([True, False, False], "bool"), T(0, "int64"))
    rec("maskedFill", T(a), mask, NAN)
    rec("maskedFill", T(a), mask, -INF)
    rec("maskedFill", T(a, "float32", ("transpose", 0, 1)), T([[True], [False], [True]], "bool"), 7.5)
    rec("maskedFill", T(1.5), T(True, "bool"), 2)
    rec("maskedFill", T(torch.empty(0, 3)), T([True, False, True], "bool"), 2)
    rec("maskedFill", T([1, 2], "int64"), T([True, False], "bool"), 1.5)
    rec("maskedFill", T([1, 2], "uint8"), T([True, False], "bool"), -1)
    rec("maskedFill", T([1, 2], "uint8"), T([True, False], "bool"), 300, error=True)
    rec("maskedFill", T([1, 2], "int64"), T([1, 0], "int64"), 1, error=True)
    rec("maskedFill", T([1, 2], "int64"), T([True, False], "bool"), T([3], "int64"), error=True)
    rec("maskedFill_", T([1, 2], "int64"), T([[True], [False]], "bool"), 1, error=True)
    rec("maskedFill", T([1, 2], "int64"), T([True, False, True], "bool"), 1, error=True)


def in_place():
    section("in place")
    for op in IN_PLACE:
        rec(op + "_", T([0.25, 0.5, 0.75]))
        rec(op + "_", T([[0.25, 0.5], [0.75, 0.1]], "float64", ("transpose", 0, 1)))
        if op not in ("nanToNum", "negative", "absolute", "sgn", "fix"):
            rec(op + "_", T([1, 2], "int32"), error=True)
    for op in IN_PLACE2:
        rec(op + "_", T([0.25, 2.5, 3.0]), T([1.5, 0.5, 2.0]))
        rec(op + "_", T([[0.25, 2.5], [1.0, 2.0]], "float64", ("transpose", 0, 1)), T([1.5, 0.5], "float64"))
        rec(op + "_", T([1.0, 2.0]), T([[1.0], [2.0]]), error=True)
    rec("clip", T([1, 5, 9], "int32"), 2, 6)
    rec("clip_", T([1.0, 5.0, 9.0]), 2, 6)
    rec("heaviside_", T([-1.0, 0.0, 3.0]), T(0.5))
    rec("bitwiseLeftShift_", T([1, 2], "int32"), 2)
    rec("bitwiseRightShift_", T([8, -9], "int32"), T([1, 2], "int32"))


def everything():
    for part in (unary, pairs, ternary, in_place):
        part()
