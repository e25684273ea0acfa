"""The Python side of the benchmark: eager PyTorch, torch.compile and NumPy as a child of bench/run.mjs, which writes a JSON object a line and
reads one a line, as bench/serve.mjs says."""

import inspect
import json
import os
import sys

# What libraries print must not come between the answers.
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

import numpy as np
import torch

from common import digest, make_input, median_ms, warm_up
from workloads import COMPILED, MAKES, NUMPY, TORCH


class Absent(Exception):
    """This engine has nothing for the workload."""


held = {}
prepared = {}


def inputs_of(message):
    if held.get("workload") != message["workload"]:
        held.clear()
        held["workload"] = message["workload"]
        held["arrays"] = {name: make_input(spec, seed) for seed, (name, spec) in enumerate(message["inputs"].items())}
        held["tensors"] = {name: torch.from_numpy(array) for name, array in held["arrays"].items()}
    return held


def called(function, given):
    """The function on the inputs that it names."""
    arguments = [given[name] for name in inspect.signature(function).parameters]
    return lambda: function(*arguments)


def eager(message, given):
    if message["workload"] in MAKES:
        return {way: make(**given["tensors"]) for way, make in MAKES[message["workload"]].items()}
    return {way: called(function, given["tensors"]) for way, function in TORCH[message["workload"]].items()}


def compiled(message, given):
    torch._dynamo.reset()
    if message["workload"] in MAKES:
        return {"gradients by hand": torch.compile(MAKES[message["workload"]]["gradients by hand"](**given["tensors"]), dynamic=False)}
    functions = COMPILED.get(message["workload"], TORCH.get(message["workload"], {}))
    calls = {}
    for way, function in functions.items():
        arguments = [given["tensors"][name] for name in inspect.signature(function).parameters]
        fast = torch.compile(function, dynamic=False)
        calls[way] = lambda fast=fast, arguments=arguments: fast(*arguments)
    if message["workload"] == "pair":  # read, as the others do
        return {f"{way}.item()": lambda call=call: call().item() for way, call in calls.items()}
    return calls


def numpy(message, given):
    if message["threads"] > 1:
        raise Absent("one thread")
    return {way: called(function, given["arrays"]) for way, function in NUMPY.get(message["workload"], {}).items()}


ENGINES = {"torch eager": eager, "torch.compile": compiled, "numpy": numpy}


def numbers(result):
    if isinstance(result, list):
        return np.concatenate([np.asarray(part).reshape(-1) for part in result])
    return np.asarray(result)


def reason(failure):
    return f"{type(failure).__name__}: {failure}".splitlines()[0]


def prepare(message):
    torch.set_num_threads(message["threads"])
    try:
        calls = ENGINES[message["engine"]](message, inputs_of(message))
    except KeyError:
        calls = {}
    if not calls:
        raise Absent("not written for this engine")
    ways = []
    for way, call in calls.items():
        try:
            ways.append({"way": way, "digest": digest(numbers(call())), "ms": warm_up(call)})
        except Exception as failure:  # no compiler, no headers, an unsupported system: a word instead of a figure
            ways.append({"way": way, "failed": reason(failure)})
    prepared[message["engine"]] = list(calls.values())
    return {"ways": ways}


def measure(message):
    return {"ms": median_ms(prepared[message["engine"]][message["index"]], message["seconds"])}


def drop(_):
    held.clear()
    prepared.clear()
    return {}


ACTIONS = {"prepare": prepare, "measure": measure, "drop": drop}


def say(answer):
    print(json.dumps(answer), file=answers, flush=True)


def main():
    torch.set_grad_enabled(False)
    say({"hello": {"python": sys.version.split()[0], "torch": torch.__version__, "numpy": np.__version__}})
    for line in sys.stdin:
        message = json.loads(line)
        try:
            say(ACTIONS[message["do"]](message))
        except Absent as reason:
            say({"absent": str(reason)})
        except Exception as failure:
            say({"error": reason(failure)})


main()
