"""Writes indexing.json: what PyTorch gives for x[…] and x[…] = value with tensors, masks and lists, for tests/indexing-golden.test.ts.

Run it with a Python that has torch: python tests/golden/make_indexing.py
recorder.py says what a record looks like. An entry of an index is a number, a slice as text, "...", None, True or False, a list, or a
tensor; each index is read, and written to with a number, with one value and with as many values as it selects.
"""

import itertools
import pathlib

import torch

import recorder
from recorder import DTYPES, T, rec, section

X = torch.arange(24.0).reshape(2, 3, 4)


def longs(data, dtype="int64", *view):
    return T(torch.tensor(data, dtype=torch.int64), dtype, *view)


def mask(shape, seed):
    return T(torch.rand(shape, generator=torch.Generator().manual_seed(seed)) > 0.5, "bool")


def entry(value):
    """An entry as PyTorch takes it."""
    if isinstance(value, T):
        return value.value()
    if isinstance(value, str):
        return recorder.index(value)
    if isinstance(value, (list, tuple)):
        return [entry(v) for v in value]
    return value


def key(entries):
    """x[a] and not x[(a,)] for one: the two differ where `a` is a list."""
    values = tuple(entry(e) for e in entries)
    return values[0] if len(values) == 1 else values


I2, J2 = longs([1, 0]), longs([-1, 2])
COLUMN, ROW, EMPTY = longs([[0], [1]]), longs([[2, 0, -3]]), longs([])
TURNED = longs([[0, 1, 1], [1, 0, 0]], "int64", ("transpose", 0, 1))
NARROW = longs([0, 1, 1], "int32")
WIDE = longs([[0, 1], [2, -1]])
SCALAR, LAST = longs(1), longs(-1)
M2, M3, M4, M23, M34, M234 = (mask(s, i) for i, s in enumerate([[2], [3], [4], [2, 3], [3, 4], [2, 3, 4]]))
ALL, NONE = T([True, True, True], "bool"), T([False, False, False], "bool")
BYTES = T([1, 0, 2], "uint8")

