"""Writes linalg.json and linalg-gradients.json: sums of products, distances and linear algebra, for golden-catalogue.test.ts and autograd-golden.test.ts.

Run it with a Python that has torch: python tests/golden/make_linalg.py
recorder.py says what a record looks like; those of gradients are make_autograd.py's.
"""

import pathlib

import torch

import make_autograd
import recorder
from recorder import FLOATS, INF, T, rec, section, write

here = pathlib.Path(__file__)
generator = torch.Generator().manual_seed(11)


def R(shape, dtype="float32", *view):
    """Quarters from -2 to 2: short to write down."""
    return T(torch.randint(-8, 9, shape, generator=generator) / 4, dtype, *view)


def I(shape, dtype, *view):
    return T(torch.randint(-5, 6, shape, generator=generator), dtype, *view)


def D(shape, *view):
    """Two digits after the point, float64: for gradients, away from corners."""
    return T(torch.randint(-150, 151, shape, generator=generator) / 100 + 0.003, "float64", *view)


EQUATIONS = (
    ("ij,jk->ik", (3, 4), (4, 5)), ("ij,jk", (3, 4), (4, 5)), ("ij,kj->ki", (3, 4), (5, 4)), ("bij,bjk->bik", (2, 3, 4), (2, 4, 5)),
    ("ij,ij->", (3, 4), (3, 4)), ("ij,ij->ij", (3, 4), (3, 4)), ("i,j->ij", (3,), (4,)), ("i,j", (3,), (4,)), ("ii", (3, 3)), ("ii->i", (3, 3)),
    ("ij->ji", (3, 4)), ("ij->", (3, 4)), ("ij->j", (3, 4)), ("ba", (3, 4)), ("Ba", (3, 4)), ("bA", (3, 4)), ("iij->j", (3, 3, 2)),
    ("iji->ij", (3, 2, 3)), ("iii->i", (2, 2, 2)), ("...ij,...jk->...ik", (5, 1, 2, 3), (4, 3, 2)), ("...ij,...jk", (5, 1, 2, 3), (4, 3, 2)),
    ("...ij,...jk->ik", (5, 1, 2, 3), (4, 3, 2)), ("i...->...", (2, 3, 4)), ("...i->i...", (2, 3, 4)), ("i...i->...", (3, 2, 3)), ("...->...", (2, 3)),
    ("...", (2, 3)), ("...,...", (2, 3), (3,)), (",", (), ()), (",->", (), ()), ("ij,jk,kl->il", (2, 3), (3, 4), (4, 5)),
    ("ij,jk,kl,lm->mi", (2, 3), (3, 4), (4, 5), (5, 2)), ("bn,anm,bm->ba", (2, 5), (3, 5, 4), (2, 4)), ("ij,j", (2, 3), (1,)),
    ("ij,ik->jk", (1, 3), (5, 4)), ("bij,bkj->bik", (1, 2, 3), (4, 5, 3)), ("abcd,cdef->abef", (2, 3, 2, 2), (2, 2, 3, 2)), (" i j , j k -> i k ", (2, 3), (3, 2)),
    ("ij,k->k", (2, 3), (4,)), ("ij,kl->ik", (2, 3), (4, 2)), ("ij,jk->ik", (0, 4), (4, 5)), ("ij,jk->ik", (3, 0), (0, 5)), ("ij,jk->", (3, 0), (0, 5)),
    ("i,i,i->i", (3,), (3,), (3,)), ("ijk,ijk,k->j", (2, 3, 4), (2, 3, 4), (4,)), ("bhqd,bhkd->bhqk", (2, 2, 3, 4), (2, 2, 5, 4)), ("nchw,oc->nohw", (2, 3, 2, 2), (4, 3)),
)
BROKEN = (
    ("ij,jk->iz", (2, 3), (3, 4)), ("ij->", (2, 3), (2, 3)), ("i,j", (3,)), ("ij.k", (2, 3)), ("i1", (2, 3)), ("ij->ii", (2, 3)), ("ij->i->j", (2, 3)),
    ("...i...", (2, 3)), ("ij,->", (2, 3), (2, 3)), ("i - > i", (3,)), ("ii", (2, 3)), ("ii->i", (1, 3)), ("ij,jk->ik", (2, 3), (4, 5)), ("ijk", (2, 3)), ("...ijk", (2, 3)),
    ("...i,...i", (2, 3), (4, 3)), ("ij->....", (2, 3)),
)


