"""Writes tests/golden/images.json: the colours in which Matplotlib's imshow paints arrays, for src/vision/pixels-of.test.ts.
`rgba` is AxesImage.to_rgba of the array and, which is checked here, what the figure's canvas shows at four pixels an element. (At
three, Matplotlib's default interpolation would blur.)"""

import base64
import json
import warnings

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

warnings.simplefilter("ignore")
rng = np.random.default_rng(3)
H, W, K = 9, 11, 4
floats = rng.normal(size=(H, W)).astype(np.float32)
holes = floats.copy()
holes[2, 3], holes[4, 4], holes[0, 0] = np.nan, np.inf, -np.inf
digit = rng.integers(0, 254, (H, W)).astype(np.uint8)
ramp = np.arange(H * W).reshape(H, W)

arrays = {
    "float32": floats,
    "float64": floats.astype(np.float64) * 1e6,
    "uint8": digit,
    "int64": ramp * 1000 - 7,
    "int16": (ramp * 300 - 9000).astype(np.int16),
    "bool": digit > 100,
    "holes": holes,
    "constant": np.full((H, W), 3, np.float32),
    "nothing": np.full((H, W), np.nan, np.float32),
    "column": floats[:, :, None],
    "rgb uint8": rng.integers(0, 256, (H, W, 3)).astype(np.uint8),
    "rgba uint8": rng.integers(0, 256, (H, W, 4)).astype(np.uint8),
    "rgb float32": rng.normal(0.5, 0.6, (H, W, 3)).astype(np.float32),
    "rgba float64": rng.random((H, W, 4)),
    "rgb int64": rng.integers(-50, 400, (H, W, 3)),
}
maps = ["Greys", "viridis", "magma", "RdBu_r", "coolwarm", "gray", "tab10", "twilight"]
runs = [(name, dict(cmap=c)) for name in ("float32", "float64", "uint8", "holes") for c in maps]
runs += [(name, dict(cmap="viridis")) for name in ("int64", "int16", "bool", "constant", "nothing", "column")]
limits = [dict(vmin=0), dict(vmax=1), dict(vmin=-0.5, vmax=0.5), dict(vmin=0.1, vmax=0.1)]
runs += [("holes", dict(cmap=c, **limit)) for c in ("Greys", "coolwarm") for limit in limits]
runs += [("uint8", dict(cmap="Greys", **limit)) for limit in (dict(vmin=0, vmax=255), dict(vmin=100, vmax=150.5))]
runs += [(name, {}) for name in ("rgb uint8", "rgba uint8", "rgb float32", "rgba float64", "rgb int64")]


def coded(array):
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


cases = []
for name, options in runs:
    data = arrays[name]
    figure = plt.figure(figsize=(W * K / 100, H * K / 100), dpi=100)
    figure.patch.set_alpha(0)
    axes = figure.add_axes([0, 0, 1, 1])
    axes.axis("off")
    image = axes.imshow(data, aspect="auto", **options)
    figure.canvas.draw()
    drawn = np.asarray(figure.canvas.buffer_rgba())[K // 2 :: K, K // 2 :: K].copy()
    rgba = image.to_rgba(image.get_array(), bytes=True)
    plt.close(figure)
    drawn[drawn[..., 3] == 0] = 0
    # (Half-transparent colours lose bits on the canvas, which keeps them multiplied with their alpha.)
    assert (drawn == rgba).all() or data.shape[-1] == 4, (name, options)
    cases.append({"array": name, "options": options, "rgba": coded(rgba)})

json.dump(
    {
        "matplotlib": matplotlib.__version__,
        "arrays": {n: {"dtype": str(a.dtype), "shape": a.shape, "data": coded(a)} for n, a in arrays.items()},
        "cases": cases,
    },
    open("tests/golden/images.json", "w"),
    indent=1,
)
print(len(cases), "cases")
