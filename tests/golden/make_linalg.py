"""Writes linalg.json, linalg-signs.json and linalg-gradients.json: sums of products, distances and linear algebra, for golden-catalogue.test.ts,
linalg.test.ts and autograd-golden.test.ts.

Run it with a Python that has torch: python tests/golden/make_linalg.py
recorder.py says what a record looks like; those of gradients are make_autograd.py's.
"""

import pathlib

import torch

import make_autograd
import recorder
from recorder import FLOATS, INF, NAN, T, rec, section, write

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


def well(n, dtype="float32", batch=(), *view):
    """Square matrices with a heavy diagonal: PyTorch's own rounding stays within the common tolerance."""
    a = torch.randint(-4, 5, (*batch, n, n), generator=generator) / 4 + torch.diag(torch.arange(n) * 0.75 + 3)
    return T(a, dtype, *view)


def positive(n, dtype="float32", batch=()):
    """Symmetric and positive-definite, in short numbers."""
    a = torch.tril(torch.randint(-2, 3, (*batch, n, n), generator=generator) / 2, -1) + torch.eye(n) * 2
    return T(a @ a.mT, dtype)


def symmetric(n, dtype="float32", batch=()):
    """Symmetric, its eigenvalues apart from each other."""
    a = torch.randint(-2, 3, (*batch, n, n), generator=generator) / 4
    return T(a + a.mT + torch.diag(torch.arange(n) * 3 - 4), dtype)


def tall(m, n, dtype="float32", batch=(), *view):
    """Of full rank, its singular values apart from each other."""
    a = torch.randint(-2, 3, (*batch, m, n), generator=generator) / 4
    k = min(m, n)
    a[..., range(k), range(k)] += torch.arange(k) * 2 + 2
    return T(a, dtype, *view)


SINGULAR = T([[1.0, 2.0], [2.0, 4.0]])
turned = ("transpose", -2, -1)


def la(op, *args, **rest):
    rec(op, *args, kind="linalg", **rest)


