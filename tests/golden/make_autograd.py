"""Writes autograd.json: PyTorch's first and second gradients of every differentiable operation, for tests/autograd-golden.test.ts.

Run it with a Python that has torch: python tests/golden/make_autograd.py
A record is recorder.py's, with `grads` in place of `out`: for each floating tensor argument the gradient of its data (before
its view) when the result is weighed by `weights` and gone backward from, and `second`, the same for those gradients weighed again.
null is a gradient that PyTorch does not give. What gives several tensors is weighed as their concatenation.
"""

import pathlib

import torch

import recorder
from recorder import FLOATS, INF, NAN, T, argument_json, section, snake, tensor_json

REALS = [-2.5, -1.25, -0.5, 0.3, 0.75, 1.5, 3.25]
UNIT = [-0.9, -0.5, -0.1, 0.2, 0.45, 0.8, 0.95]
POSITIVE = [0.1, 0.5, 0.9, 1.0, 1.7, 3.25, 9.5]
KINKS = [0.0, -0.0, 1.0, -1.0, 2.0, -2.0, NAN, INF, -INF]


def weights(count, dtype, shift=0):
    """The same in the test: ((7 i + shift) mod 11 - 4) / 4."""
    return torch.tensor([((7 * i + shift) % 11 - 4) / 4 for i in range(count)], dtype=dtype)


def leaf_of(t, leaves):
    x = t.base.clone()
    if x.is_floating_point():
        x.requires_grad_()
        leaves.append(x)
    for name, *args in t.view:
        x = x[tuple(recorder.index(a) for a in args)] if name == "at" else getattr(x, name)(*args)
    return x


def value_of(arg, leaves):
    if isinstance(arg, T):
        return leaf_of(arg, leaves)
    if isinstance(arg, list) and arg and isinstance(arg[0], T):
        return [leaf_of(a, leaves) for a in arg]
    return arg


def flat(out):
    """The floating tensors of a result, one after the other."""
    if isinstance(out, torch.Tensor):
        return out.reshape(-1)
    return torch.cat([part.reshape(-1) for part in out if part.is_floating_point()])


def gradients(op, kind, args, options, python, once):
    leaves = []
    values = [value_of(a, leaves) for a in args]
    options = recorder.option_values(options)
    if python:
        out = python(*values, **options)
    elif kind == "method":
        out = getattr(values[0], snake(op))(*values[1:], **options)
    else:
        where = {"function": torch, "linalg": torch.linalg}.get(kind, torch.nn.functional)
        out = getattr(where, snake(op))(*values, **options)
    out = flat(out)
    first = torch.autograd.grad(out, leaves, weights(out.numel(), out.dtype), create_graph=True, allow_unused=True)
    again = [g for g in first if g is not None and g.requires_grad]
    second = [None] * len(leaves)
    if again and not once:
        weighed = sum((g.reshape(-1) * weights(g.numel(), g.dtype, 3)).sum() for g in again)
        second = torch.autograd.grad(weighed, leaves, allow_unused=True)
    return first, second


def real(g):
    """PyTorch has zeros without memory, which cannot be read."""
    return torch.zeros(g.shape, dtype=g.dtype) if g._is_zerotensor() else g


def rec(op, *args, kind="method", python=None, once=False, **options):
    """`once`: where PyTorch's second gradient is NaN for want of a limit, or there is none, it is no rule to hold."""
    first, second = gradients(op, kind, args, options, python, once)
    given = recorder.options_json(options)
    arguments = ",".join(argument_json(a) for a in args)
    grads, seconds = (",".join("null" if g is None else tensor_json(real(g)) for g in list_) for list_ in (first, second))
    recorder._current.append(f'{{"op":"{op}","kind":"{kind}","args":[{arguments}]{given},"grads":[{grads}],"second":[{seconds}]}}')


def function(op, *args, **rest):
    rec(op, *args, kind="function", **rest)


UNARY = [
    (REALS, "neg abs sign square exp exp2 expm1 sin cos tan atan sinh cosh tanh sigmoid erf floor ceil trunc frac reciprocal round relu "
            "asinh erfc sinc nanToNum positive deg2rad rad2deg"),
    (UNIT, "asin acos atanh"),
    (POSITIVE, "sqrt rsqrt log log2 log10 log1p"),
    ([1.5, 2.0, 3.25], "acosh"),
    ([0.1, 0.4, 0.9], "logit"),
]
STRIDED = [("transpose", 0, 1), ("at", ":", "::2"), ("at", 1), ("expand", 2, 3, 4), ("unsqueeze", 0)]