def contractions():
    section("einsum")
    for dtype in FLOATS:
        for equation, *shapes in EQUATIONS:
            rec("einsum", equation, *(R(shape, dtype) for shape in shapes), kind="function")
        rec("einsum", "ij,jk->ik", R((4, 3), dtype, ("transpose", 0, 1)), R((4, 10), dtype, ("at", ":", "::2")), kind="function")
        rec("einsum", "ij,jk->ik", R((1, 4), dtype, ("expand", 3, 4)), R((4, 5), dtype), kind="function")
        rec("einsum", "ij,jk->ik", R((33, 40), dtype), R((40, 37), dtype), kind="function")
        rec("einsum", R((2, 3), dtype), [0, 1], R((3, 2), dtype), [1, 2], [0, 2], kind="function")
        rec("einsum", R((2, 3), dtype), [27, 1], R((3, 2), dtype), [1, 30], kind="function")
    rec("einsum", "ij,jk->ik", [R((2, 3)), R((3, 2))], kind="function")
    for dtype in ("int64", "int32", "uint8"):
        rec("einsum", "ij,jk->ik", I((2, 3), dtype), I((3, 4), dtype), kind="function")
        rec("einsum", "ij->i", I((2, 3), dtype), kind="function")
        rec("einsum", "ij,ik->ijk", I((2, 3), dtype), I((2, 2), dtype), kind="function")
    rec("einsum", "ij,kj->ikj", R((2, 3)), R((2, 3), "float64"), kind="function")
    rec("einsum", "ij,kj->ik", R((2, 3)), R((2, 3), "float64"), kind="function", error=True)
    rec("einsum", "ij,kj->ik", I((2, 3), "bool"), I((2, 3), "bool"), kind="function", error=True)
    for equation, *shapes in BROKEN:
        rec("einsum", equation, *(R(shape) for shape in shapes), kind="function", error=True)
    section("tensordot")
    for dtype in (*FLOATS, "int64", "int32"):
        make = R if dtype in FLOATS else I
        for a, b, dims in (
            ((2, 3, 4), (3, 4, 5), 2), ((2, 3), (3, 4), 1), ((2, 3), (4,), 0), ((2, 3, 4), (5, 4, 3), [[2, 1], [1, 2]]), ((2, 3, 4), (4, 2), [[-1, 0], [0, -1]]),
            ((3,), (3,), 1), ((2, 3), (1, 4), 1), ((2, 1), (3, 4), 1), ((0, 3), (3, 2), 1), ((2, 0), (0, 3), 1), ((), (), 0),
        ):
            rec("tensordot", make(a, dtype), make(b, dtype), kind="function", dims=dims)
    for a, b, dims in (((2, 3), (2, 3), 1), ((2, 3), (3, 2), 3), ((2, 3), (3, 2), -1), ((2, 3), (3, 2), [[0], [0, 1]]), ((2, 3), (3, 2), [[2], [0]]), ((2, 3), (3, 2), [[1, 1], [0, 0]])):
        rec("tensordot", R(a), R(b), kind="function", dims=dims, error=True)
    rec("tensordot", R((2, 3)), R((3, 2), "float64"), kind="function", dims=1, error=True)
    section("trace, kron, cross")
    for dtype in (*FLOATS, "int64", "int32", "uint8", "int8", "int16"):
        make = R if dtype in FLOATS else I
        for shape in ((3, 3), (2, 4), (4, 2), (1, 1), (0, 3), (0, 0)):
            rec("trace", make(shape, dtype))
        rec("trace", make((3, 4), dtype, ("transpose", 0, 1)))
        for a, b in (((2, 3), (2, 2)), ((3,), (2,)), ((2,), (2, 3)), ((2, 1, 2), (3,)), ((), (2, 2)), ((2, 2), ()), ((0, 2), (2, 2)), ((), ())):
            rec("kron", make(a, dtype), make(b, dtype))
        for a, b, dim in (((3,), (3,), None), ((2, 3), (2, 3), None), ((3, 2), (3, 2), None), ((3, 3), (3, 3), None), ((3, 3), (3, 3), 1), ((2, 3), (1, 3), 1), ((3, 4), (3, 1), 0), ((4, 3, 2), (1, 3, 1), -2), ((0, 3), (0, 3), None)):
            if dim is None:
                rec("cross", make(a, dtype), make(b, dtype))
            else:
                rec("cross", make(a, dtype), make(b, dtype), dim=dim)
    rec("kron", I((2, 2), "int32"), R((2,)))
    rec("kron", I((2, 2), "bool"), I((2,), "bool"))
    rec("trace", R((2, 2, 2)), error=True)
    rec("trace", R((2,)), error=True)
    rec("trace", I((2, 2), "bool"), error=True)
    for a, b in (((3,), (2, 3)), ((2, 3), (2, 2)), ((2, 4), (2, 4)), ((2, 3), (3, 3))):
        rec("cross", R(a), R(b), error=True)
    rec("cross", R((2, 3)), R((2, 3)), dim=0, error=True)
    rec("cross", R((3,)), R((3,), "float64"), error=True)
    section("cdist")
    for dtype in FLOATS:
        for p in (0, 0.5, 1, 1.5, 2, 3, INF):
            p = float(p) if p != int(p if p < INF else 0) or p == INF else p
            rec("cdist", R((4, 3), dtype), R((5, 3), dtype), p, kind="function", python=lambda a, b, p: torch.cdist(a, b, float(p)))
            rec("cdist", R((2, 1, 4, 3), dtype), R((3, 2, 3), dtype), p, kind="function", python=lambda a, b, p: torch.cdist(a, b, float(p)))
            rec("cdist", R((0, 3), dtype), R((5, 3), dtype), p, kind="function", python=lambda a, b, p: torch.cdist(a, b, float(p)))
            rec("cdist", R((2, 0), dtype), R((5, 0), dtype), p, kind="function", python=lambda a, b, p: torch.cdist(a, b, float(p)))
        same = R((4, 3), dtype)
        rec("cdist", same, same, kind="function")
        rec("cdist", R((3, 4), dtype, ("transpose", 0, 1)), R((10, 3), dtype, ("at", "::2")), kind="function")
        rec("cdist", R((30, 6), dtype), R((4, 6), dtype), kind="function")
        rec("cdist", R((3, 6), dtype), R((4, 6), dtype), kind="function", compute_mode="use_mm_for_euclid_dist")
        rec("cdist", R((30, 6), dtype), R((4, 6), dtype), kind="function", compute_mode="donot_use_mm_for_euclid_dist")
    for a, b in (((3,), (2, 3)), ((2, 3), (2, 4)), ((2, 4, 3), (3, 4, 3))):
        rec("cdist", R(a), R(b), kind="function", error=True)
    rec("cdist", R((2, 3)), R((2, 3)), -1, kind="function", error=True, python=lambda a, b, p: torch.cdist(a, b, float(p)))
    rec("cdist", I((2, 3), "int64"), I((2, 3), "int64"), kind="function", error=True)
    rec("cdist", R((2, 3)), R((2, 3), "float64"), kind="function", error=True)


