"""Wall time and peak memory of whole programs, taken in turns so that all of them see the same noise.

    python measure.py ROUNDS '["node", "x.mjs"]' '["python", "y.py"]' ...

prints one JSON array, an entry a command: {"seconds": [...], "megabytes": peak, "output": last standard output}.
"""

import json
import os
import resource
import subprocess
import sys
import time


def run(command):
    """One run in a child of its own, so that its peak memory is its own and its children's."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        start = time.perf_counter()
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        seconds = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        text = (done.stdout if done.returncode == 0 else done.stderr).decode(errors="replace")
        os.write(writer, json.dumps([done.returncode, seconds, peak, text[-4000:]]).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as answer:
        code, seconds, peak, text = json.load(answer)
    os.waitpid(child, 0)
    if code != 0:
        sys.exit(f"{command} ended with {code}: {text}")
    return seconds, peak, text


def main():
    rounds, commands = int(sys.argv[1]), [json.loads(argument) for argument in sys.argv[2:]]
    found = [{"seconds": [], "megabytes": 0, "output": ""} for _ in commands]
    for command in commands:  # once unmeasured: files in the page cache, byte code compiled
        run(command)
    for _ in range(rounds):
        for command, entry in zip(commands, found):
            seconds, peak, text = run(command)
            entry["seconds"].append(seconds)
            entry["megabytes"] = max(entry["megabytes"], peak)
            entry["output"] = text
    print(json.dumps(found))


main()