# Of a [2, 3, 4].
INDICES = [
    (I2,), (":", J2), ("...", J2), (0, J2), (":", ":", WIDE), (I2, "..."), (I2, None), (None, I2), (None, ":", J2), ("1:", J2), ("::2", NARROW),
    (I2, J2), (I2, ":", J2), (":", J2, J2), ("...", J2, J2), (I2, J2, J2), (I2, 0, J2), (0, J2, J2), (I2, None, J2), (I2, J2, None),
    (None, I2, J2), (None, I2, ":", J2), (I2, None, ":", J2), (I2, "1:", J2), (I2, "::2"), (I2, "...", J2), ("...", J2, ":"), (":", J2, ":"),
    (COLUMN, ROW), (COLUMN, ":", ROW), (":", COLUMN, ROW), (COLUMN, ROW, ROW), (COLUMN, 1, ROW), (None, COLUMN, None, ROW),
    (TURNED,), (TURNED, ":", TURNED), (NARROW,), (NARROW, NARROW), (I2, longs([0, 1], "int32")), (EMPTY,), (":", EMPTY),
    (EMPTY, EMPTY), (EMPTY, ":", EMPTY), (EMPTY, longs([1])), (SCALAR,), (":", LAST), (SCALAR, LAST, SCALAR), (I2, SCALAR, J2), (I2, LAST),
    (SCALAR, "1:", I2), (longs(1, "int8"),), (longs(0, "int16"), J2), (longs([[[1]]]),), (longs([[1, 0]]), longs([[1], [2], [0]])),
    (M2,), (":", M3), ("...", M4), (0, M3), (M23,), (M23, 1), (M23, "1:3"), (M23, "::2"), (M23, ":"), (M23, None), (M23, None, 0), (None, M23), (":", M34),
    ("...", M34), (M234,), (0, M34), (1, M3, "::3"), (T([True, True], "bool"), ":", J2), (":", ALL),
    (":", NONE), (":", BYTES), (":", BYTES, ":"), (T([[1, 0, 0], [0, 1, 1]], "uint8"),), (M23, longs(2)), (M23, longs([1])), (longs([[0], [1]]), M3),
    (":", T([True, False, True], "bool"), J2), (T([True, False], "bool"), T([True, False, True], "bool")), ("1:", M34), (M2, M34), (M2, "...", M4),
    (True,), (False,), (True, I2), (I2, True), (I2, True, J2), (0, True), (":", True), (True, True), (None, True, M23, None), (False, 0), (0, 0, 0, True),
    (T(True, "bool"),), (T(False, "bool"), 0), (T(1, "uint8"),), (T(0, "uint8"), longs([1])), ("...", True),
    ([0, 1],), ([1, 1, -2],), (":", [2, 0]), ([0, 1], [1, 2]), ([[0, 1]], [[1], [2]]), ([True, False],), (":", [True, False, True]), ([0, 1], ":", [3, 0]),
    ([],), (":", []), ([[0, 1], [1, 0]],), ([[0, 1], [1, 0]], 0), (0, [[0, 1], [1, 0]]), ([0, 1], "..."), ("...", [0, 3]), ([1], J2), ([True, True], [0, 1]),
    ([[True, False, True], [False, True, True]], 0), (0, [[True] * 4, [False] * 4, [True, False, False, True]]), ([0, True],), (0, None, [1, 2], "...", [0, 3]),
    ([-1],), ([0],), (None, [0], None), (":", "0:0", I2), ("0:0", ":", J2),
]
# (shape, index)
OTHERS = [
    ([5], (longs([4, 0, -5]),)), ([5], (mask([5], 9),)), ([5], ([],)), ([5], (longs([[0, 1], [2, 3]]),)), ([1], (longs([0, 0, 0]),)),
    ([], (True,)), ([], (False,)), ([], (None, True)), ([], (T(True, "bool"),)), ([], ("...",)), 
    ([0, 3], (EMPTY,)), ([0, 3], (":", longs([0, 2, 2]))), ([0, 3], (":", longs([9]))), ([0, 3], (mask([0, 3], 1),)), ([0, 3], (mask([0], 1),)),
    ([3, 0], (longs([0, 2]),)), ([3, 0], (mask([3], 2),)), ([1, 4, 1], (longs([0, 0]), ":", longs([0, 0]))), ([1, 1], (longs([[0]]), longs([0, 0]))),
    ([2, 3, 2, 3], (longs([0, 1]), ":", longs([1, 0]), ":")), ([2, 3, 2, 3], (":", longs([0, 2]), longs([[1], [0]]), "1:")), ([2, 3, 2, 3], (0, longs([0, 2]), ":", longs([1, 0]))),
    ([2, 3, 2, 3], (longs([0, 1]), "...", longs([2, 0]))), ([2, 3, 2, 3], (M23, M23)), ([2, 3, 2, 3], (":", mask([3, 2], 4), "::2")), ([2, 3, 2, 3], ("...", M23)),
    ([2, 3, 2, 3], (longs([1, 1]), longs([0, 2]), longs([1, 0]), longs([2, 2]))), ([2, 3, 2, 3], (None, longs([1]), ":", ":", longs([[0], [2]]))),
]
VIEWS = [("transpose", 0, 2)], [("at", ":", "::2", "1:")], [("transpose", 1, 2), ("at", "1:")]
VIEWED = [(longs([0, -1]),), (":", longs([1, 0, 1])), (longs([0, 0]), ":", longs([1, 0])), ("...", longs([[0], [-1]])), (longs([0]), None, longs([1]), 0)]
WRONG = [
    (longs([2]),), (longs([-3]),), (":", longs([0, 3])), (":", ":", longs([[0], [-5]])), (5,), (longs(2),), (longs([0, 1]), longs([0, 1, 2])),
    (I2, I2, I2, I2), (T([1.5]),), (T(1.5),), (longs([0], "int8"),), (longs([0], "int16"),), (M3,), (":", M23), (":", ":", M3), (M23, I2, I2, I2),
    (T([[True]], "bool"),), (T([[1, 0]], "uint8"),), ("...", "...", I2), ("...", M23), ([0, 2],), ([0, 1], [0, 1, 2]), (M34, 0, 0), (0, 0, 0, M2), (M23, M4, I2),
    ([[0, 1], [2]], 0),
]


def read(x, entries, error=None):
    rec("at", x, *entries, python=lambda value, *_: value[key(entries)], error=error)


def written(x, entries, value, error=None):
    if any(isinstance(e, T) and e.base.dtype == torch.uint8 for e in entries) and (not isinstance(value, T) or value.base.numel() == 1):
        return  # PyTorch writes many values under a mask of bytes, but not one (masked_fill_ refuses it): we take both

    def python(target, *_):
        target[key(entries)] = value.value() if isinstance(value, T) else value
        return target

    rec("set", x, list(entries), value, python=python, error=error)


def argument_json(arg, plain=recorder.argument_json):
    """Lists within lists, at any depth."""
    if isinstance(arg, (list, tuple)) and not (arg and all(isinstance(a, (int, float)) and not isinstance(a, bool) for a in arg)):
        return '{"each":[' + ",".join(argument_json(a) for a in arg) + "]}"
    return plain(arg)


recorder.argument_json = argument_json
recorder.value_of = lambda arg: [recorder.value_of(a) for a in arg] if isinstance(arg, list) else arg.value() if isinstance(arg, T) else arg