def gradients_of_contractions():
    grad = make_autograd.rec
    section("contractions")
    for equation, *shapes in EQUATIONS:
        grad("einsum", equation, *(D(shape) for shape in shapes), kind="function")
    grad("einsum", "ij,jk->ik", R((2, 3)), R((3, 4)), kind="function")
    grad("tensordot", D((2, 3, 4)), D((3, 4, 5)), kind="function", dims=2)
    grad("tensordot", D((2, 3, 4)), D((5, 4, 3)), kind="function", dims=[[2, 1], [1, 2]])
    grad("trace", D((3, 4)))
    grad("kron", D((2, 3)), D((2,)))
    grad("cross", D((2, 3)), D((1, 3)), dim=1)
    # PyTorch has no second gradient of cdist's differences.
    for p in (0, 0.5, 1, 1.5, 2, 3, INF):
        p = float(p) if p != int(p if p < INF else 0) or p == INF else p
        cdist_gradient(p, D((4, 3)), D((5, 3)))
        cdist_gradient(p, T([[1.0, 2.0], [0.5, 3.0], [4.0, 4.0]], "float64"), T([[1.0, 2.0], [1.0, 3.0], [4.0, 0.0]], "float64"))
        cdist_gradient(p, D((2, 1, 3, 2)), D((3, 2, 2)))
    grad("cdist", D((30, 3)), D((4, 3)), kind="function")


def cdist_gradient(p, a, b):
    """The first gradients alone: those of the second order are left null."""
    leaves = []
    values = [make_autograd.leaf_of(x, leaves) for x in (a, b)]
    out = torch.cdist(*values, float(p)).reshape(-1)
    first = torch.autograd.grad(out, leaves, make_autograd.weights(out.numel(), out.dtype))
    grads = ",".join(recorder.tensor_json(g) for g in first)
    recorder._current.append(f'{{"op":"cdist","kind":"function","args":[{a.json()},{b.json()},{recorder.argument_json(p)}],"grads":[{grads}],"second":[null,null]}}')


contractions()
write(here.with_name("linalg.json"))
recorder.sections.clear()
gradients_of_contractions()
write(here.with_name("linalg-gradients.json"))
