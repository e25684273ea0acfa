"""The losses of torch.nn.functional and the distances they are made of: values and gradients. make_functional.py writes them."""

import torch

import make_autograd
from recorder import FLOATS, INF, NAN, T, rec, section

generator = torch.Generator().manual_seed(5)
FOLDS = ("mean", "sum", "none")


def numbers(*shape):
    """From -2 to 2 in steps of 0.1, no two equal in one place, none 0."""
    return (torch.randint(-20, 20, shape, generator=generator) + 0.5) / 10


def chances(*shape):
    return (torch.randint(1, 20, shape, generator=generator) / 20)


def classes(shape, count):
    return T(torch.randint(0, count, shape, generator=generator), "int64")


def signs(*shape):
    return torch.randint(0, 2, shape, generator=generator) * 2 - 1


def F(op, *args, **rest):
    rec(op, *args, kind="F", **rest)


def grad(op, *args, **rest):
    make_autograd.rec(op, *args, kind="F", **rest)


PAIRS = (
    ("l1Loss", {}), ("mseLoss", {}), ("smoothL1Loss", {}), ("smoothL1Loss", {"beta": 0.5}), ("smoothL1Loss", {"beta": 0}), ("huberLoss", {}),
    ("huberLoss", {"delta": 0.25}), ("klDiv", {}), ("klDiv", {"log_target": True}), ("softMarginLoss", {}), ("poissonNllLoss", {}),
    ("poissonNllLoss", {"full": True}), ("poissonNllLoss", {"log_input": False, "eps": 0.125}), ("hingeEmbeddingLoss", {}), ("hingeEmbeddingLoss", {"margin": 2}),
)
SHAPES = ((5,), (2, 3), (2, 3, 4), ())


def operands(op, options, shape, dtype, *view):
    """An input and a target in the range of the loss."""
    x = numbers(*shape)
    t = numbers(*shape)
    if op == "klDiv" and not options.get("log_target"):
        t = chances(*shape)
    if op == "softMarginLoss" or op == "hingeEmbeddingLoss":
        t = signs(*shape)
    if op == "poissonNllLoss":
        t = torch.randint(0, 5, shape, generator=generator)
        x = x if options.get("log_input", True) else x.abs()
    return T(x, dtype, *view), T(t, "int64" if op == "softMarginLoss" else dtype, *view)


