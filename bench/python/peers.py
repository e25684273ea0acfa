"""The Python side of the benchmarks: PyTorch (eager and compiled) and NumPy on the workloads of bench/run.mjs.

    python peers.py --threads 1 --json

prints one JSON object {versions, threads, notes, results: [{workload, engine, way, ms}]}: medians in milliseconds of warm calls.
What is not installed, or does not compile, is left out and named in `notes`. Without --json, a table.
"""

import argparse
import json
import os
import statistics
import sys
import time

VALID, TRAIN, SIDE = 2038, 6131, 28
WARM_SECONDS = 0.5  # as long as the JavaScript peers warm up


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=1, help="threads for PyTorch (default 1)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--no-compile", action="store_true", help="leave torch.compile out (it takes some 30 s and needs g++)")
    parser.add_argument("--seconds", type=float, default=0.6, help="how long each is measured (default 0.6)")
    return parser.parse_args()


def median_ms(run, seconds):
    """The median time of a call, warm: samples of several calls each where one is too short for the clock."""
    warm_until = time.perf_counter() + WARM_SECONDS
    calls = 0
    start = time.perf_counter_ns()
    while calls < 3 or time.perf_counter() < warm_until:
        run()
        calls += 1
    once = (time.perf_counter_ns() - start) / calls
    inner = max(1, int(200_000 / once))
    samples = []
    until = time.perf_counter() + seconds
    while len(samples) < 15 or time.perf_counter() < until:
        start = time.perf_counter_ns()
        for _ in range(inner):
            run()
        samples.append((time.perf_counter_ns() - start) / inner)
    return statistics.median(samples) / 1e6


class Report:
    def __init__(self, seconds):
        self.seconds = seconds
        self.results = []
        self.notes = []

    def time(self, workload, engine, way, run):
        self.results.append({"workload": workload, "engine": engine, "way": way, "ms": median_ms(run, self.seconds)})

    def note(self, text):
        self.notes.append(text)
        print(text, file=sys.stderr)


def inputs(np):
    rng = np.random.default_rng(0)
    pictures = rng.random((VALID, SIDE, SIDE), dtype=np.float32)
    threes, sevens = (rng.random((SIDE, SIDE), dtype=np.float32) for _ in range(2))
    stacked = rng.integers(0, 256, (TRAIN, SIDE, SIDE), dtype=np.uint8)
    return pictures, threes, sevens, stacked


def numpy_workloads(np, data, report):
    x, m3, m7, stacked = data

    def distance(a, b):
        return np.abs(a - b).mean((-1, -2))

    means = {
        "(x / 255).mean(0)": lambda: (stacked / np.float32(255)).mean(0),
        "x.mean(0) / 255": lambda: stacked.mean(0) / 255,
        "x.mean(0, dtype=float32) / 255": lambda: stacked.mean(0, dtype=np.float32) / 255,
        "x.sum(0, dtype=uint32) / (n * 255)": lambda: (stacked.sum(0, dtype=np.uint32) / (TRAIN * 255)).astype(np.float32),
        "x.sum(0, dtype=float32) / (n * 255)": lambda: stacked.sum(0, dtype=np.float32) / (TRAIN * 255),
    }
    agree(np, {way: run() for way, run in means.items()})
    report.time("l1", "numpy", "np.abs(x - m).mean((-1, -2))", lambda: distance(x, m3))
    report.time("rmse", "numpy", "np.sqrt(((x - m) ** 2).mean((-1, -2)))", lambda: np.sqrt(((x - m3) ** 2).mean((-1, -2))))
    report.time("accuracy", "numpy", "(distance(x, m3) < distance(x, m7)).mean()", lambda: (distance(x, m3) < distance(x, m7)).mean())
    report.time("pair", "numpy", "np.abs(a - m).mean()", lambda: float(np.abs(x[0] - m3).mean()))
    for way, run in means.items():
        report.time("mean image", "numpy", way, run)


def agree(np, images):
    """Only ways that give the right picture are worth a time."""
    exact = images["(x / 255).mean(0)"]
    for way, image in images.items():
        if not np.allclose(np.asarray(image), np.asarray(exact), rtol=1e-4, atol=1e-5):
            raise AssertionError(f"{way} gives another mean image")