def value_for(x, entries, dtype="float32"):
    shape = x.value()[key(entries)].shape
    count = torch.Size(shape).numel()
    return T(torch.arange(count).reshape(shape) * 7 - 3 if dtype != "bool" else torch.arange(count).reshape(shape) % 2 == 0, dtype)


def both(x, entries):
    read(x, entries)
    written(x, entries, -1)
    if TURNED in entries:
        return  # which of several values for one place stays is open, and here follows the memory of the index
    values = value_for(x, entries)
    written(x, entries, values)
    if values.base.dim() > 0:
        written(x, entries, T(values.base[-1:].clone()))


def everything():
    section("a cube")
    for entries in INDICES:
        both(T(X), entries)
    section("other shapes")
    for shape, entries in OTHERS:
        both(T(torch.arange(float(torch.Size(shape).numel())).reshape(shape)), entries)
    section("views")
    for view, entries in itertools.product(VIEWS, VIEWED):
        both(T(X, "float32", *view), entries)
    section("dtypes")
    for dtype in DTYPES:
        x = T([[1, 0, 1], [0, 0, 1]], dtype)
        for entries in [(longs([1, 0, 1]),), (":", T([True, False, True], "bool")), (longs([0, 1]), longs([2, 0]))]:
            read(x, entries)
            written(x, entries, 1)
            written(x, entries, value_for(x, entries, dtype))
            written(x, entries, T(1, "float64" if dtype == "float32" else "float32"), error="any")
        written(x, (longs([0]),), 2.5)
        written(x, (T([True, False], "bool"),), 2.5)
        written(x, (T([True, False], "bool"),), T([2.5]))
        written(x, (T([True, False], "bool"),), T([3], "int64"))
        written(x, (T([True, False], "bool"),), T([[[[3]]]], "int64"))
        written(x, (longs([0]),), True)
        written(x, (longs([0]),), 1000, error="any")
        written(x, (longs([0]),), -1, error="any")
        written(x, (T([True, False], "bool"),), 1000, error="any")
    section("several values for one place")
    written(T([0, 0, 0], "int64"), (longs([1, 1]),), T([5, 7], "int64"))
    written(T([0, 0, 0], "int64"), (longs([1, -2]),), T([5, 7], "int64"))
    section("indexPut")
    for indices, values in [([I2], T(3)), ([I2, J2], T([[1], [2]])), ([longs([0, 0, 0])], T(2)), ([M23], T(4)), ([M2, longs([1])], T([1, 2, 3, 4])), ([SCALAR, longs([0, 1])], T(3)),
                            ([longs(1)], T(3)), ([NARROW, longs([0, 0, 0], "int32")], T(1)), ([COLUMN, ROW], T([[[1]], [[2]]])), ([EMPTY], T(1))]:
        for accumulate in (False, True):
            rec("indexPut", T(X), indices, values, accumulate=accumulate)
    rec("indexPut", T([True, False, False], "bool"), [longs([1, 1])], T([True, False], "bool"), accumulate=True)
    rec("indexPut", T([7, 8, 9], "uint8"), [longs([1, 1])], T([255, 3], "uint8"), accumulate=True)
    rec("indexPut", T([7, 8, 9], "int64"), [longs([1, 1, -1])], T([2**40, 3, 4], "int64"), accumulate=True)
    for indices, values in [([longs([2])], T(1)), ([longs([0], "int8")], T(1)), ([I2, I2, I2, I2], T(1)), ([I2], T([1, 2, 3])), ([I2], T(1, "float64")), ([M3], T(1)), ([T([0.5])], T(1))]:
        rec("indexPut", T(X), indices, values, error=True)
    section("errors")
    for entries in WRONG:
        read(T(X), entries, error=True)
        written(T(X), entries, 1, error=True)
    for shape, entries in [([], (None, longs(0))), ([], (None, longs([0, 0]))), ([], (longs([0]),)), ([], (None, longs([0]), 0)), ([0, 3], (longs([0]),)), ([0, 3], (longs(0),)), ([5], (longs([5]),)), ([5], (mask([4], 0),)), ([5], (longs([0]), 0))]:
        read(T(torch.zeros(shape)), entries, error=True)
        written(T(torch.zeros(shape)), entries, 1, error=True)
    for entries, value in [((I2,), T([1, 2, 3])), ((M23,), T([1, 2])), ((EMPTY,), T(torch.empty(0))), ((I2, J2), T([[1, 2, 3]])), ((I2,), T(1, "int64")), ((I2,), T([1, 2, 3, 4], "float64")), ((M23,), T([1, 2, 3, 4], "int64"))]:
        written(T(X), entries, value, error=True)


if __name__ == "__main__":
    everything()
    recorder.write(pathlib.Path(__file__).with_name("indexing.json"))