def pairs():
    section("losses of pairs")
    for op, options in PAIRS:
        for dtype in FLOATS:
            for reduction in FOLDS + (("batchmean",) if op == "klDiv" else ()):
                for shape in SHAPES:
                    F(op, *operands(op, options, shape, dtype), reduction=reduction, **options)
            F(op, *operands(op, options, (3, 4), dtype, ("transpose", 0, 1)), reduction="none", **options)
            F(op, *operands(op, options, (3, 6), dtype, ("at", ":", "::2")), **options)
        x, _ = operands(op, options, (2, 3), "float32")
        _, t = operands(op, options, (3,), "float32")
        F(op, x, t, reduction="none", **options)
        F(op, x, T(torch.ones(2)), error=True, **options)
        F(op, T(torch.empty(0, 3)), T(torch.empty(0, 3)), **options)
        F(op, *operands(op, options, (3,), "float32"), reduction="average", error=True, **options)
        # PyTorch's huber_loss does not promote its result, and its softMarginLoss refuses; a float32 logarithm beside float64 is no figure to hold.
        if op not in ("softMarginLoss", "huberLoss", "poissonNllLoss"):
            F(op, operands(op, options, (4,), "float32")[0], operands(op, options, (4,), "float64")[1], reduction="none", error="any", **options)
        F(op, T([1, 2], "int64"), T([1, -1], "int64"), reduction="none", error="any", **options)
    for op in ("l1Loss", "mseLoss", "huberLoss"):
        for reduction in FOLDS:
            F(op, T(numbers(2, 3)), T(numbers(2, 3)), reduction=reduction, weight=T(chances(2, 3)))
        F(op, T(numbers(2, 3)), T(numbers(2, 3)), weight=T(chances(3)), error=True)
    for op in ("smoothL1Loss", "huberLoss"):
        F(op, T([NAN, INF, -INF, 1.0, 0.0]), T([0.0, 0.0, 0.0, 0.0, 0.0]), reduction="none")
    F("smoothL1Loss", T([1.0]), T([2.0]), beta=-1, error=True)
    F("huberLoss", T([1.0]), T([2.0]), delta=0, error=True)
    F("klDiv", T([-1.0, -1.0]), T([-0.5, 0.0]), reduction="none")
    F("klDiv", T([1, 2], "int64"), T([1, 2], "int64"), error=True)
    for shape in ((4,), (2, 3), (2, 3, 4)):
        for options in ({}, {"full": True}, {"eps": 0.5}):
            for reduction in FOLDS:
                F("gaussianNllLoss", T(numbers(*shape)), T(numbers(*shape)), T(chances(*shape)), reduction=reduction, **options)
    F("gaussianNllLoss", T(numbers(2, 3)), T(numbers(2, 3)), T(chances(2)))
    F("gaussianNllLoss", T(numbers(2, 3)), T(numbers(2, 3)), T(chances(2, 1)))
    F("gaussianNllLoss", T(numbers(2, 3)), T(numbers(2, 3)), T(chances(1, 3)))
    F("gaussianNllLoss", T(numbers(2, 3)), T(numbers(2, 3)), 0.75)
    F("gaussianNllLoss", T(numbers(2, 3)), T(numbers(2, 3)), T([0.0, 0.5]), reduction="none")
    F("gaussianNllLoss", T(numbers(2, 3)), T(numbers(2, 3)), T([-0.5, 0.5]), error=True)
    F("gaussianNllLoss", T(numbers(2, 3)), T(numbers(2, 3)), T(chances(3)), error=True)
    F("gaussianNllLoss", T(numbers(2, 3)), T(numbers(2, 3)), T(chances(1, 1)), error=True)
    F("gaussianNllLoss", T(numbers(2, 3)), T(numbers(2, 3)), T(chances(2, 3)), reduction="average", error=True)


def binary():
    section("binary cross entropy")
    for dtype in FLOATS:
        for reduction in FOLDS:
            for shape in SHAPES:
                F("binaryCrossEntropy", T(chances(*shape), dtype), T(chances(*shape), dtype), reduction=reduction)
                F("binaryCrossEntropyWithLogits", T(numbers(*shape), dtype), T(chances(*shape), dtype), reduction=reduction)
            F("binaryCrossEntropy", T(chances(2, 3), dtype), T(chances(2, 3), dtype), weight=T(chances(3), dtype), reduction=reduction)
            F("binaryCrossEntropyWithLogits", T(numbers(2, 3), dtype), T(chances(2, 3), dtype), weight=T(chances(2, 1), dtype), reduction=reduction)
            F("binaryCrossEntropyWithLogits", T(numbers(2, 3), dtype), T(chances(2, 3), dtype), pos_weight=T(numbers(3).abs(), dtype), reduction=reduction)
            F("binaryCrossEntropyWithLogits", T(numbers(2, 3), dtype), T(chances(2, 3), dtype), weight=T(chances(3), dtype), pos_weight=T(2.5, dtype))
        F("binaryCrossEntropy", T([0.0, 1.0, 0.0, 1.0, 1e-30, 0.5], dtype), T([0.0, 0.0, 1.0, 1.0, 1.0, 0.5], dtype), reduction="none")
        F("binaryCrossEntropyWithLogits", T([-INF, INF, 200.0, -200.0, 90.0, -90.0, NAN], dtype), T([0.0, 0.5, 0.0, 1.0, 1.0, 0.0, 1.0], dtype), reduction="none")
        F("binaryCrossEntropy", T(torch.empty(0, 2), dtype), T(torch.empty(0, 2), dtype))
        F("binaryCrossEntropyWithLogits", T(torch.empty(0, 2), dtype), T(torch.empty(0, 2), dtype))
    F("binaryCrossEntropyWithLogits", T([0.5, 1.0]), T([1.0, 0.0], "float64"))
    F("binaryCrossEntropyWithLogits", T([0.5, 1.0]), T([1, 0], "int64"), error=True)
    F("binaryCrossEntropyWithLogits", T([0.5, 1.0]), T([1.0]), error=True)
    F("binaryCrossEntropyWithLogits", T([0.5, 1.0]), T([1.0, 0.0]), pos_weight=T([1.0, 2.0, 3.0]), error=True)
    for bad in ([1.5, 0.5], [-0.1, 0.5], [NAN, 0.5]):
        F("binaryCrossEntropy", T(bad), T([1.0, 0.0]), error=True)
        F("binaryCrossEntropy", T([0.5, 0.5]), T(bad), error=True)
    F("binaryCrossEntropy", T([0.5, 1.0]), T([1.0]), error=True)
    F("binaryCrossEntropy", T([0.5, 1.0]), T([1.0, 0.0], "float64"), error=True)
    F("binaryCrossEntropy", T([0.5, 1.0]), T([1, 0], "int64"), error=True)
    F("binaryCrossEntropy", T([0.5, 1.0]), T([1.0, 0.0]), weight=T([1.0, 2.0, 3.0]), error=True)


