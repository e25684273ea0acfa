"""Writes autograd-programs.json: small programs with in-place operations and views, run by PyTorch, for tests/autograd-programs.test.ts.

Run it with a Python that has torch: python tests/golden/make_autograd_programs.py
A program is a list of statements [target, operation, …arguments] over named tensors. `x`, `y` (shape [2, 3]) and `v` (shape [3]) are
float32 leaves that require grad, `c` (shape [2, 3]) is a plain tensor; what an operation gives is named by `target` (null: not
named). An argument that is a name in a list is that tensor. "begin noGrad" and "end noGrad" switch recording. At the end `out` is weighed by
((7 i) mod 11 - 4) / 4 and gone backward from. `grads` are those of x, y and v (null for none); `value` is out's; an `error`
says in which statement (or "backward") PyTorch throws.
"""

import json
import pathlib

import torch

import recorder
from make_autograd import real, weights
from recorder import snake, tensor_json

N = "name"


def n(name):
    return [N, name]


INIT = {"x": torch.tensor([[0.5, -1.25, 2.0], [1.5, 0.75, -0.5]]), "y": torch.tensor([[1.5, 0.25, -1.0], [2.0, 0.5, 1.25]]),
        "v": torch.tensor([0.5, 2.0, -1.5]), "c": torch.tensor([[2.0, 0.5, 1.0], [-1.0, 3.0, 0.25]])}

BASE = ["b", "mul", n("x"), 1]
OUT = ["out", "mul", n("b"), n("c")]

