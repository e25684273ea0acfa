"""What the sections of make_ops.py share: tensors with a view on them, calling PyTorch by our names, writing records.

A record is {op, kind, args, options?, out}. `op` is our name; `kind` says how it is called: "method" (on args[0]),
"function" (of the package), "F" or "linalg". An argument is a tensor {shape, dtype, data, view?}, a list of tensors
{"list": […]}, a scalar (number, boolean or {"scalar": "nan"}), a list of numbers, a string or null. `view` is steps
applied to the data: ["transpose", 0, 1], ["at", "::2", "1:"], ["expand", 2, 3], ["unsqueeze", 0], ["select", 0, 1].
`out` is a tensor, {"values", "indices"}, or {"error": true}.
"""

import json
import math
import re
import warnings

import torch

warnings.simplefilter("ignore")
DTYPES = {"bool": torch.bool, "uint8": torch.uint8, "int8": torch.int8, "int16": torch.int16, "int32": torch.int32,
          "int64": torch.int64, "float32": torch.float32, "float64": torch.float64}
NAMES = {dtype: name for name, dtype in DTYPES.items()}
INTEGERS = ("uint8", "int8", "int16", "int32", "int64")
FLOATS = ("float32", "float64")
LOWEST = {name: torch.iinfo(DTYPES[name]).min for name in INTEGERS}
HIGHEST = {name: torch.iinfo(DTYPES[name]).max for name in INTEGERS}
NAN, INF = math.nan, math.inf

sections = {}
gaps = set()
_current = []


def section(name):
    """Records made from now on belong to `name`."""
    global _current
    _current = sections.setdefault(name, [])


class T:
    """A tensor argument: contiguous data and the view steps that lead to the operand."""

    def __init__(self, data, dtype="float32", *view):
        self.base = torch.as_tensor(data, dtype=DTYPES[dtype]).clone().contiguous()
        self.view = view

    def value(self):
        x = self.base.clone()
        for name, *args in self.view:
            x = x[tuple(index(a) for a in args)] if name == "at" else getattr(x, name)(*args)
        return x

    def json(self):
        return tensor_json(self.base, self.view)


def index(text):
    """One `at` index: "1:3" and "::2" as slices, "..." and None and integers as themselves."""
    if not isinstance(text, str):
        return text
    if text == "...":
        return Ellipsis
    return slice(*(int(part) if part else None for part in text.split(":")))


def number_json(value, dtype):
    if dtype == torch.bool:
        return "1" if value else "0"
    if not dtype.is_floating_point:
        return str(value) if abs(value) < 2**53 else f'"{value}"'
    if not math.isfinite(value):
        return f'"{value}"'
    return re.sub(r"\.0$", "", shortest(value, dtype)) if value or math.copysign(1, value) > 0 else "-0.0"


def shortest(value, dtype):
    """The fewest digits that read back as the same float32 (rounded from a double) or float64."""
    if dtype == torch.float64:
        return repr(value)
    for digits in range(1, 10):
        text = f"%.{digits}g" % value
        if torch.tensor(float(text), dtype=torch.float32).item() == value:
            return text
    raise ValueError(value)


def tensor_json(x, view=()):
    data = ",".join(number_json(v, x.dtype) for v in x.detach().reshape(-1).tolist())
    shape = json.dumps(list(x.shape), separators=(",", ":"))
    steps = f',"view":{json.dumps([list(s) for s in view], separators=(",", ":"))}' if view else ""
    return f'{{"shape":{shape},"dtype":"{NAMES[x.dtype]}","data":[{data}]{steps}}}'


def argument_json(arg):
    if isinstance(arg, T):
        return arg.json()
    if isinstance(arg, list) and arg and isinstance(arg[0], T):
        return '{"list":[' + ",".join(a.json() for a in arg) + "]}"
    if isinstance(arg, (list, tuple)) and any(isinstance(a, (T, list, tuple)) or a is None for a in arg):
        return '{"each":[' + ",".join(argument_json(a) for a in arg) + "]}"
    if isinstance(arg, float) and not math.isfinite(arg):
        return f'{{"scalar":"{arg}"}}'
    if isinstance(arg, torch.dtype):
        return f'"{NAMES[arg]}"'
    if isinstance(arg, float) and arg.is_integer():
        raise ValueError(f"{arg} is an integer in JavaScript: its golden figure would be of another dtype")
    return json.dumps(arg, separators=(",", ":"))


