"""Writes tests/golden/npy.json: .npy and .npz files as real NumPy makes them, and what is in them. Run: python make_npy.py"""

import base64
import io
import json
import pathlib
import warnings

import numpy as np
from numpy.lib import format as npy_format

# NumPy's codes of the dtypes that Tesserae has, beside Tesserae's names.
CODES = {"bool": "?", "uint8": "u1", "int8": "i1", "int16": "i2", "int32": "i4", "int64": "i8", "float32": "f4", "float64": "f8"}


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def saved(array: np.ndarray, version=None) -> bytes:
    out = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NumPy warns that versions 2 and 3 need a newer NumPy to read
        npy_format.write_array(out, array, version=version, allow_pickle=True)
    return out.getvalue()


def some(dtype: str, shape: tuple) -> np.ndarray:
    count = int(np.prod(shape))
    values = (np.arange(count) * 37 - 50) % 119
    if dtype == "bool":
        values = values % 2
    if dtype.startswith("float"):
        values = values / 8 - 5
    if dtype.startswith("int"):
        values = values - 60
    return values.astype(CODES[dtype]).reshape(shape)


def case(name: str, dtype: str, array: np.ndarray, version=None, ours=True) -> dict:
    little = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<")).reshape(array.shape)
    return {
        "name": name,
        "file": encoded(saved(array, version)),
        "dtype": dtype,
        "shape": list(array.shape),
        "hex": little.tobytes().hex(),
        # Whether we would write this very file: row-major, little-endian, version 1.0.
        "ours": ours,
    }


def cases() -> list:
    out = []
    for dtype in CODES:
        for shape in [(), (1,), (7,), (2, 3), (2, 3, 4), (0, 3), (1, 1, 1, 2)]:
            out.append(case(f"{dtype} {shape}", dtype, some(dtype, shape)))
        grid = some(dtype, (3, 4))
        out.append(case(f"{dtype} Fortran order", dtype, np.asfortranarray(grid), ours=False))
        out.append(case(f"{dtype} Fortran order, three dimensions", dtype, np.asfortranarray(some(dtype, (2, 3, 4))), ours=False))
        big = grid.astype(grid.dtype.newbyteorder(">"))
        out.append(case(f"{dtype} big-endian", dtype, big, ours=grid.dtype.itemsize == 1))
        out.append(case(f"{dtype} big-endian in Fortran order", dtype, np.asfortranarray(big), ours=False))
    for version in [(2, 0), (3, 0)]:
        out.append(case(f"version {version}", "float32", some("float32", (2, 3)), version, ours=False))
    special = np.array([np.nan, np.inf, -np.inf, -0.0, 1e-310, 1.7976931348623157e308])
    out.append(case("special floats", "float64", special))
    extremes = np.array([np.iinfo("i8").min, np.iinfo("i8").max, 0, 2**53 + 1])
    out.append(case("extreme integers", "int64", extremes))
    out.append(case("a long vector", "uint8", some("uint8", (12345,))))
    return out


def refused() -> list:
    arrays = {
        "Python objects": np.array([{"a": 1}, None], dtype=object),
        "complex": np.array([1 + 2j]),
        "half": np.array([1.5], dtype="f2"),
        "unsigned": np.array([1, 2], dtype="u2"),
        "dates": np.array(["2020-01-01"], dtype="M8[D]"),
        "strings": np.array(["naïve"]),
        "bytes": np.array([b"ab"]),
        "records": np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]),
    }
    return [{"name": name, "file": encoded(saved(array)), "descr": array.dtype.str} for name, array in arrays.items()]


def archives() -> list:
    arrays = {"a": some("float32", (2, 3)), "naïve name": some("int64", (4,)), "in/a/folder": np.asfortranarray(some("uint8", (3, 2)))}
    out = []
    for name, save in [("savez", np.savez), ("savez_compressed", np.savez_compressed)]:
        file = io.BytesIO()
        save(file, **arrays)
        values = {key: {"shape": list(value.shape), "values": value.tolist()} for key, value in arrays.items()}
        out.append({"name": name, "file": encoded(file.getvalue()), "arrays": values})
    return out


target = pathlib.Path(__file__).with_name("npy.json")
target.write_text(json.dumps({"numpy": np.__version__, "cases": cases(), "refused": refused(), "archives": archives()}, indent=1, ensure_ascii=False) + "\n")
print(target, target.stat().st_size)