def unary():
    section("unary")
    for values, ops in UNARY:
        for op in ops.split():
            for dtype in FLOATS:
                rec(op, T(values, dtype))
            rec(op, T(values[-1]))
            rec(op, T(torch.empty(0, 3)))
            rec(op, T([[values[0]]]))
            spread = torch.tensor([values[i % len(values)] for i in range(12)]).reshape(3, 4)
            for step in STRIDED:
                rec(op, T(spread, "float32", step))
    for op in "abs sign square sqrt relu tanh sigmoid reciprocal round floor sinc nanToNum".split():
        rec(op, T(KINKS))
    rec("round", T([1.234, 2.5]), decimals=1)
    rec("logit", T([0.05, 0.4, 0.97]), eps=0.125)
    for dtype in ("double", "float"):
        rec(dtype, T(REALS))
        rec(dtype, T(REALS, "float64"))
    rec("clone", T(REALS))
    rec("contiguous", T(torch.arange(6.0).reshape(2, 3), "float32", ("transpose", 0, 1)))


PAIRS = "add sub mul div pow atan2 maximum minimum remainder fmod hypot logaddexp logaddexp2 xlogy copysign fmax fmin clampMin clampMax".split()
LEFT = [0.6, 1.7, 2.25, 3.3]
RIGHT = [1.5, 0.4, 2.25, 0.7]


