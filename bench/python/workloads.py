"""PyTorch's and NumPy's words for the workloads of ../workloads: name to a function of the inputs, by their names, or {words: function}
where there are several ways, the fastest of which counts. `out` is a result that is there already. TORCH is also what torch.compile is given,
less what COMPILED says in other words; MAKES holds what keeps a state."""

import numpy as np
import torch
import torch.nn.functional as F

TRAIN = 6131


def distance(a, b):
    return (a - b).abs().mean((-1, -2))


def product(a, b):
    return a @ b


def convolution(x, w):
    return F.conv2d(x, w, padding=1)


def by_input(x, w, g):
    return torch.nn.grad.conv2d_input(x.shape, w, g, padding=1)


def by_weight(x, w, g):
    return torch.nn.grad.conv2d_weight(x, w.shape, g, padding=1)


def chain(x, y):
    for _ in range(10_000):
        x = x + y
    return x


TORCH = {
    "matmul 1024": {"a @ b": product},
    "matmul 512": {"a @ b": product},
    "matmul 256": {"a @ b": product},
    "matmul 512 float64": {"a @ b": product},
    "linear relu": {
        "F.linear(x, w, b).relu_()": lambda x, w, b: F.linear(x, w, b).relu_(),
        "torch.addmm(b, x, w.t()).relu_()": lambda x, w, b: torch.addmm(b, x, w.t()).relu_(),
    },
    "bmm": {"a.bmm(b)": lambda a, b: a.bmm(b)},
    "mv": {"a.mv(x)": lambda a, x: a.mv(x)},
    "conv2d 1→16": {"F.conv2d": convolution},
    "conv2d 16→32": {"F.conv2d": convolution},
    "conv2d 64→64": {"F.conv2d": convolution},
    "conv2d 1→16, input gradient": {"conv2d_input": by_input},
    "conv2d 16→32, input gradient": {"conv2d_input": by_input},
    "conv2d 64→64, input gradient": {"conv2d_input": by_input},
    "conv2d 1→16, weight gradient": {"conv2d_weight": by_weight},
    "conv2d 16→32, weight gradient": {"conv2d_weight": by_weight},
    "conv2d 64→64, weight gradient": {"conv2d_weight": by_weight},
    "l1": {"(x - m).abs().mean((-1, -2))": lambda x, m: distance(x, m)},
    "rmse": {"((x - m) ** 2).mean((-1, -2)).sqrt()": lambda x, m: ((x - m) ** 2).mean((-1, -2)).sqrt()},
    "accuracy": {"(distance(x, m) < distance(x, n)).float().mean()": lambda x, m, n: (distance(x, m) < distance(x, n)).float().mean()},
    "mean image": {
        "x.float().div(255).mean(0)": lambda x: x.float().div(255).mean(0),
        "(x / 255).mean(0)": lambda x: (x / 255).mean(0),
        "x.sum(0, dtype=int32) / (n * 255)": lambda x: x.sum(0, dtype=torch.int32) / (TRAIN * 255),
        "x.sum(0, dtype=float32) / (n * 255)": lambda x: x.sum(0, dtype=torch.float32) / (TRAIN * 255),
        "ones(n) @ x.float() / (n * 255)": lambda x: (torch.ones(TRAIN) @ x.view(TRAIN, -1).float()).view(28, 28) / (TRAIN * 255),
    },
    "add": {"a + b": lambda a, b: a + b, "torch.add(a, b, out=out)": lambda a, b, out: torch.add(a, b, out=out)},
    "sum": {"x.sum()": lambda x: x.sum()},
    "fused": {
        "torch.relu(a * b + c) * 0.5": lambda a, b, c: torch.relu(a * b + c) * 0.5,
        "a.mul(b).add_(c).relu_().mul_(0.5)": lambda a, b, c: a.mul(b).add_(c).relu_().mul_(0.5),
        "torch.mul(a, b, out=out).add_(c).relu_().mul_(0.5)": lambda a, b, c, out: torch.mul(a, b, out=out).add_(c).relu_().mul_(0.5),
    },
    "broadcast add": {"x + b": lambda x, b: x + b, "torch.add(x, b, out=out)": lambda x, b, out: torch.add(x, b, out=out)},
    "exp": {"x.exp()": lambda x: x.exp(), "torch.exp(x, out=out)": lambda x, out: torch.exp(x, out=out)},
    "tanh": {"x.tanh()": lambda x: x.tanh(), "torch.tanh(x, out=out)": lambda x, out: torch.tanh(x, out=out)},
    "gelu": {"F.gelu(x)": lambda x: F.gelu(x), "gelu(x, out=out)": lambda x, out: torch._C._nn.gelu(x, out=out)},
    "uint8 to float": {"x.float()": lambda x: x.float(), "out.copy_(x)": lambda x, out: out.copy_(x)},
    "transpose": {"x.t().contiguous()": lambda x: x.t().contiguous(), "out.copy_(x.t())": lambda x, out: out.copy_(x.t())},
    "gather": {"x.gather(1, i)": lambda x, i: x.gather(1, i)},
    "argmax": {"x.argmax(1)": lambda x: x.argmax(1)},
    "var": {"x.var(1)": lambda x: x.var(1)},
    "softmax": {"x.softmax(-1)": lambda x: x.softmax(-1)},
    "logSoftmax": {"x.log_softmax(-1)": lambda x: x.log_softmax(-1)},
    "layerNorm": {"F.layer_norm(x, (1024,), w, b)": lambda x, w, b: F.layer_norm(x, (1024,), w, b)},
    "cumsum": {"x.cumsum(1)": lambda x: x.cumsum(1)},
    "pair": {"(a - m).abs().mean().item()": lambda a, m: (a - m).abs().mean().item()},
    "chain": {"x = x + y, 10,000 times": chain},
}

