"""Times commands: wall time, peak memory and exit status of each run."""
from __future__ import annotations

import os
import statistics
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Sample:
    seconds: float
    megabytes: float
    status: int


def once(command: list[str], cwd: Path, cores: set[int] | None = None) -> Sample:
    start = time.perf_counter()
    child = subprocess.Popen(
        command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        preexec_fn=(lambda: os.sched_setaffinity(0, cores)) if cores else None)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return Sample(time.perf_counter() - start, usage.ru_maxrss / 1024, child.returncode)


def alternating(a: list[str], in_a: Path, b: list[str], in_b: Path, runs: int, cores: set[int] | None = None):
    """Runs two commands in turn, each once before that is not counted."""
    once(a, in_a, cores), once(b, in_b, cores)
    pairs = [(once(a, in_a, cores), once(b, in_b, cores)) for _ in range(runs)]
    return [p[0] for p in pairs], [p[1] for p in pairs]


def ratio(a: list[Sample], b: list[Sample]) -> float:
    """The median of the ratios pair by pair; of the medians where there are no pairs."""
    if len(a) == len(b):
        return statistics.median(x.seconds / y.seconds for x, y in zip(a, b))
    return statistics.median(s.seconds for s in a) / statistics.median(s.seconds for s in b)