def over_classes():
    section("losses over classes")
    ignored = T([2, -100, 0, 1], "int64")
    for op in ("nllLoss", "crossEntropy"):
        for dtype in FLOATS:
            for reduction in FOLDS:
                for shape in ((4, 3), (3,), (2, 3, 4), (2, 3, 4, 2), (4, 1)):
                    target = shape[:1] + shape[2:] if len(shape) > 1 else ()
                    count = shape[1] if len(shape) > 1 else shape[0]
                    F(op, T(numbers(*shape), dtype), classes(target, count), reduction=reduction)
                    F(op, T(numbers(*shape), dtype), classes(target, count), weight=T(chances(count), dtype), reduction=reduction)
                    F(op, T(numbers(*shape), dtype), classes(target, count), ignore_index=0, reduction=reduction)
                F(op, T(numbers(4, 3), dtype), ignored, reduction=reduction)
                F(op, T(numbers(4, 3), dtype), ignored, weight=T(chances(3), dtype), reduction=reduction)
                F(op, T(numbers(4, 3), dtype), T([2, 7, 0, 7], "int64"), ignore_index=7, reduction=reduction)
                F(op, T(numbers(4, 3), dtype), T([2, 1, 0, 1], "int64"), ignore_index=1, weight=T(chances(3), dtype), reduction=reduction)
                F(op, T(numbers(2, 3), dtype), T([-100, -100], "int64"), reduction=reduction)
                F(op, T(numbers(0, 3), dtype), T([], "int64"), reduction=reduction)
                F(op, T(numbers(3), dtype), T([1], "int64"), reduction=reduction, error="any")
                F(op, T(numbers(3, 4), dtype, ("transpose", 0, 1)), classes((4,), 3), reduction=reduction)
            F(op, T(numbers(4, 6), dtype, ("at", ":", "::2")), T([[2, 0], [1, 0], [0, 0], [1, 1]], "int64", ("select", 1, 0)))
        F(op, T(numbers(2, 3)), T([2, 1], "uint8"))
        for dtype in ("int32", "int16", "bool", "float32"):
            F(op, T(numbers(2, 3)), T([0, 1], dtype), error=True)
        F(op, T(numbers(2, 3)), T([0, 3], "int64"), error=True)
        F(op, T(numbers(2, 3)), T([0, -1], "int64"), error=True)
        F(op, T(numbers(2, 3)), T([-100, 3], "int64"), error=True)
        F(op, T(numbers(2, 3)), T([0, 1, 2], "int64"), error=True)
        F(op, T(numbers(2, 3)), T([[0, 1], [1, 0]], "int64"), error=True)
        F(op, T(numbers(2, 3)), T([0, 1], "int64"), weight=T(chances(2)), error=True)
        F(op, T(numbers(2, 3)), T([0, 1], "int64"), weight=T(chances(3), "float64"), error=True)
        F(op, T(0.5), T(0, "int64"), error=True)
        F(op, T([[1, 2]], "int64"), T([0], "int64"), error="any")
    probabilities()