# Compiled, a sum of several ways is one loop either way, and a result that is there already is written by copy_.
COMPILED = {
    "mean image": {words: TORCH["mean image"][words] for words in ("x.float().div(255).mean(0)", "x.sum(0, dtype=int32) / (n * 255)")},
    "add": {"out.copy_(a + b)": lambda a, b, out: out.copy_(a + b)},
    "fused": {
        "torch.relu(a * b + c) * 0.5": lambda a, b, c: torch.relu(a * b + c) * 0.5,
        "out.copy_(torch.relu(a * b + c) * 0.5)": lambda a, b, c, out: out.copy_(torch.relu(a * b + c) * 0.5),
    },
    "broadcast add": {"out.copy_(x + b)": lambda x, b, out: out.copy_(x + b)},
    "exp": {"out.copy_(x.exp())": lambda x, out: out.copy_(x.exp())},
    "tanh": {"out.copy_(x.tanh())": lambda x, out: out.copy_(x.tanh())},
    "gelu": {"out.copy_(F.gelu(x))": lambda x, out: out.copy_(F.gelu(x))},
    "uint8 to float": {"out.copy_(x.float())": lambda x, out: out.copy_(x.float())},
    "transpose": {"out.copy_(x.t())": lambda x, out: out.copy_(x.t())},
    "pair": {"(a - m).abs().mean()": lambda a, m: (a - m).abs().mean()},
}


def step_by_hand(x, y, w1, b1, w2, b2, rate=0.01):
    """A step of gradient descent, the gradients written by hand, as ../workloads/small.mjs has it."""
    w1, b1, w2, b2 = parameters = [p.clone() for p in (w1, b1, w2, b2)]

    def step():
        hidden = torch.addmm(b1, x, w1).relu_()
        output = torch.addmm(b2, hidden, w2).sigmoid_()
        difference = output - y
        at_output = difference * output * (1 - output) * (2 / len(x))
        at_hidden = (at_output @ w2.t()) * (hidden > 0)
        loss = difference.square().mean()
        gradients = [x.t() @ at_hidden, at_hidden.sum(0), hidden.t() @ at_output, at_output.sum(0)]
        for parameter, gradient in zip(parameters, gradients):
            parameter.sub_(gradient, alpha=rate)
        return [loss, *parameters]

    return step


def step_with_autograd(x, y, w1, b1, w2, b2, rate=0.01):
    parameters = [p.clone().requires_grad_() for p in (w1, b1, w2, b2)]
    p1, c1, p2, c2 = parameters

    def step():
        with torch.enable_grad():
            loss = (torch.addmm(c2, torch.addmm(c1, x, p1).relu(), p2).sigmoid() - y).square().mean()
            loss.backward()
        for parameter in parameters:
            parameter.sub_(parameter.grad, alpha=rate)
            parameter.grad = None
        return [loss.detach(), *(p.detach() for p in parameters)]

    return step


MAKES = {"mlp step": {"gradients by hand": step_by_hand, "loss.backward()": step_with_autograd}}

NUMPY = {
    "l1": {"np.abs(x - m).mean((-1, -2))": lambda x, m: np.abs(x - m).mean((-1, -2))},
    "rmse": {"np.sqrt(((x - m) ** 2).mean((-1, -2)))": lambda x, m: np.sqrt(((x - m) ** 2).mean((-1, -2)))},
    "mean image": {
        "x.sum(0, dtype=uint32) / (n * 255)": lambda x: (x.sum(0, dtype=np.uint32) / (TRAIN * 255)).astype(np.float32),
        "x.mean(0, dtype=float32) / 255": lambda x: x.mean(0, dtype=np.float32) / 255,
    },
    "pair": {"np.abs(a - m).mean()": lambda a, m: float(np.abs(a - m).mean())},
}
