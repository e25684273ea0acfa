"""How the Python engines measure: the same inputs from the same formula as bench/measure.mjs, number for number, the median of warm calls,
and a digest of the result."""

import statistics
import time

import numpy as np

WARM_SECONDS = 0.25
SAMPLED = 256
KINDS = {"float32": np.float32, "float64": np.float64, "uint8": np.uint8, "int64": np.int64}


def make_input(spec, seed):
    """An integer hash of the position, spread over [low, high)."""
    shape, dtype, low, high = spec["shape"], spec.get("dtype", "float32"), spec.get("low", 0), spec.get("high", 1)
    start = np.uint32(((seed + 1) * 0x9E3779B9) & 0xFFFFFFFF)
    h = np.arange(int(np.prod(shape)), dtype=np.uint32)
    h += start
    h *= np.uint32(0x9E3779B1)
    h ^= h >> np.uint32(16)
    h *= np.uint32(0x85EBCA6B)
    h ^= h >> np.uint32(13)
    h >>= np.uint32(8)
    unit = h / 2.0**24
    if dtype == "uint8":
        return (unit * 256).astype(np.uint8).reshape(shape)
    if dtype == "int64":
        return (low + np.floor(unit * (high - low))).astype(np.int64).reshape(shape)
    return (low + unit * (high - low)).astype(KINDS[dtype]).reshape(shape)


def digest(array):
    flat = np.asarray(array).reshape(-1)
    wide = flat.astype(np.float64)
    count = flat.size
    taken = min(SAMPLED, count)
    samples = [float(wide[(k * count) // taken]) for k in range(taken)]
    return {"count": count, "mean": float(wide.mean()), "size": float(np.abs(wide).mean()), "samples": samples}


def warm_up(run):
    """Calls until warm; the milliseconds of the quickest call."""
    start = time.perf_counter()
    calls, least = 0, float("inf")
    while calls < 3 or time.perf_counter() < start + WARM_SECONDS:
        before = time.perf_counter()
        run()
        least = min(least, time.perf_counter() - before)
        calls += 1
        if calls >= 2 and time.perf_counter() > start + 8 * WARM_SECONDS:
            break
    return least * 1000


def median_ms(run, seconds):
    """The median time of a call over `seconds` of calls, samples of several where one is too short for the clock; one call, if that takes longer."""
    until = time.perf_counter() + seconds
    before = time.perf_counter_ns()
    run()
    once = time.perf_counter_ns() - before
    inner = max(1, int(200_000 / once))
    samples = [] if inner > 1 else [once]
    while not samples or time.perf_counter() < until:
        start = time.perf_counter_ns()
        for _ in range(inner):
            run()
        samples.append((time.perf_counter_ns() - start) / inner)
    return statistics.median(samples) / 1e6
