"""Makes reference.safetensors and safetensors.json with the reference implementation, and prints what is in it.

    pip install safetensors numpy
    python make_safetensors.py            # writes the golden file
    python make_safetensors.py read FILE  # prints a file as JSON, for the other direction

Every dtype that Tesserae has, a scalar, an empty tensor, a name with other letters and an odd number of bytes.
"""

import json
import sys
from pathlib import Path

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file

HERE = Path(__file__).parent


def tensors() -> dict[str, np.ndarray]:
    return {
        "weight": np.array([[1.5, -2.25, 0.1], [3e38, -0.0, 1e-45]], np.float32),
        "double": np.array([np.pi, -1e300, 5e-324], np.float64),
        "long": np.array([[-(2**63)], [2**63 - 1]], np.int64),
        "int": np.array([-(2**31), 2**31 - 1], np.int32),
        "short": np.array([-32768, 32767, 7], np.int16),
        "char": np.array([-128, 127, 5], np.int8),
        "byte": np.arange(5, dtype=np.uint8) * 60,
        "flag": np.array([True, False, True]),
        "scalar": np.array(42.5, np.float32),
        "empty": np.zeros((0, 3), np.float32),
        "größe/10": np.array([10], np.int32),
        "größe/9": np.array([9], np.int32),
    }


def described(path: Path) -> dict:
    with safe_open(path, "np") as f:
        values = {k: f.get_tensor(k) for k in f.keys()}
        return {
            "metadata": f.metadata(),
            "tensors": {
                k: {"dtype": str(v.dtype), "shape": list(v.shape), "hex": v.tobytes().hex()} for k, v in sorted(values.items())
            },
        }


if __name__ == "__main__":
    if sys.argv[1:2] == ["read"]:
        print(json.dumps(described(Path(sys.argv[2]))))
    else:
        path = HERE / "reference.safetensors"
        # One entry of metadata: the reference implementation writes several in no fixed order.
        save_file(tensors(), path, metadata={"made by": "safetensors & NumPy"})
        (HERE / "safetensors.json").write_text(json.dumps(described(path), indent=1, ensure_ascii=False) + "\n")
