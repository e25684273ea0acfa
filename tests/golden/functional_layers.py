"""Embedding, oneHot, dropout, attention and the bilinear product of torch.nn.functional: values and gradients. make_functional.py writes them."""

import torch

import make_autograd
from recorder import FLOATS, INF, T, rec, section

generator = torch.Generator().manual_seed(9)


def numbers(*shape):
    return (torch.randint(-20, 20, shape, generator=generator) + 0.5) / 10


def F(op, *args, **rest):
    rec(op, *args, kind="F", **rest)


def grad(op, *args, **rest):
    make_autograd.rec(op, *args, kind="F", **rest)


def dropped(seed):
    """PyTorch's F.dropout from a seed. The tests seed with 42 before each call."""
    def run(x, **options):
        torch.manual_seed(seed)
        return torch.nn.functional.dropout(x, **options)
    return run


ATTENTION = (((2, 3), (4, 3), (4, 5)), ((2, 2, 3), (2, 4, 3), (2, 4, 3)), ((2, 2, 3, 4), (2, 2, 5, 4), (2, 2, 5, 4)), ((3, 2), (1, 2), (1, 2)))
MASK = [[True, False, True, True], [False, False, False, False]]


def lookups():
    section("lookups")
    for dtype in (*FLOATS, "int64", "int32"):
        for index in ("int64", "int32"):
            for numbered in (2, [0, 3, 3, 1], [[0, 1, 2], [3, 2, 1]], []):
                F("embedding", T(torch.tensor(numbered), index), T(numbers(4, 3) * 10, dtype))
    F("embedding", T([[0, 3], [1, 1]], "int64", ("transpose", 0, 1)), T(numbers(3, 4), "float32", ("transpose", 0, 1)), padding_idx=1)
    F("embedding", T([0, 3], "int64"), T(numbers(4, 3)), padding_idx=-1)
    for bad in ([4], [-1]):
        F("embedding", T(bad, "int64"), T(numbers(4, 3)), error=True)
    F("embedding", T([0], "int64"), T(numbers(4)), error=True)
    F("embedding", T([0], "uint8"), T(numbers(4, 3)), error=True)
    F("embedding", T([0.0]), T(numbers(4, 3)), error=True)
    for padding in (4, -5):
        F("embedding", T([0], "int64"), T(numbers(4, 3)), padding_idx=padding, python=embedding, error=True)
    for numbered in (2, [0, 3, 3, 1], [[0, 1, 2], [3, 2, 1]]):
        F("oneHot", T(numbered, "int64"))
        F("oneHot", T(numbered, "int64"), 5)
    F("oneHot", T([], "int64"), 3)
    F("oneHot", T([], "int64"), error=True)
    F("oneHot", T([0, 2], "int64"), 2, error=True)
    F("oneHot", T([0, -1], "int64"), error=True)
    F("oneHot", T([0, -1], "int64"), 4, error=True)
    F("oneHot", T([0], "int64"), -2, error=True)
    F("oneHot", T([0], "int64"), 0, error=True)
    F("oneHot", T([0, 1], "int32"), error=True)


def embedding(x, weight, padding_idx):
    """PyTorch says this with an assertion."""
    try:
        return torch.nn.functional.embedding(x, weight, padding_idx)
    except AssertionError as failure:
        raise ValueError(str(failure)) from failure


def drops():
    section("dropout")
    for dtype in FLOATS:
        for p in (0.5, 0.1, 0.75, 0, 1):
            F("dropout", T(numbers(40), dtype), p=p, python=dropped(42))
        F("dropout", T(numbers(4, 6), dtype, ("transpose", 0, 1)), p=0.25, python=dropped(42))
        F("dropout", T(numbers(4, 6, 2), dtype, ("transpose", 0, 2)), python=dropped(42))
        F("dropout", T(numbers(4, 6), dtype, ("at", ":", "::2")), p=0.25, python=dropped(42))
        F("dropout", T(numbers(6), dtype, ("expand", 4, 6)), python=dropped(42))
        F("dropout", T(numbers(40), dtype), training=False, python=dropped(42))
    F("dropout", T(torch.empty(0, 3)), python=dropped(42))
    for p in (-0.5, 2):
        F("dropout", T(numbers(4)), p=p, error=True)
    F("dropout", T([1, 2], "int64"), error=True)
    F("dropout", T([1, 2], "int64"), p=0)