def out_json(out):
    if isinstance(out, torch.Tensor):
        return tensor_json(out)
    if isinstance(out, (bool, int)):
        return f'{{"answer":{json.dumps(out)}}}'
    fields = [name for name, kind in vars(type(out)).items() if type(kind).__name__ == "member_descriptor"]
    parts = {camel(name): getattr(out, name) for name in fields} if fields else out
    if isinstance(parts, dict):
        text = ",".join(f'"{name}":{tensor_json(part)}' for name, part in parts.items())
        return f"{{{text}}}" if list(parts) == ["values", "indices"] else f'{{"record":{{{text}}}}}'
    return '{"list":[' + ",".join(tensor_json(part) for part in out) + "]}"


def value_of(arg):
    if isinstance(arg, T):
        return arg.value()
    if isinstance(arg, list) and arg and isinstance(arg[0], T):
        return [a.value() for a in arg]
    return arg


def options_json(options):
    """The part of a record that says the options, of which one may be a tensor."""
    if not options:
        return ""
    parts = (f'"{camel(k)}":' + (v.json() if isinstance(v, T) else json.dumps(NAMES.get(v, v) if isinstance(v, torch.dtype) else v)) for k, v in options.items())
    return ',"options":{' + ",".join(parts) + "}"


def option_values(options):
    return {k: v.value() if isinstance(v, T) else v for k, v in options.items()}


def snake(name):
    return re.sub(r"([A-Z])", lambda m: "_" + m[1].lower(), name)


def camel(name):
    return re.sub(r"_([a-z])", lambda m: m[1].upper(), name)


def call(op, kind, args, options):
    values = [value_of(a) for a in args]
    options = option_values(options)
    if kind == "method":
        return getattr(values[0], snake(op))(*values[1:], **options)
    where = {"function": torch, "linalg": torch.linalg}.get(kind, torch.nn.functional)
    return getattr(where, snake(op))(*values, **options)


def rec(op, *args, kind="method", error=None, python=None, **options):
    """Runs one call under PyTorch and records it. `error`: True, it must fail; None, it must not; "any", as it comes.

    A failure that only says that PyTorch has no kernel for the dtype is no rule to hold: it is left out and listed.
    `python` is the call where it is not simply the name's.
    """
    try:
        out = python(*[value_of(a) for a in args], **options) if python else call(op, kind, args, options)
    except (RuntimeError, IndexError, TypeError, ValueError) as failure:
        if error is None:
            raise
        message = str(failure).splitlines()[0]
        if "not implemented for" in message and error == "any":
            gaps.add(f"{op} {[a.json()[:60] for a in args if isinstance(a, T)]}: {message}")
            return
        text = '{"error":true}'
    else:
        if error is True:
            raise AssertionError(f"{op} {args} was to fail but gave {out}")
        text = out_json(out)
    given = options_json(options)
    arguments = ",".join(argument_json(a) for a in args)
    _current.append(f'{{"op":"{op}","kind":"{kind}","args":[{arguments}]{given},"out":{text}}}')


def function(op, *args, **rest):
    rec(op, *args, kind="function", **rest)


def write(path):
    parts = ",\n".join(f'"{name}":[\n' + ",\n".join(records) + "\n]" for name, records in sections.items())
    path.write_text(f'{{"torch":"{torch.__version__}","sections":{{\n{parts}\n}}}}\n')
    json.loads(path.read_text())
    for name, records in sections.items():
        print(f"{name}: {len(records)} records, {sum(map(len, records)) // 1000} kB")
    for gap in sorted(gaps):
        print("left out:", gap)
    print(f"{sum(map(len, sections.values()))} records, {path.stat().st_size} bytes")