def solving():
    section("det, slogdet, inv")
    for dtype in FLOATS:
        for x in (well(3, dtype), well(1, dtype), well(5, dtype), well(2, dtype, (3,)), well(3, dtype, (2, 1)), well(3, dtype, (), turned), well(0, dtype), well(2, dtype, (0,)),
                  T([[0.0, 2.0, 1.0], [1.0, 0.0, 0.5], [0.0, 0.0, -3.0]], dtype)):
            la("det", x)
            rec("det", x)
            la("slogdet", x)
            rec("slogdet", x)
            rec("logdet", x)
            la("inv", x)
            rec("inverse", x)
        la("inv", well(34, dtype))
        la("det", T([[1.0, 2.0], [2.0, 4.0]], dtype))
        la("slogdet", T([[1.0, 2.0], [2.0, 4.0]], dtype))
        rec("logdet", T([[[1.0, 2.0], [2.0, 4.0]], [[0.0, 1.0], [1.0, 0.0]]], dtype))
        la("inv", T([[NAN, 2.0], [2.0, 4.0]], dtype))
        la("inv", T([[1.0, 2.0], [2.0, 4.0]], dtype), error=True)
        la("inv", T([[[1.0, 2.0], [2.0, 3.0]], [[1.0, 2.0], [2.0, 4.0]]], dtype), error=True)
    for op in ("det", "slogdet", "inv", "cholesky", "eigh", "eigvalsh"):
        la(op, R((2, 3)), error=True)
        la(op, R((3,)), error=True)
        la(op, I((2, 2), "int64"), error=True)
        la(op, I((2, 2), "bool"), error=True)
    section("solve")
    for dtype in FLOATS:
        a = well(3, dtype)
        for b in (R((3,), dtype), R((3, 2), dtype), R((2, 3, 2), dtype), R((3, 0), dtype), R((4, 3), dtype, turned)):
            la("solve", a, b)
        la("solve", well(3, dtype, (2,)), R((3,), dtype))
        la("solve", well(3, dtype, (2,)), R((2, 3), dtype))
        la("solve", well(3, dtype, (3,)), R((3, 3), dtype))
        la("solve", well(3, dtype, (2,)), R((3, 4), dtype))
        la("solve", well(3, dtype, (2, 1)), R((4, 3, 1), dtype))
        la("solve", a, R((2, 3), dtype), left=False)
        la("solve", well(3, dtype, (2,)), R((2, 4, 3), dtype), left=False)
        la("solve", well(3, dtype, (), turned), R((3, 2), dtype))
        la("solve", well(0, dtype), R((0, 2), dtype))
        for upper in (True, False):
            for left in (True, False):
                la("solveTriangular", well(3, dtype), R((3, 3), dtype), upper=upper, left=left)
            la("solveTriangular", well(3, dtype, (2,)), R((2, 3, 1), dtype), upper=upper, unitriangular=True)
            la("solveTriangular", well(3, dtype, (), turned), R((3, 3), dtype), upper=upper, left=False, unitriangular=True)
        la("solveTriangular", T([[2.0, 9.0], [1.0, 0.0]], dtype), R((2, 1), dtype), upper=False)
    la("solve", SINGULAR, R((2, 2)), error=True)
    la("solve", well(2), R((3, 2)), error=True)
    la("solve", well(2), R((3,)), error=True)
    la("solve", well(2), R((2,)), left=False, error=True)
    la("solve", well(2), R((2, 2), "float64"), error=True)
    la("solve", R((2, 3)), R((2, 2)), error=True)
    la("solve", I((2, 2), "int64"), I((2, 2), "int64"), error=True)
    la("solve", well(2, "float32", (2,)), R((3, 2, 2)), error=True)
    la("solveTriangular", well(2), R((2,)), upper=True, error=True)
    la("solveTriangular", well(2), R((3, 1)), upper=True, error=True)
    la("solveTriangular", well(2), R((2, 1)), error=True)
    section("cholesky")
    for dtype in FLOATS:
        for x in (positive(3, dtype), positive(1, dtype), positive(5, dtype, (2,)), positive(0, dtype), positive(4, dtype, (2, 1)), positive(33, dtype)):
            la("cholesky", x)
            la("cholesky", x, upper=True)
        la("cholesky", T([[4.0, 99.0], [2.0, 5.0]], dtype))
        la("cholesky", T([[4.0, 2.0], [99.0, 5.0]], dtype), upper=True)
        la("cholesky", T([[1.0, 2.0], [2.0, 1.0]], dtype), error=True)
        la("cholesky", T([[NAN, 2.0], [2.0, 1.0]], dtype), error=True)
        la("cholesky", T([[[4.0, 2.0], [2.0, 5.0]], [[-1.0, 0.0], [0.0, 1.0]]], dtype), error=True)