def layers():
    section("attention and bilinear")
    for dtype in FLOATS:
        for shapes in ATTENTION:
            given = [T(numbers(*shape), dtype) for shape in shapes]
            F("scaledDotProductAttention", *given)
            F("scaledDotProductAttention", *given, scale=0.25)
            F("scaledDotProductAttention", *given, is_causal=True)
        three = [T(numbers(*shape), dtype) for shape in ATTENTION[0]]
        F("scaledDotProductAttention", *three, attn_mask=T(MASK, "bool"))
        F("scaledDotProductAttention", *three, attn_mask=T(numbers(2, 4), dtype))
        F("scaledDotProductAttention", *three, attn_mask=T([[0.5, -INF, 1.0, 0.0], [-INF, -INF, -INF, -INF]], dtype))
        for a, b, w in (((4, 3), (4, 2), (5, 3, 2)), ((3,), (2,), (5, 3, 2)), ((2, 4, 3), (2, 4, 3), (1, 3, 3)), ((0, 3), (0, 2), (5, 3, 2))):
            F("bilinear", T(numbers(*a), dtype), T(numbers(*b), dtype), T(numbers(*w), dtype))
            F("bilinear", T(numbers(*a), dtype), T(numbers(*b), dtype), T(numbers(*w), dtype), T(numbers(w[0]), dtype))
    q, k, v = ([T(numbers(*shape)) for shape in ATTENTION[0]])
    F("scaledDotProductAttention", q, k, v, attn_mask=T(MASK, "bool"), is_causal=True, error=True)
    F("scaledDotProductAttention", q, T(numbers(4, 2)), v, error=True)
    F("scaledDotProductAttention", q, k, T(numbers(3, 5)), error=True)
    F("scaledDotProductAttention", T(numbers(3)), k, v, error=True)
    F("scaledDotProductAttention", q, T(numbers(4, 3), "float64"), v, error=True)
    F("scaledDotProductAttention", q, k, v, attn_mask=T(MASK, "int64"), error=True)
    F("bilinear", T(numbers(4, 3)), T(numbers(3, 2)), T(numbers(5, 3, 2)), error=True)
    F("bilinear", T(numbers(4, 3)), T(numbers(4, 3)), T(numbers(5, 3, 2)), error=True)
    F("bilinear", T(numbers(4, 3)), T(numbers(4, 2)), T(numbers(5, 3, 2)), T(numbers(2)), error=True)


def values():
    lookups()
    drops()
    layers()


def gradients():
    section("layers")
    for dtype in FLOATS:
        grad("embedding", T([[0, 3, 3], [1, 1, 3]], "int64"), T(numbers(4, 2), dtype))
        grad("embedding", T([[0, 3, 3], [1, 1, 3]], "int32"), T(numbers(4, 2), dtype), padding_idx=1)
        grad("embedding", T([0, 3], "int64"), T(numbers(4, 2), dtype), padding_idx=-1)
    for shapes in ATTENTION[:3]:
        given = [T(numbers(*shape), "float64") for shape in shapes]
        grad("scaledDotProductAttention", *given, once=True)
        grad("scaledDotProductAttention", *given, once=True, is_causal=True)
    three = [T(numbers(*shape), "float64") for shape in ATTENTION[0]]
    grad("scaledDotProductAttention", *three, once=True, attn_mask=T(MASK, "bool"))
    grad("bilinear", T(numbers(4, 3), "float64"), T(numbers(4, 2), "float64"), T(numbers(5, 3, 2), "float64"), T(numbers(5), "float64"))
    grad("dropout", T(numbers(20), "float64"), python=dropped(42))
