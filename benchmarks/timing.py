"""How the benchmarks measure: rounds turn and turn about in this process, and whole processes from outside."""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import NamedTuple, TypeVar

Name = TypeVar("Name", bound=Hashable)

# A process inherits the peak memory of the one that started it, so a small one stands in between.
LAUNCHER = """
import json, os, resource, subprocess, sys, time
begins = time.perf_counter()
done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE)
wall = time.perf_counter() - begins
used = resource.getrusage(resource.RUSAGE_CHILDREN)
unit = 2**20 if sys.platform == "darwin" else 2**10
os.write(2, done.stdout) if done.returncode else None
print(json.dumps([done.returncode, wall, used.ru_maxrss * unit, done.stdout.decode()]))
"""


class Spent(NamedTuple):
    """What a whole process took: wall clock in s, peak memory in bytes; and what it wrote."""

    wall: float
    memory: int
    output: str


def turn_about(works: Mapping[Name, Callable[[int], int]], rounds: int) -> dict[Name, list[float]]:
    """Contacts per second of processor time of each work in each round, after a round that is not counted.

    A work takes the number of the round and gives back how many contacts it played.
    """
    speeds: dict[Name, list[float]] = {name: [] for name in works}
    for turn in range(rounds + 1):
        for name, work in works.items():
            begins = time.process_time()
            contacts = work(turn)
            speeds[name].append(contacts / (time.process_time() - begins))
    return {name: found[1:] for name, found in speeds.items()}


def median_ratio(some: Sequence[float], others: Sequence[float]) -> float:
    """Median over the rounds of one figure over the other."""
    return statistics.median(one / other for one, other in zip(some, others))


def start(command: Sequence[str], **changed: str) -> subprocess.Popen[str]:
    """A process that measures a command; `finish` waits for it. `changed` are environment variables."""
    return subprocess.Popen(
        [sys.executable, "-S", "-c", LAUNCHER, *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **changed},
    )


def finish(process: subprocess.Popen[str]) -> Spent:
    """What a started command took, once it has ended."""
    output, complaints = process.communicate()
    code, wall, memory, written = json.loads(output) if output else (process.returncode, 0.0, 0, "")
    if code:
        raise RuntimeError(f"a measured command ended with exit code {code}\n{complaints}")
    return Spent(wall, memory, written)


def spend(command: Sequence[str], **changed: str) -> Spent:
    """What a command takes, from start to end."""
    return finish(start(command, **changed))