PROGRAMS = {
    "leaf in place": [[None, "mul_", n("x"), 2], ["out", "mul", n("x"), 1]],
    "leaf through a view": [["r", "select", n("x"), 0, 0], [None, "mul_", n("r"), 2], ["out", "mul", n("x"), 1]],
    "leaf without grad mode": [["begin noGrad"], [None, "mul_", n("x"), 2], ["end noGrad"], ["out", "mul", n("x"), n("x")]],
    "leaf saved, then written without grad mode": [["out", "mul", n("x"), n("x")], ["begin noGrad"], [None, "mul_", n("x"), 2], ["end noGrad"]],
    "zero_ of a leaf": [[None, "zero_", n("x")], ["out", "mul", n("x"), 1]],
    "mul_ by a number": [BASE, [None, "mul_", n("b"), 3], OUT],
    "mul_ by a leaf": [BASE, [None, "mul_", n("b"), n("y")], OUT],
    "mul_ by itself": [BASE, [None, "mul_", n("b"), n("b")], OUT],
    "add_ with alpha": [BASE, [None, "add_", n("b"), n("y"), {"alpha": 2.5}], OUT],
    "div_ broadcast": [BASE, [None, "div_", n("b"), n("v")], OUT],
    "exp_": [BASE, [None, "exp_", n("b")], OUT],
    "exp_ twice": [BASE, [None, "exp_", n("b")], [None, "exp_", n("b")], OUT],
    "exp_ then mul_": [BASE, [None, "exp_", n("b")], [None, "mul_", n("b"), 2], OUT],
    "sin_ twice": [BASE, [None, "sin_", n("b")], [None, "sin_", n("b")], OUT],
    "saved input overwritten": [BASE, ["e", "mul", n("b"), n("y")], [None, "add_", n("b"), 1], ["out", "add", n("e"), n("b")]],
    "unsaved input overwritten": [BASE, ["e", "add", n("b"), n("y")], [None, "add_", n("b"), 1], ["out", "add", n("e"), n("b")]],
    "saved output overwritten": [["b", "exp", n("x")], [None, "add_", n("b"), 1], OUT],
    "saved through a view": [BASE, ["r", "select", n("b"), 0, 0], ["e", "mul", n("r"), n("v")], [None, "mul_", n("b"), 2], ["out", "add", n("b"), n("e")]],
    "saved, its view overwritten": [BASE, ["e", "mul", n("b"), n("y")], ["r", "select", n("b"), 0, 0], [None, "zero_", n("r")], ["out", "add", n("e"), n("b")]],
    "a plain tensor becomes tracked": [["b", "clone", n("c")], [None, "mul_", n("b"), n("x")], OUT],
    "a row written": [BASE, ["r", "select", n("b"), 0, 1], [None, "mul_", n("r"), n("v")], OUT],
    "a row written, and used": [BASE, ["r", "select", n("b"), 0, 1], [None, "mul_", n("r"), n("v")], ["out", "mul", n("r"), n("b")]],
    "a row of a plain tensor": [["b", "clone", n("c")], ["r", "select", n("b"), 0, 1], [None, "mul_", n("r"), n("v")], OUT],
    "a view made before its base is written": [BASE, ["r", "select", n("b"), 0, 1], [None, "mul_", n("b"), n("y")], ["out", "mul", n("r"), n("v")]],
    "another view sees the write": [BASE, ["r", "select", n("b"), 0, 1], ["k", "select", n("b"), 1, 2], [None, "mul_", n("r"), n("v")], ["out", "mul", n("k"), 3]],
    "a view of a view": [BASE, ["t", "transpose", n("b"), 0, 1], ["k", "narrow", n("t"), 0, 1, 2], [None, "mul_", n("k"), 5], ["out", "mul", n("t"), 2]],
    "a column of the transpose": [BASE, ["t", "transpose", n("b"), 0, 1], ["k", "select", n("t"), 1, 0], [None, "sin_", n("k")], OUT],
    "a base that is transposed": [["t", "transpose", n("x"), 0, 1], ["b", "clone", n("t")], ["k", "select", n("b"), 0, 1], [None, "mul_", n("k"), 3], ["out", "mul", n("b"), n("b")]],
    "flattened and written": [BASE, ["f", "view", n("b"), 6], ["k", "narrow", n("f"), 0, 2, 3], [None, "exp_", n("k")], OUT],
    "two writes through two views": [BASE, ["p", "select", n("b"), 0, 0], ["q", "select", n("b"), 1, 0], [None, "mul_", n("p"), n("v")], [None, "mul_", n("q"), 3], OUT],
    "writes that overlap": [BASE, ["p", "narrow", n("b"), 1, 0, 2], ["q", "narrow", n("b"), 1, 1, 2], [None, "mul_", n("p"), 2], [None, "mul_", n("q"), 3], OUT],
    "written through a view, then the base": [BASE, ["p", "select", n("b"), 0, 0], [None, "mul_", n("p"), 2], [None, "mul_", n("b"), n("y")], ["out", "mul", n("p"), n("v")]],
    "copy_": [BASE, [None, "copy_", n("b"), n("y")], OUT],
    "copy_ broadcast": [BASE, [None, "copy_", n("b"), n("v")], OUT],
    "copy_ into a row": [BASE, ["r", "select", n("b"), 0, 0], [None, "copy_", n("r"), n("v")], OUT],
    "copy_ into a plain tensor's row": [["b", "clone", n("c")], ["r", "select", n("b"), 0, 0], [None, "copy_", n("r"), n("v")], OUT],
    "copy_ from a plain tensor": [BASE, [None, "copy_", n("b"), n("c")], OUT],
    "fill_ with a number": [BASE, ["r", "select", n("b"), 0, 0], [None, "fill_", n("r"), 3], OUT],
    "fill_ with a tensor": [BASE, ["s", "sum", n("v")], [None, "fill_", n("b"), n("s")], OUT],
    "zero_": [BASE, [None, "zero_", n("b")], OUT],
    "clamp_": [BASE, [None, "clamp_", n("b"), -1, 1], OUT],
    "pow_": [BASE, [None, "pow_", n("b"), 3], OUT],
    "eq_": [BASE, [None, "eq_", n("b"), n("y")], OUT],
    "lerp_": [BASE, [None, "lerp_", n("b"), n("y"), 0.25], OUT],
    "addcmul_": [BASE, [None, "addcmul_", n("b"), n("y"), n("v")], OUT],
    "maskedFill_": [BASE, ["m", "gt", n("b"), 0], [None, "maskedFill_", n("b"), n("m"), 3], OUT],
    "unbind and write": [BASE, ["u", "unbind0", n("b")], [None, "mul_", n("u"), 2], OUT],
    "unbind and write to the base": [BASE, ["u", "unbind0", n("b")], [None, "mul_", n("b"), 2], ["out", "mul", n("u"), n("v")]],
    "a view made in noGrad": [BASE, ["begin noGrad"], ["r", "select", n("b"), 0, 0], ["end noGrad"], [None, "mul_", n("r"), 2], OUT],
    "a view made and written in noGrad": [BASE, ["begin noGrad"], ["r", "select", n("b"), 0, 0], [None, "mul_", n("r"), 2], ["end noGrad"], OUT],
    "noGrad write, saved before": [BASE, ["e", "mul", n("b"), n("b")], ["begin noGrad"], [None, "mul_", n("b"), 2], ["end noGrad"], ["out", "add", n("e"), n("b")]],
    "detached, then written": [BASE, ["d", "detach", n("b")], [None, "mul_", n("d"), 2], OUT],
    "detached, saved, then written": [BASE, ["e", "mul", n("b"), n("y")], ["d", "detach", n("b")], [None, "mul_", n("d"), 2], ["out", "mul", n("e"), 1]],
    "detached, written with a leaf": [BASE, ["d", "detach", n("b")], [None, "mul_", n("d"), n("y")], ["out", "mul", n("d"), n("b")]],
    "expanded, its base written": [["b", "mul", n("v"), 1], ["w", "expand", n("b"), 2, 3], [None, "mul_", n("b"), 3], ["out", "mul", n("w"), n("x")]],
    "expanded, and written": [["b", "mul", n("v"), 1], ["w", "expand", n("b"), 2, 3], [None, "mul_", n("w"), 3], ["out", "mul", n("w"), n("x")]],
    "squeezed and written": [BASE, ["k", "unsqueeze", n("b"), 1], [None, "mul_", n("k"), n("v")], OUT],
    "the view alone": [BASE, ["r", "select", n("b"), 0, 0], [None, "mul_", n("r"), n("v")], ["out", "mul", n("r"), n("r")]],
    "a history of ten writes": [BASE] + [[None, "mul_", n("b"), n("y")], [None, "add_", n("b"), n("x")]] * 5 + [OUT],
    "accumulated row by row": [["b", "clone", n("c")]] + [s for i in range(2) for s in
                              ([f"r{i}", "select", n("b"), 0, i], [f"q{i}", "select", n("x"), 0, i], [None, "add_", n(f"r{i}"), n(f"q{i}")])] + [["out", "mul", n("b"), n("b")]],
}