def factors():
    section("qr")
    for dtype in FLOATS:
        for shape in ((3, 3), (4, 2), (2, 4), (1, 3), (3, 1), (1, 1), (0, 2), (2, 0), (3, 4, 2), (2, 1, 2, 3), (0, 2, 2), (30, 20)):
            for mode in ("reduced", "complete", "r"):
                la("qr", tall(*shape[-2:], dtype, shape[:-2]), mode=mode)
        la("qr", tall(4, 3, dtype, (), turned))
        la("qr", T(torch.zeros(2, 2), dtype))
        la("qr", T([[2.0, 1.0], [0.0, 3.0]], dtype))
        la("qr", T([[0.0, 1.0], [0.0, -3.0]], dtype))
    la("qr", R((3,)), error=True)
    la("qr", R((3, 3)), mode="full", error=True)
    la("qr", I((3, 3), "int64"), error=True)
    section("values")
    la("eigvalsh", symmetric(30, "float64"))
    for dtype in FLOATS:
        for x in (symmetric(3, dtype), symmetric(1, dtype), symmetric(4, dtype, (2,)), symmetric(0, dtype), symmetric(9, dtype)):
            la("eigvalsh", x)
            la("eigvalsh", x, UPLO="U")
        la("eigvalsh", T([[2.0, 1.0], [99.0, 3.0]], dtype), UPLO="U")
        la("eigvalsh", T([[NAN, NAN], [NAN, NAN]], dtype))
        la("eigvalsh", T([[2.0, 99.0], [1.0, 3.0]], dtype))
        la("eigvalsh", T([[2.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, 2.0]], dtype))
        la("eigvalsh", T(torch.zeros(3, 3), dtype))
        for shape in ((3, 3), (4, 2), (2, 4), (1, 3), (1, 1), (0, 2), (2, 0), (3, 4, 2), (2, 1, 2, 3), (20, 12)):
            la("svdvals", tall(*shape[-2:], dtype, shape[:-2]))
        la("svdvals", tall(4, 3, dtype, (), turned))
        la("svdvals", T([[1.0, 2.0], [2.0, 4.0]], dtype))
        la("svdvals", T(torch.zeros(3, 2), dtype))
        la("svdvals", T(torch.diag(torch.tensor([1.0, 0.0, 0.5, 0.0])) + torch.diag(torch.tensor([1.0, 1.0, 0.0]), 1), dtype))
    la("eigvalsh", symmetric(2), UPLO="X", error=True)
    for op in ("svd", "svdvals"):
        la(op, R((3,)), error=True)
        la(op, I((3, 3), "int64"), error=True)
        la(op, T([[NAN, 1.0], [1.0, 2.0]]), error=True)
    section("pinv, matrixRank")
    for dtype in FLOATS:
        for shape in ((3, 3), (4, 2), (2, 4), (1, 3), (0, 3), (3, 0), (3, 4, 2)):
            la("pinv", tall(*shape[-2:], dtype, shape[:-2]))
            la("matrixRank", tall(*shape[-2:], dtype, shape[:-2]))
        deficient = T([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [1.0, 0.0, 1.0]], dtype)
        small = T([[1.0, 0.0], [0.0, 0.125]], dtype)
        for x in (deficient, small, T([[1.0, 2.0], [2.0, 4.0]], dtype), T(torch.zeros(2, 3), dtype)):
            la("pinv", x)
            la("matrixRank", x)
            for options in ({"rtol": 0.25}, {"atol": 0.25}, {"atol": 0.0625, "rtol": 0.25}):
                la("pinv", x, **options)
                la("matrixRank", x, **options)
        for x in (symmetric(3, dtype), small, T([[1.0, 2.0], [2.0, 4.0]], dtype)):
            la("pinv", x, hermitian=True)
            la("matrixRank", x, hermitian=True)
            la("matrixRank", x, hermitian=True, atol=0.25)
        rec("pinverse", small)
        rec("pinverse", small, 0.25)
        la("matrixRank", small, 0.25)
    for op in ("pinv", "matrixRank"):
        la(op, R((3,)), error=True)
        la(op, I((3, 3), "int64"), error=True)
        la(op, R((2, 3)), hermitian=True, error=True)
    section("lstsq")
    for dtype in FLOATS:
        for a, b in ((tall(4, 2, dtype), R((4, 3), dtype)), (tall(3, 3, dtype), R((3, 1), dtype)), (tall(2, 4, dtype), R((2, 1), dtype)), (tall(4, 2, dtype), R((4,), dtype)),
                     (tall(4, 2, dtype, (2,)), R((2, 4, 3), dtype)), (tall(4, 2, dtype, (2,)), R((2, 4), dtype))):
            la("lstsq", a, b)
            for driver in ("gels", "gelsd", "gelss", "gelsy"):
                la("lstsq", a, b, driver=driver)
        la("lstsq", T(torch.ones(3, 2), dtype), R((3, 1), dtype))
        la("lstsq", T(torch.ones(3, 2), dtype), R((3, 1), dtype), driver="gelsd")
        la("lstsq", T([[1.0, 0.0], [0.0, 0.125]], dtype), R((2, 1), dtype), rcond=0.25, driver="gelsd")
    la("lstsq", T(torch.ones(3, 2)), R((3, 1)), driver="gels", error=True)
    la("lstsq", R((3, 2)), R((2, 1)), error=True)
    la("lstsq", R((3, 2)), R((3, 1), "float64"), error=True)
    la("lstsq", R((3,)), R((3,)), error=True)
    la("lstsq", I((3, 2), "int64"), I((3, 1), "int64"), error=True)
    la("lstsq", R((3, 2)), R((3, 1)), driver="qr", error=True)


