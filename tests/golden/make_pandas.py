"""Writes pandas.json: tables and the colours, the markup, the text and the statistics that pandas gives for them, for the tests of
src/vision/data-frame.ts and its styled tables; and the edges and counts of NumPy's histograms, for src/vision/plot/.

Run it with a Python that has pandas, matplotlib, jinja2 and pillow: python tests/golden/make_pandas.py
PATH/TO/mnist_sample/train/3/10000.png. `data` holds columns; "nan", "inf" and "-inf" are strings.
"""

import json
import math
import pathlib
import re
import sys
import warnings

import numpy as np
import pandas as pd
from PIL import Image

warnings.simplefilter("ignore")
rng = np.random.default_rng(0)
# The digit of the original notebook, the second three: train/3/10000.png.
digit = np.array(Image.open(sys.argv[1]))


def plain(value):
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (float, np.floating)):
        return float(value) if math.isfinite(value) else str(float(value))
    return int(value) if isinstance(value, (int, np.integer)) else value


def columns(frame):
    return [[str(name), [plain(v) for v in frame[name].tolist()]] for name in frame.columns]


def dtype(frame):
    return [str(d) for d in frame.dtypes]


def colours(styler):
    """Background and text colour of each cell, row by row: "#ffffff #000000", or "" where there is none."""
    styler._compute()
    rows, cols = styler.data.shape
    out = []
    for r in range(rows):
        line = []
        for c in range(cols):
            css = dict(styler.ctx.get((r, c), []))
            line.append(f"{css.get('background-color', '')} {css.get('color', '')}".strip())
        out.append(line)
    return out


frames = {
    "digit": pd.DataFrame(digit),
    "floats": pd.DataFrame(rng.normal(size=(7, 4)) * [1, 100, 1e-3, 5], columns=list("abcd")),
    "gaps": pd.DataFrame({"a": [1.0, np.nan, 3.0, 2.0], "constant": [5.0] * 4, "all": [np.nan] * 4, "big": [1.0, 2.0, np.inf, 4.0]}),
    "mixed": pd.DataFrame({"name": ["x", "y", "z"], "n": [1, 2, 30], "v": [0.5, 0.25, -1.0]}),
    "two": pd.DataFrame({"a": [0, 1], "b": [10, 20]}),
    "hundred": pd.DataFrame({"n": np.arange(100), "root": np.sqrt(np.arange(100))}),
    "tiny": pd.DataFrame({"t": [1e-9, 1.0, 2.5], "u": [1e9, 1e-3, 1.0], "w": [1e7, 2.5e6, 3.25]}),
    "ints": pd.DataFrame({"a": [1, -2, 300], "b": [2**40, 0, 5]}),
}
gradients = []
for name, options in [
    ("digit", {"cmap": "Greys"}),
    ("digit", {"cmap": "Greys", "axis": None}),
    ("digit", {"cmap": "Greys", "axis": 1}),
    ("digit", {}),
    ("digit", {"cmap": "viridis", "axis": None, "low": 0.25, "high": 0.5}),
    ("digit", {"cmap": "RdBu_r", "axis": None, "vmin": -50, "vmax": 200}),
    ("digit", {"cmap": "Blues", "axis": 0, "vmin": 30, "vmax": 100, "low": 0.1}),
    ("digit", {"cmap": "coolwarm", "axis": None, "text_color_threshold": 0.2}),
    ("floats", {"cmap": "Greys"}),
    ("floats", {"cmap": "PuBu", "axis": 1}),
    ("floats", {"cmap": "magma", "axis": None, "subset": ["a", "d"]}),
    ("gaps", {"cmap": "Reds"}),
    ("gaps", {"cmap": "Reds", "axis": 1}),
    ("gaps", {"cmap": "Reds", "axis": None}),
    ("mixed", {"cmap": "Greys"}),
    ("mixed", {"cmap": "Greys", "axis": None}),
    ("two", {"cmap": "viridis", "axis": 0, "low": 1, "high": 1}),
]:
    gradients.append({"frame": name, "options": options, "cells": colours(frames[name].style.background_gradient(**options))})

pages = [
    {"frame": "two", "what": "gradient", "html": frames["two"].style.set_properties(**{"font-size": "6pt"}).background_gradient("Greys").to_html(table_uuid="x")},
    {"frame": "mixed", "what": "plain", "html": frames["mixed"].style.to_html(table_uuid="x")},
    {"frame": "mixed", "what": "format", "html": frames["mixed"].style.format(precision=2).hide(axis="index").set_caption("a < b").to_html(table_uuid="x")},
]
for page in pages:
    page["html"] = re.sub(r"\s+>", ">", page["html"])

pd.set_option("display.width", 80, "display.max_columns", 0, "display.max_rows", 60)
prints = []
for name, frame in frames.items():
    prints.append({"frame": name, "text": frame.to_string() if name not in ("digit", "hundred") else None, "short": frame.to_string(max_rows=10) if name == "hundred" else None})
describes = [{"frame": name, "columns": columns(frames[name].describe()), "index": list(frames[name].describe().index)} for name in ("floats", "hundred", "gaps", "mixed")]

samples = {
    "normal": rng.normal(size=500),
    "ints": rng.integers(0, 9, size=200),
    "whole": np.array([1, 2, 2, 3, 3, 3, 10]),
    "one": np.array([4.0, 4.0]),
    "gaps": np.array([0.0, np.nan, 1.0, 2.0, 2.0]),
    "tenths": np.round(np.arange(0, 1.01, 0.1), 1),
    "spread": np.concatenate([np.zeros(90), [1.0, 50.0]]),
    "float32": rng.normal(size=50).astype(np.float32).astype(float),
}
histograms = []
for name, sample in samples.items():
    known = sample[~np.isnan(sample)] if sample.dtype.kind == "f" else sample
    for options in [{}, {"bins": 4}, {"bins": "auto"}, {"bins": [0, 1, 2.5, 4]}, {"bins": 5, "range": [-1, 3]}, {"bins": 3, "density": True}]:
        counts, edges = np.histogram(known, **{"bins": 10, **options})
        histograms.append({"sample": name, "options": options, "counts": [plain(c) for c in counts], "edges": [plain(e) for e in edges]})

out = {
    "pandas": pd.__version__,
    "numpy": np.__version__,
    "frames": {name: {"columns": columns(frame), "dtypes": dtype(frame)} for name, frame in frames.items()},
    "gradients": gradients,
    "pages": pages,
    "prints": prints,
    "describes": describes,
    "samples": {name: {"dtype": str(s.dtype), "data": [plain(v) for v in s.tolist()]} for name, s in samples.items()},
    "histograms": histograms,
}
text = json.dumps(out, separators=(",", ":")).replace('{"frame"', '\n{"frame"').replace('{"sample"', '\n{"sample"')
pathlib.Path(__file__).with_name("pandas.json").write_text(text + "\n")