def pairs():
    section("pairs")
    wide = torch.tensor([0.3, 1.3, 2.4, 0.9, 3.1, 0.2]).reshape(2, 3)
    for op in PAIRS:
        for dtype in FLOATS:
            rec(op, T(LEFT, dtype), T(RIGHT, dtype))
        rec(op, T(wide), T([1.5, 0.5, 2.5]))
        rec(op, T([1.5, 0.5, 2.5]), T(wide))
        rec(op, T([[1.5], [0.25]]), T([0.7, 1.1, 2.3]))
        rec(op, T(wide), T(1.25))
        rec(op, T(1.25), T(wide))
        rec(op, T(wide), T([1.5, 0.5, 2.5], "float64"))
        rec(op, T(wide, "float32", ("transpose", 0, 1)), T([[0.7, 1.6]], "float32", ("expand", 3, 2)))
        rec(op, T(torch.empty(0, 3)), T([1.0, 2.0, 3.0]))
        rec(op, T([2.5]), T(1.5, "float64"))
    for op in "add sub mul div pow remainder fmod clampMin clampMax".split():
        for scalar in (2, 0.5, -1.5):
            rec(op, T(LEFT), scalar)
        rec(op, T(LEFT), T([1, 2, 3, 2], "int64"))
    for op in "add sub mul div pow".split():
        kwargs = {"python": {"add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b, "div": lambda a, b: a / b, "pow": lambda a, b: a ** b}[op]}
        function(op, 2.5, T(LEFT), **kwargs)
        function(op, T([1, 2, 3, 2], "int64"), T(LEFT), **kwargs)
    rec("add", T(LEFT), T(RIGHT), alpha=2.5)
    rec("sub", T(LEFT), T(RIGHT), alpha=-3)
    for mode in ("trunc", "floor"):
        rec("div", T(LEFT), T(RIGHT), rounding_mode=mode)
    for exponent in (0, 1, 2, 3, -1, 0.5, -0.5, 2.5):
        rec("pow", T([0.5, 1.5, 4.0]), exponent)
    rec("pow", T([0.0, 0.0, -1.0, 2.0, -2.0]), T([0.0, 2.0, 2.0, 0.5, 3.0]), once=True)
    rec("pow", T([0.0, 3.0]), 0)
    for op in ("maximum", "minimum", "fmax", "fmin"):
        rec(op, T([NAN, 1.0, 2.0, 0.0, -1.0, 3.0]), T([1.0, NAN, 2.0, 0.0, -2.0, 5.0]))
    rec("atan2", T([0.0, 1.0, 0.0]), T([0.0, 0.0, 1.0]))
    rec("hypot", T([3.0, -1.0]), T([4.0, 1.0]))
    rec("xlogy", T([0.0, 2.0, 1.0]), T([0.5, 3.0, 0.25]))


def choices():
    section("choices")
    x, y = torch.tensor(REALS), torch.tensor(REALS).flip(0).clone()
    rec("clamp", T(x), -1, 1.5)
    rec("clamp", T(x), None, 0.75)
    rec("clamp", T(x), 0.3)
    rec("clamp", T(x), 2, 0)
    rec("clamp", T(KINKS), -1, 1)
    rec("clamp", T(x), T([-1.0]), T(2.0))
    rec("clamp", T([NAN, 1.0, 2.0, 0.0, -1.0, 3.0]), T([0.0, 0.0, 2.0, 0.0, 0.0, NAN]), T([2.0, NAN, 2.0, 2.0, 2.0, 1.0]))
    rec("clamp", T(torch.arange(6.0).reshape(2, 3)), T([1.0, 2.0, 3.0]), T([[3.0], [4.0]]))
    mask = T([True, False, True, False, True, True, False], "bool")
    function("where", mask, T(x), T(y))
    function("where", mask, T(x), 0.5)
    function("where", mask, 0.5, T(x))
    function("where", T([[True], [False]], "bool"), T([1.0, 2.0]), T([[5.0]], "float64"))
    rec("lerp", T(x), T(y), 0.25)
    rec("lerp", T(x), T(y), T(y.abs()))
    rec("lerp", T([[1.0, 2.0]]), T([[3.0], [5.0]]), T([0.75, 0.25]))
    for op in ("addcmul", "addcdiv"):
        rec(op, T(x), T(y), T(x))
        rec(op, T([[1.0, 2.0]]), T([[3.0], [5.0]]), T(4.0), value=2.5)
    rec("maskedFill", T(x), mask, 3)
    rec("maskedFill", T([[1.0, 2.0]]), T([[True], [False]], "bool"), T(2.5))


def reductions():
    section("reductions")
    x = torch.tensor([0.5, -1.25, 2.0, 3.5, -0.75, 1.5, 2.0, 0.25, -3.0, 1.0, 4.25, -2.0]).reshape(2, 3, 2)
    for op in "sum mean amax amin var std norm prod max min".split():
        many = op not in ("prod", "max", "min")
        norm = [2] if op == "norm" else []
        for dtype in FLOATS:
            rec(op, T(x, dtype), *norm)
        for dim in (0, 1, -1) + (([0, 2], [-1, 0], [0, 1, 2]) if many else ()):
            rec(op, T(x), *norm, dim)
            rec(op, T(x), *norm, dim, keepdim=True)
        rec(op, T(x, "float32", ("transpose", 0, 2)), *norm, 1)
        rec(op, T(x, "float32", ("expand", 2, 2, 3, 2)), *norm, 0)
        rec(op, T([[1.5]]), *norm, 1, once=op in ("var", "std"))
        if op not in ("var", "std"):
            rec(op, T(2.5), *norm)
            rec(op, T(2.5), *norm, 0)
        rec(op, T(torch.empty(0, 3)), *norm, 1)
    for op in ("amax", "amin", "max", "min"):
        rec(op, T([[1.0, 3, 3], [NAN, 1, NAN]]))
        rec(op, T([[1.0, 3, 3], [NAN, 1, NAN]]), 1)
        rec(op, T([[1.0, 3, 3], [1, 1, 1]]))
    for op in ("sum", "mean", "prod"):
        rec(op, T(x), dtype=torch.float64)
        rec(op, T(x, "float64"), 0, dtype=torch.float32)
    for op in ("sum", "prod"):
        rec(op, T(torch.empty(0, 3)))
    for correction in (0, 2):
        rec("var", T(x), 1, correction=correction)
        rec("std", T(x), [0, 1], correction=correction)
    rec("std", T([[2.0, 2.0], [1.0, 4.0]]), 1)
    for values in ([2.0, 0.0, 3.0], [0.5, 2.0, -3.0]):
        rec("prod", T(values))
    rec("prod", T([[2.0, 0.0, 3.0], [0.5, 2.0, -3.0]]), 1)
    for p in (0.5, 1, 1.5, 3, INF, -INF):
        rec("norm", T(x), p, 1)
        rec("norm", T([0.0, -2.0, 2.0]), p)
        rec("norm", T([0.0, 0.0]), p)
    rec("norm", T([0.0, 0.0]), 2)
    for other in ([[1.0, 5.0], [2.0, 2.0]],):
        rec("max", T([[3.0, 4.0], [2.0, 1.0]]), T(other))


def views():
    section("views")
    x = torch.arange(24.0).reshape(2, 3, 4) / 8 - 1
    calls = [("reshape", 6, 4), ("reshape", [-1]), ("view", 3, 8), ("flatten",), ("flatten", 1), ("unflatten", 2, [2, 2]), ("transpose", 0, 2),
             ("permute", 2, 0, 1), ("movedim", 0, -1), ("unsqueeze", 1), ("expand", 5, 2, 3, 4), ("broadcastTo", 2, 2, 3, 4),
             ("narrow", 2, 1, 2), ("select", 1, -1), ("squeeze",), ("split", 2, 2), ("chunk", 2, 1), ("unbind",), ("unbind", 1)]
    for op, *args in calls:
        rec(op, T(x), *args)
        if op not in ("view",):
            rec(op, T(x, "float64", ("transpose", 1, 2)) if op not in ("expand", "broadcastTo", "unflatten", "narrow", "split") else T(x, "float64"), *args)
    rec("reshape", T(x, "float32", ("permute", 2, 0, 1)), 8, 3)
    rec("expand", T([[1.0], [2.0]]), 2, 3)
    rec("expand", T(2.0), 2, 3)
    rec("squeeze", T([[[1.0], [2.0]]]), 0)
    rec("squeeze", T([[[1.0], [2.0]]]), [0, 2])
    rec("t", T([[1.0, 2.0, 3.0]]))
    rec("t", T([1.0, 2.0]))
    for entries in ([0], [":", 1], ["...", -1], ["::2", "1:"], [None, 1, ":", "1::2"], [":", None, 2], [":0"], ["..."], [1, 2, 3]):
        rec("at", T(x), *entries, python=lambda v, *a: v[tuple(recorder.index(e) for e in a)])
    rec("viewAs", T(x), T(torch.ones(4, 6)))
    rec("expandAs", T([1.0, 2.0]), T(torch.ones(3, 2)))
    for op in ("stack", "cat"):
        function(op, [T([[1.0, 2.0]]), T([[3.0, 4.0]], "float64"), T([[5, 6]], "int64")])
        function(op, [T([[1.0, 2.0]]), T([[3.0, 4.0]])], 1)
        function(op, [T([[1.0, 2.0]]), T([[3.0, 4.0]])], -1)
    function("cat", [T([1.0]), T([3.0, 4.0]), T([5.0, 6.0, 7.0])])
    for op in ("hstack", "vstack"):
        function(op, [T([1.0, 2.0]), T([3.0, 4.0])])
    function("vstack", [T([[1.0, 2.0]]), T([3.0, 4.0])])


def products():
    section("products")
    g = torch.Generator().manual_seed(0)

    def draw(*shape):
        return (torch.rand(*shape, generator=g, dtype=torch.float64) * 4 - 2).round(decimals=2)

    for dtype in FLOATS:
        for a, b in (((2, 3), (3, 4)), ((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 2, 3), (2, 3, 2)), ((2, 2, 3), (3, 4)), ((2, 3), (4, 3, 2)),
                     ((5, 1, 2, 3), (4, 3, 2)), ((3,), (2, 3, 4)), ((2, 4, 3), (3,)), ((1, 1), (1, 1)), ((0, 3), (3, 2)), ((2, 0), (0, 3))):
            rec("matmul", T(draw(*a), dtype), T(draw(*b), dtype))
    rec("matmul", T(draw(3, 2), "float32", ("transpose", 0, 1)), T(draw(2, 3), "float32", ("transpose", 0, 1)))
    rec("matmul", T(draw(4, 6), "float32", ("at", "::2", "::2")), T(draw(1, 3), "float32", ("expand", 3, 3)))
    rec("mm", T(draw(2, 3)), T(draw(3, 2)))
    rec("bmm", T(draw(2, 2, 3)), T(draw(2, 3, 2)))
    rec("mv", T(draw(2, 3)), T(draw(3)))
    rec("dot", T(draw(3)), T(draw(3)))


def picks():
    section("picks")
    x = torch.arange(12.0).reshape(3, 4) / 4 - 1
    index = T([[0, 2, 2, 1], [1, 1, 0, 0]], "int64")
    for dtype in FLOATS:
        rec("gather", T(x, dtype), 0, index)
        rec("gather", T(x, dtype), 1, T([[3, 3], [0, 1], [2, 2]], "int64"))
        rec("indexSelect", T(x, dtype), 0, T([2, 0, 2], "int64"))
        rec("indexSelect", T(x, dtype), 1, T([3, 3, 1], "int64"))
        rec("take", T(x, dtype), T([[0, -1], [5, 5]], "int64"))
    rec("takeAlongDim", T(x), T([[3], [0], [3]], "int64"), 1)
    rec("takeAlongDim", T(x), T([3, 0, 3], "int64"))
    rec("gather", T(x, "float32", ("transpose", 0, 1)), 0, T([[3, 0, 3]], "int64"))
    rec("indexSelect", T(x, "float32", ("at", "::2", "1:")), 1, T([2, 2], "int64"))
    rec("maskedSelect", T(x), T([[True], [False], [True]], "bool"))


def main():
    unary()
    pairs()
    choices()
    reductions()
    views()
    products()
    picks()
    recorder.write(pathlib.Path(__file__).with_name("autograd.json"))


if __name__ == "__main__":
    main()