ORDERS = ("fro", "nuc", INF, -INF, 0, 1, -1, 2, -2, 3)


def norms():
    section("norms")
    for dtype in FLOATS:
        for x in (R((3, 4), dtype), R((4,), dtype), R((2, 3, 4), dtype), R((), dtype), R((4, 3), dtype, turned)):
            la("norm", x)
            la("norm", x, keepdim=True)
            for order in ORDERS:
                la("norm", x, order, error="any")
                if not isinstance(order, str):
                    la("vectorNorm", x, order)
                la("matrixNorm", x, order, error="any")
        x = R((2, 3, 4), dtype)
        for order in ORDERS:
            for dim in ([0, 2], [2, 1], [1], 1, -1):
                la("norm", x, order, dim=dim, error="any")
                la("norm", x, order, dim=dim, keepdim=True, error="any")
                if not isinstance(order, str):
                    la("vectorNorm", x, order, dim=dim)
            la("matrixNorm", x, order, dim=[2, 0], keepdim=True, error="any")
            la("matrixNorm", x, order, dim=[0, 1], error="any")
            for shape in ((0, 3), (3, 0), (0, 2, 3)):
                la("matrixNorm", R(shape, dtype), order, error="any")
                la("vectorNorm", R(shape, dtype), order, error="any")
        la("norm", x, None, dim=[0, 1])
        la("vectorNorm", R((), dtype), 3)
        la("vectorNorm", T([NAN, 1.0], dtype), INF)
        la("matrixNorm", T([[NAN, 1.0], [2.0, 3.0]], dtype), 1)
        for order in (None, *ORDERS):
            given = () if order is None else (order,)
            la("cond", well(3, dtype), *given, error="any")
            la("cond", well(2, dtype, (2,)), *given, error="any")
            la("cond", tall(3, 2, dtype), *given, error="any")
        for order in ("fro", 1, INF, -1, -INF):
            la("cond", T([[1.0, 2.0], [2.0, 4.0]], dtype), order)
    la("norm", R((2, 2)), dtype=torch.float64)
    la("matrixNorm", R((2, 2)), "nuc", dtype=torch.float64)
    la("vectorNorm", R((2, 2)), 3, dtype=torch.float64)
    for op in ("norm", "vectorNorm", "matrixNorm", "cond"):
        la(op, I((2, 2), "int64"), error=True)
    la("norm", R((2, 2, 2)), 2, dim=[0, 1, 2], error=True)
    la("matrixNorm", R((2, 2)), dim=[0], error=True)
    la("matrixNorm", R((2, 2)), dim=[1, 1], error=True)
    la("norm", R((2, 2)), dim=5, error=True)
    section("matrixPower, multiDot, cross, vecdot")
    for dtype in (*FLOATS, "int64", "int32"):
        floats = dtype in FLOATS
        make = R if floats else I
        for n in (0, 1, 2, 3, 6):
            la("matrixPower", make((3, 3), dtype), n)
            rec("matrixPower", make((2, 2, 2), dtype), n)
        for shapes in (((2, 3), (3, 4)), ((2,), (2, 3), (3,)), ((2, 3), (3,)), ((3,), (3,)), ((10, 3), (3, 20), (20, 2), (2, 7)), ((2, 0), (0, 3))):
            la("multiDot", [make(shape, dtype) for shape in shapes])
        la("cross", make((2, 3), dtype), make((1, 3), dtype))
        la("cross", make((3, 2), dtype), make((3, 2), dtype), dim=0)
        if floats:
            la("vecdot", R((2, 3), dtype), R((3,), dtype))
            la("vecdot", R((2, 3), dtype), R((2, 3), dtype), dim=0)
        la("diagonal", make((2, 3, 4), dtype))
        la("diagonal", make((2, 3, 4), dtype), offset=1, dim1=0, dim2=1)
        la("matmul", make((2, 3), dtype), make((3, 4), dtype))
    for dtype in FLOATS:
        for n in (-1, -2, -3):
            la("matrixPower", well(3, dtype), n)
    la("matrixPower", SINGULAR, -1, error=True)
    la("matrixPower", R((2, 3)), 2, error=True)
    la("matrixPower", I((2, 2), "int64"), -1, error=True)
    la("matrixPower", R((2, 2)), 2.5, error=True)
    for shapes in (((2, 2),), ((2, 2), (3, 2)), ((1, 2, 2), (2, 2)), ((2, 2), (2,), (2, 2))):
        la("multiDot", [R(shape) for shape in shapes], error=True)
    la("multiDot", [R((2, 2)), R((2, 2), "float64")], error=True)
    la("cross", R((2, 3)), R((2, 2)), error=True)
    la("cross", R((2, 3)), R((2, 3)), dim=0, error=True)
    la("vecdot", R((2, 3)), R((4,)), error=True)
    la("vecdot", I((2, 3), "int64"), I((2, 3), "int64"), error=True)