def probabilities():
    for dtype in FLOATS:
        for reduction in FOLDS:
            for shape in ((4, 3), (3,), (2, 3, 4)):
                count = shape[1] if len(shape) > 1 else shape[0]
                F("crossEntropy", T(numbers(*shape), dtype), T(chances(*shape), dtype), reduction=reduction)
                F("crossEntropy", T(numbers(*shape), dtype), T(chances(*shape), dtype), weight=T(chances(count), dtype), reduction=reduction, label_smoothing=0.25)
                target = shape[:1] + shape[2:] if len(shape) > 1 else ()
                F("crossEntropy", T(numbers(*shape), dtype), classes(target, count), reduction=reduction, label_smoothing=0.25)
                F("crossEntropy", T(numbers(*shape), dtype), classes(target, count), weight=T(chances(count), dtype), reduction=reduction, label_smoothing=0.25)
                F("crossEntropy", T(numbers(*shape), dtype), classes(target, count), weight=T(chances(count), dtype), ignore_index=1, reduction=reduction, label_smoothing=0.5)
                F("crossEntropy", T(numbers(*shape), dtype), classes(target, count), ignore_index=1, reduction=reduction, label_smoothing=0.5)
            F("crossEntropy", T(numbers(2, 3), dtype), T([-100, -100], "int64"), reduction=reduction, label_smoothing=0.25)
    F("crossEntropy", T(numbers(2, 3)), T(chances(2, 3), "float64"))
    F("crossEntropy", T(numbers(2, 3)), T(torch.ones(2, 3), "int64"), error=True)
    F("crossEntropy", T(numbers(2, 3)), T(chances(2, 3)), ignore_index=1, error=True)
    F("crossEntropy", T(numbers(2, 3)), T([0, 1], "int64"), label_smoothing=1.5, error=True)
    F("crossEntropy", T([[1000.0, -1000.0], [-INF, 0.0]]), T([1, 1], "int64"), reduction="none")


