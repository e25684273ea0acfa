"""Writes ops.json: what PyTorch gives for every operation, for tests/golden-ops.test.ts.

Run it with a Python that has torch: python tests/golden/make_ops.py
recorder.py says what a record looks like; the sections are in ops_elementwise.py, ops_reduce.py and ops_shape.py.
"""

import pathlib

import torch

import ops_elementwise
import ops_reduce
import ops_shape
from recorder import T, rec, section, write


def errors():
    """What must be refused, whatever the values."""
    section("errors")
    for dtype in ("int64", "uint8", "bool"):
        for op in ("mean", "std", "var"):
            rec(op, T([1, 0], dtype), error=True)
    both = T([True, False], "bool")
    rec("sub", both, both, error=True)
    rec("sub", both, True, error=True)
    rec("neg", both, error=True)
    for op in ("bitwiseAnd", "bitwiseOr", "bitwiseXor"):
        rec(op, T([1], "int64"), T([1.5]), error=True)
    rec("bitwiseNot", T([1.5]), error=True)
    rec("div", T([1.0]), 2, rounding_mode="up", error=True)
    for dim in (2, -3):
        for op in ("sum", "argmax", "argmin", "squeeze", "all", "any", "prod"):
            rec(op, T(torch.ones(2, 3)), dim, error=True)


errors()
for group in (ops_elementwise, ops_reduce, ops_shape):
    group.everything()
write(pathlib.Path(__file__).with_name("ops.json"))