def the_rest():
    section("matrixExp, tensorinv, tensorsolve, vander")
    for dtype in FLOATS:
        for x in (R((3, 3), dtype), R((2, 2, 2), dtype), R((1, 1), dtype), R((0, 0), dtype), R((2, 1, 3, 3), dtype), R((3, 3), dtype, turned), T(torch.zeros(2, 2), dtype),
                  T([[0.0, 1.0], [0.0, 0.0]], dtype), T([[NAN, 1.0], [1.0, 1.0]], dtype), T([[0.0, 7.5], [-7.5, 0.0]], dtype), T([[1e-3, 2e-3], [5e-4, -1e-3]], dtype)):
            la("matrixExp", x)
            rec("matrixExp", x)
        eight = well(6, dtype)
        la("tensorinv", T(eight.base.reshape(2, 3, 6), dtype))
        la("tensorinv", T(eight.base.reshape(6, 3, 2), dtype), ind=1)
        la("tensorsolve", T(eight.base.reshape(2, 3, 6), dtype), R((2, 3), dtype))
        la("tensorsolve", T(eight.base.reshape(2, 3, 3, 2), dtype), R((2, 3), dtype))
        la("tensorsolve", T(well(6, dtype).base.reshape(6, 2, 3), dtype), R((2, 3), dtype), dims=[0])
    for dtype in (*FLOATS, "int64", "int32", "uint8"):
        make = R if dtype in FLOATS else I
        la("vander", make((3,), dtype))
        la("vander", make((2, 4), dtype), N=2)
        la("vander", make((3,), dtype), N=5)
    for shape in ((2, 3), (3,)):
        la("matrixExp", R(shape), error=True)
    la("matrixExp", I((2, 2), "int64"), error=True)
    la("tensorinv", R((4, 2, 2)), error=True)
    la("tensorinv", R((4, 4)), ind=0, error=True)
    la("tensorinv", T(torch.zeros(4, 4)), ind=1, error=True)
    la("tensorsolve", R((2, 3, 6)), R((3,)), error=True)
    la("tensorsolve", R((2, 3, 6)), R((6,)), error=True)
    la("tensorsolve", R((2, 3, 6)), R((2, 3), "float64"), error=True)
    la("vander", R((3,)), N=1, error=True)
    la("vander", R(()), error=True)
    la("vander", I((3,), "bool"), error=True)