def torch_workloads(torch, np, data, report, engine, prepare):
    """`prepare` is the identity for eager, torch.compile for compiled."""
    x, m3, m7, stacked = (torch.from_numpy(a) for a in data)

    def distance(a, b):
        return (a - b).abs().mean((-1, -2))

    def rmse(a, b):
        return ((a - b) ** 2).mean((-1, -2)).sqrt()

    def accuracy(a, b, c):
        return (distance(a, b) < distance(a, c)).float().mean()

    means = {
        "x.float().div(255).mean(0)": lambda t: t.float().div(255).mean(0),
        "(x / 255).mean(0)": lambda t: (t / 255).mean(0),
        "x.mean(0, dtype=float32) / 255": lambda t: t.mean(0, dtype=torch.float32) / 255,
        "x.sum(0) / (n * 255)": lambda t: t.sum(0) / (TRAIN * 255),
        "x.sum(0, dtype=int32) / (n * 255)": lambda t: t.sum(0, dtype=torch.int32) / (TRAIN * 255),
        "x.sum(0, dtype=float32) / (n * 255)": lambda t: t.sum(0, dtype=torch.float32) / (TRAIN * 255),
        "ones(n) @ x.float() / (n * 255)": lambda t: (torch.ones(TRAIN) @ t.view(TRAIN, -1).float()).view(SIDE, SIDE) / (TRAIN * 255),
    }
    fast_distance, fast_rmse, fast_accuracy = prepare(distance), prepare(rmse), prepare(accuracy)
    fast_pair = prepare(lambda a, b: (a - b).abs().mean())
    fast_means = {way: prepare(run) for way, run in means.items()}
    one = x[0].clone()
    with torch.no_grad():
        agree(np, {way: run(stacked) for way, run in fast_means.items()})
        report.time("l1", engine, "(x - m).abs().mean((-1, -2))", lambda: fast_distance(x, m3))
        report.time("rmse", engine, "((x - m) ** 2).mean((-1, -2)).sqrt()", lambda: fast_rmse(x, m3))
        report.time("accuracy", engine, "(distance(x, m3) < distance(x, m7)).float().mean()", lambda: fast_accuracy(x, m3, m7))
        report.time("pair", engine, "(a - m).abs().mean().item()", lambda: fast_pair(one, m3).item())
        for way, run in fast_means.items():
            report.time("mean image", engine, way, lambda run=run: run(stacked))


def peers(args):
    report = Report(args.seconds)
    versions = {"python": sys.version.split()[0]}
    try:
        import numpy as np
    except ImportError:
        report.note("NumPy is not installed: no Python peers")
        return {"versions": versions, "threads": args.threads, "notes": report.notes, "results": []}
    data = inputs(np)
    versions["numpy"] = np.__version__
    numpy_workloads(np, data, report)
    try:
        import torch
    except ImportError:
        report.note("PyTorch is not installed: left out")
    else:
        versions["torch"] = torch.__version__
        torch.set_num_threads(args.threads)
        torch_workloads(torch, np, data, report, "torch eager", lambda run: run)
        if args.no_compile:
            report.note("torch.compile: left out as asked")
        else:
            try:
                torch_workloads(torch, np, data, report, "torch.compile", lambda run: torch.compile(run, dynamic=False))
            except Exception as failure:  # no compiler, no headers, an unsupported system: any of these is "not here"
                report.note(f"torch.compile does not work here: {str(failure).splitlines()[0]}")
    return {"versions": versions, "threads": args.threads, "notes": report.notes, "results": report.results}


def main():
    args = parse()
    # Read by OpenMP and the BLAS libraries as they are loaded, so before any import of them.
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = str(args.threads)
    found = peers(args)
    if args.json:
        print(json.dumps(found))
        return
    print(", ".join(f"{name} {version}" for name, version in found["versions"].items()), f"threads {args.threads}")
    for r in found["results"]:
        print(f"{r['workload']:<11} {r['engine']:<14} {r['ms']:9.4f} ms  {r['way']}")


if __name__ == "__main__":
    main()