def run(program):
    names = {k: (t.clone().requires_grad_() if k != "c" else t.clone()) for k, t in INIT.items()}
    where = "backward"
    try:
        for i, (target, *rest) in enumerate(program):
            where = i
            if not rest:
                torch.set_grad_enabled(target != "begin noGrad")
                continue
            op, *args = rest
            options = args.pop() if isinstance(args[-1], dict) else {}
            values = [names[a[1]] if isinstance(a, list) else a for a in args]
            out = values[0].unbind()[0] if op == "unbind0" else getattr(values[0], snake(op))(*values[1:], **options)
            if target:
                names[target] = out
        where = "backward"
        out = names["out"]
        out.backward(weights(out.numel(), out.dtype).reshape(out.shape))
    except RuntimeError as failure:
        print(f"{where}: {str(failure).splitlines()[0][:150]}")
        return f'"error":{json.dumps(where)}'
    finally:
        torch.set_grad_enabled(True)
    grads = ",".join("null" if names[k].grad is None else tensor_json(real(names[k].grad)) for k in "xyv")
    return f'"value":{tensor_json(names["out"])},"grads":[{grads}]'


if __name__ == "__main__":
    parts = [f'{json.dumps(name)}:{{"program":{json.dumps(program, separators=(",", ":"))},{run(program)}}}' for name, program in PROGRAMS.items()]
    inputs = ",".join(f'"{k}":{tensor_json(t)}' for k, t in INIT.items())
    path = pathlib.Path(__file__).with_name("autograd-programs.json")
    path.write_text(f'{{"torch":"{torch.__version__}","inputs":{{{inputs}}},"programs":{{\n' + ",\n".join(parts) + "\n}}\n")
    json.loads(path.read_text())
    print(f"{len(parts)} programs, {path.stat().st_size} bytes")