def apart():
    section("distances")
    for dtype in FLOATS:
        for a, b in (((2, 3), (2, 3)), ((2, 3), (3,)), ((4, 1, 3), (2, 3)), ((2, 3, 4), (2, 3, 4))):
            for dim in range(-2, max(len(a), len(b))):
                F("cosineSimilarity", T(numbers(*a), dtype), T(numbers(*b), dtype), dim=dim)
            for p in (2, 1, 3, 0.5):
                F("pairwiseDistance", T(numbers(*a), dtype), T(numbers(*b), dtype), p=p)
            F("pairwiseDistance", T(numbers(*a), dtype), T(numbers(*b), dtype), keepdim=True)
        F("cosineSimilarity", T([[0.0, 0.0], [1e-9, 0.0], [1.0, 2.0]], dtype), T([[1.0, 2.0], [1.0, 2.0], [0.0, 0.0]], dtype))
        F("cosineSimilarity", T([[0.25, 0.5]], dtype), T([[1.0, 2.0]], dtype), eps=3)
        F("cosineSimilarity", T(numbers(3, 2), dtype, ("transpose", 0, 1)), T(numbers(2, 3), dtype))
        F("cosineSimilarity", T(torch.empty(0, 2), dtype), T(torch.empty(0, 2), dtype))
    F("cosineSimilarity", T(numbers(2, 3)), T(numbers(2, 3), "float64"))
    F("cosineSimilarity", T(numbers(2, 3)), T(torch.ones(2, 3), "int64"))
    F("cosineSimilarity", T([[1, 2]], "int64"), T([[1, 2]], "int64"), error=True)
    F("cosineSimilarity", T(numbers(2, 3)), T(numbers(2, 3)), dim=2, error=True)
    F("cosineSimilarity", T(numbers(2, 3)), T(numbers(2, 2)), error=True)
    F("pairwiseDistance", T(numbers(2, 3)), T(numbers(2, 3), "float64"))
    F("pairwiseDistance", T(numbers(2, 3)), T(numbers(2, 2)), error=True)
    section("margins")
    for reduction in FOLDS:
        for margin in (0, 0.5, -0.25):
            F("cosineEmbeddingLoss", T(numbers(4, 3)), T(numbers(4, 3)), T(signs(4), "int64"), margin=margin, reduction=reduction)
            F("cosineEmbeddingLoss", T(numbers(3), "float64"), T(numbers(3), "float64"), T(-1, "int64"), margin=margin, reduction=reduction)
            F("marginRankingLoss", T(numbers(4)), T(numbers(4)), T(signs(4), "int64"), margin=margin, reduction=reduction)
        for options in ({}, {"margin": 2}, {"p": 1}, {"swap": True}, {"p": 3, "eps": 0.125}):
            F("tripletMarginLoss", T(numbers(4, 3)), T(numbers(4, 3)), T(numbers(4, 3)), reduction=reduction, **options)
            F("tripletMarginLoss", T(numbers(3), "float64"), T(numbers(3), "float64"), T(numbers(3), "float64"), reduction=reduction, **options)
    F("tripletMarginLoss", T(numbers(4, 3)), T(numbers(1, 3)), T(numbers(4, 3)))
    F("tripletMarginLoss", T(numbers(4, 3)), T(numbers(3)), T(numbers(4, 3)), error=True)
    F("tripletMarginLoss", T(numbers(4, 3)), T(numbers(4, 3)), T(numbers(4, 3)), margin=-1, error=True)
    F("marginRankingLoss", T(numbers(4, 1)), T(numbers(1, 3)), T(signs(4, 3), "int64"))
    F("marginRankingLoss", T(numbers(4)), T(numbers(4, 1)), T(signs(4), "int64"), error=True)
    F("cosineEmbeddingLoss", T(numbers(4, 3)), T(numbers(4, 3)), T(signs(4, 1), "int64"), error=True)
    F("cosineEmbeddingLoss", T(numbers(4, 3)), T(numbers(4, 3)), T(1, "int64"), error=True)
    F("hingeEmbeddingLoss", T(numbers(4)), T([1, -1, 0, 2], "int64"), reduction="none")


def values():
    pairs()
    binary()
    over_classes()
    apart()