def up_to_signs():
    """Vectors have any sign: the test compares absolute values, and what the factors give together."""
    section("eigh")
    for dtype in FLOATS:
        for x in (symmetric(3, dtype), symmetric(1, dtype), symmetric(4, dtype, (2,)), symmetric(0, dtype), symmetric(12, dtype)):
            la("eigh", x)
        la("eigh", T([[2.0, 1.0], [99.0, 3.0]], dtype), UPLO="U")
        la("eigh", T([[2.0, 99.0], [1.0, 3.0]], dtype), UPLO="L")
    section("svd")
    for dtype in FLOATS:
        for shape in ((3, 3), (4, 2), (2, 4), (1, 3), (1, 1), (3, 4, 2), (2, 1, 2, 3), (12, 7), (0, 2), (2, 0)):
            la("svd", tall(*shape[-2:], dtype, shape[:-2]), full_matrices=False)
        for shape in ((3, 3), (3, 2), (2, 3)):  # one vector more than values: it is determined up to its sign too
            la("svd", tall(*shape[-2:], dtype, shape[:-2]))
        la("svd", tall(4, 3, dtype, (), turned), full_matrices=False)


def gradients_of_linalg():
    grad = lambda op, *args, **rest: make_autograd.rec(op, *args, kind="linalg", **rest)
    section("linalg")
    big = lambda *shape: T(torch.randint(-100, 101, shape, generator=generator) / 100 + torch.eye(shape[-1]) * 3, "float64")
    for op in ("det", "inv"):
        for x in (big(3, 3), big(2, 2, 2), big(1, 1)):
            grad(op, x)
    for x in (big(3, 3), big(2, 2, 2)):
        make_autograd.rec("logdet", x)
        grad("slogdet", x)
        grad("cond", x)
        grad("matrixPower", x, 3)
        grad("matrixPower", x, -2)
        grad("solve", x, D((x.base.shape[-1], 2)))
        grad("solve", x, D((x.base.shape[-1],)))
        grad("solve", x, D((3, x.base.shape[-1])), left=False)
        for upper in (True, False):
            grad("solveTriangular", x, D((x.base.shape[-1], 2)), upper=upper)
            grad("solveTriangular", x, D((2, x.base.shape[-1])), upper=upper, left=False, unitriangular=True)
    for x in (positive(3, "float64"), positive(2, "float64", (2,))):
        grad("cholesky", x)
        grad("cholesky", x, upper=True)
        grad("eigvalsh", x)
    for shape in ((3, 3), (4, 2), (2, 4), (2, 3, 2)):
        grad("qr", D(shape))
        grad("svdvals", D(shape))
        grad("pinv", D(shape))
        grad("norm", D(shape))
        for order in ("fro", "nuc", INF, -INF, 1, -1, 2, -2):
            grad("matrixNorm", D(shape), order)
        for order in (0.5, 1, 2, 3, INF):
            grad("vectorNorm", D(shape), order)
    for shape in ((3, 3), (2, 2, 2)):
        grad("matrixExp", D(shape))
    grad("vander", D((3,)), N=4)
    grad("tensorinv", T(big(4, 4).base.reshape(2, 2, 4), "float64"))
    grad("tensorsolve", T(big(4, 4).base.reshape(2, 2, 4), "float64"), D((2, 2)))
    grad("multiDot", [D((2, 3)), D((3, 4)), D((4, 2))])
    grad("cross", D((2, 3)), D((1, 3)))
    grad("vecdot", D((2, 3)), D((3,)))


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
solving()
factors()
norms()
the_rest()
write(here.with_name("linalg.json"))
recorder.sections.clear()
up_to_signs()
write(here.with_name("linalg-signs.json"))
recorder.sections.clear()
gradients_of_contractions()
gradients_of_linalg()
write(here.with_name("linalg-gradients.json"))