def gradients():
    section("losses")
    for op, options in PAIRS:
        for reduction in FOLDS:
            grad(op, *operands(op, options, (2, 3), "float64"), reduction=reduction, once=True, **options)
        x, _ = operands(op, options, (2, 3), "float32")
        _, t = operands(op, options, (3,), "float32")
        grad(op, x, t, once=True, **options)
        grad(op, *operands(op, options, (3, 4), "float32", ("transpose", 0, 1)), once=True, **options)
    edges = T([NAN, INF, -INF, 1.0, -1.0, 0.0, 0.5, 3.0])
    for op in ("smoothL1Loss", "huberLoss", "l1Loss"):
        grad(op, edges, T(torch.zeros(8)), reduction="sum", once=True)
    grad("gaussianNllLoss", T(numbers(2, 3)), T(numbers(2, 3)), T([[0.0, 0.5, 1.0], [1e-7, 2.0, 0.25]]))
    for reduction in FOLDS:
        grad("binaryCrossEntropy", T(chances(2, 3) * 0.9, "float64"), T(chances(2, 3), "float64"), reduction=reduction)
        grad("binaryCrossEntropyWithLogits", T(numbers(2, 3), "float64"), T(chances(2, 3), "float64"), reduction=reduction)
        grad("binaryCrossEntropyWithLogits", T(numbers(2, 3), "float64"), T(chances(2, 3), "float64"), reduction=reduction,
             python=lambda x, t, **o: torch.nn.functional.binary_cross_entropy_with_logits(x, t, **o))
    grad("binaryCrossEntropyWithLogits", T([-200.0, 200.0, 90.0, -90.0, 0.0]), T([0.0, 0.5, 0.0, 1.0, 1.0]), once=True)
    grad("binaryCrossEntropy", T([0.0, 1.0, 0.3, 1e-20]), T([0.0, 1.0, 0.5, 0.0]), once=True)
    for op in ("nllLoss", "crossEntropy"):
        for reduction in FOLDS:
            for dtype in FLOATS:
                grad(op, T(numbers(4, 3), dtype), classes((4,), 3), reduction=reduction)
                grad(op, T(numbers(2, 3, 4), dtype), classes((2, 4), 3), reduction=reduction)
                grad(op, T(numbers(3), dtype), classes((), 3), reduction=reduction)
                grad(op, T(numbers(4, 3), dtype), T([2, -100, 0, 1], "int64"), reduction=reduction)
                grad(op, T(numbers(4, 3), dtype), T([2, 1, 0, 1], "int64"), ignore_index=1, reduction=reduction)
        grad(op, T(numbers(3, 4), "float64", ("transpose", 0, 1)), classes((4,), 3))
    for reduction in FOLDS:
        grad("crossEntropy", T(numbers(4, 3), "float64"), classes((4,), 3), label_smoothing=0.25, reduction=reduction)
        grad("crossEntropy", T(numbers(4, 3), "float64"), T([2, -100, 0, 1], "int64"), label_smoothing=0.25, reduction=reduction)
        grad("crossEntropy", T(numbers(4, 3), "float64"), T(chances(4, 3), "float64"), reduction=reduction)
        grad("crossEntropy", T(numbers(2, 3, 4), "float64"), T(chances(2, 3, 4), "float64"), label_smoothing=0.25, reduction=reduction)
    section("distances and margins")
    for dim in (0, 1):
        grad("cosineSimilarity", T(numbers(2, 3), "float64"), T(numbers(3), "float64"), dim=dim)
    grad("cosineSimilarity", T([[1e-9, 0.0], [0.0, 0.0], [0.25, 0.5]], "float64"), T([[1.0, 2.0], [1.0, 2.0], [0.5, -0.5]], "float64"), once=True)
    for p in (2, 1, 3):
        grad("pairwiseDistance", T(numbers(2, 3), "float64"), T(numbers(3), "float64"), p=p)
    for reduction in FOLDS:
        grad("cosineEmbeddingLoss", T(numbers(4, 3), "float64"), T(numbers(4, 3), "float64"), T([1, -1, 1, -1], "int64"), reduction=reduction)
        grad("marginRankingLoss", T(numbers(4), "float64"), T(numbers(4), "float64"), T([1, -1, 1, -1], "int64"), margin=0.5, reduction=reduction)
        for options in ({}, {"swap": True}, {"p": 3}):
            grad("tripletMarginLoss", T(numbers(4, 3), "float64"), T(numbers(4, 3), "float64"), T(numbers(4, 3), "float64"), reduction=reduction, **options)
    # Margins that are met exactly: which side the corner is on.
    grad("marginRankingLoss", T([1.0, 2.0]), T([1.0, 1.0]), T([1, 1], "int64"), margin=1, reduction="sum")
    grad("hingeEmbeddingLoss", T([1.0, 1.0, 0.5]), T([1, -1, 0], "int64"), reduction="sum")
