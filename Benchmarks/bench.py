#!/usr/bin/env python3
"""Benchmarks of orchplan as ratios to its peers and to the limit.

Each row times two commands in turn (A B A B ...) and prints the median of each and the median of the ratios pair by
pair, so that a machine whose speed drifts does not favour either. Peak memory is the kernel's own figure for the
process. Nothing here is a pass or a fail: the targets stand beside the figures.
"""
from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent


@dataclass
class Sample:
    seconds: float
    megabytes: float
    status: int


def once(command: list[str], cwd: Path, cores: set[int] | None) -> Sample:
    start = time.perf_counter()
    child = subprocess.Popen(
        command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        preexec_fn=(lambda: os.sched_setaffinity(0, cores)) if cores else None)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return Sample(time.perf_counter() - start, usage.ru_maxrss / 1024, child.returncode)


def median(samples: list[Sample]) -> float:
    return statistics.median(s.seconds for s in samples)


def pair(a, b, cwd: Path, runs: int, cores=None) -> tuple[list[Sample], list[Sample]]:
    once(a, cwd, cores), once(b, cwd, cores)
    pairs = [(once(a, cwd, cores), once(b, cwd, cores)) for _ in range(runs)]
    return [p[0] for p in pairs], [p[1] for p in pairs]


def row(name: str, a: list[Sample], b: list[Sample], peer: str, target: str) -> None:
    ratio = statistics.median(x.seconds / y.seconds for x, y in zip(a, b))
    shown = f"{ratio:.2f}x" if ratio >= 0.1 else f"1/{1 / ratio:.0f}"
    statuses = sorted({s.status for s in a + b})
    note = "" if statuses in ([0], [0, 2]) else f"  EXIT {statuses}"
    print(f"  {name:<34} {median(a):8.3f} s {max(s.megabytes for s in a):7.0f} MB   {peer:<22} {median(b):8.3f} s"
          f"   ratio {shown:>7}   target {target}{note}", flush=True)


def generate(n: int, out: Path, change: float = 0.0, formats: str = "orchplan", shape: str = "random") -> Path:
    subprocess.run(
        [sys.executable, HERE / "generate.py", "--n", str(n), "--out", out, "--formats", formats, "--shape", shape,
         "--change", str(change)], check=True, stderr=subprocess.DEVNULL)
    if "orchplan" in formats:
        (out / "orchplan" / "orchplan.yaml").write_text("project: bench\ndriver: simulated\n")
    return out


def floor_binary(work: Path) -> Path:
    binary = work / "floor"
    subprocess.run(["cc", "-O2", "-o", binary, HERE / "libyaml_floor.c", "-lyaml"], check=True)
    return binary


def bench_lint(orchplan: str, work: Path, sizes: list[int], runs: int) -> None:
    print("lint (every compiler check) beside a bare libyaml event loop in C over the same bytes")
    floor = floor_binary(work)
    for n in sizes:
        tree = generate(n, work / f"lint-{n}") / "orchplan"
        for label, path in (("one file", "all.yaml"), ("a file each", "files")):
            for cores, target in (({0}, "<= 1.5x"), ({0, 1}, "< 1x")):
                a, b = pair([orchplan, "lint", path], [str(floor), path], tree, runs, cores)
                row(f"lint {n}, {label}, {len(cores)} core(s)", a, b, "libyaml loop", target)


def planned(orchplan: str, tree: Path) -> list[str]:
    return [orchplan, "plan", "--format", "json", str(tree / "files")]


def bench_plan(orchplan: str, work: Path, runs: int) -> None:
    n = 1000
    print(f"plan of {n} services beside terraform plan of as many terraform_data resources")
    terraform = shutil.which("terraform")
    if not terraform:
        print("  skipped: terraform is not installed")
    base = generate(n, work / "plan-a", formats="orchplan,terraform")
    changed = generate(n, work / "plan-b", change=0.01, formats="orchplan,terraform")
    for label, applied, source, target in (
        ("from nothing", False, base, "1/50"), ("no-op", True, base, "1/100"), ("1 % changed", True, changed, "1/100"),
    ):
        ours, theirs = base / "orchplan", base / "terraform"
        if applied and not (ours / ".orchplan").exists():
            subprocess.run([orchplan, "apply", "--yes", "files"], cwd=ours, check=True, capture_output=True)
            if terraform:
                subprocess.run([terraform, "apply", "-auto-approve"], cwd=theirs, check=True, capture_output=True)
        if terraform and not (theirs / ".terraform").exists():
            subprocess.run([terraform, "init"], cwd=theirs, check=True, capture_output=True)
        if source is changed and terraform:
            shutil.copy(changed / "terraform" / "main.tf", theirs / "main.tf")
        command = planned(orchplan, source / "orchplan")
        if terraform:
            a, b = pair_in(command, ours, [terraform, "plan", "-input=false"], theirs, 3)
            row(f"plan {n}, {label}", a, b, "terraform plan", target)


def pair_in(a, cwd_a: Path, b, cwd_b: Path, runs: int):
    once(a, cwd_a, None)
    pairs = [(once(a, cwd_a, None), once(b, cwd_b, None)) for _ in range(runs)]
    return [p[0] for p in pairs], [p[1] for p in pairs]


def bench_linear(orchplan: str, work: Path, small: int, large: int, runs: int) -> None:
    print(f"linearity: {large // small} times the input, time at most 120 times; 100,000 services in at most 1 GiB")
    trees = {n: generate(n, work / f"linear-{n}") / "orchplan" for n in (small, large)}
    for n, tree in trees.items():
        changed = generate(n, work / f"linear-{n}-changed", change=0.01) / "orchplan"
        subprocess.run([orchplan, "lint", "files"], cwd=tree, check=True, capture_output=True)
        trees[n] = (tree, changed)
    for label, applied, which in (("lint", None, 0), ("plan from nothing", False, 0), ("plan no-op", True, 0),
                                  ("plan 1 % changed", True, 1)):
        figures = {}
        for n, (tree, changed) in trees.items():
            if applied and not (tree / ".orchplan").exists():
                subprocess.run([orchplan, "apply", "--yes", "--batch", "1000000", "files"], cwd=tree, check=True,
                               capture_output=True)
            source = (tree, changed)[which]
            command = [orchplan, "lint", "files"] if applied is None else planned(orchplan, source)
            once(command, tree, None)
            figures[n] = [once(command, tree, None) for _ in range(runs if n == small else 3)]
        ratio = median(figures[large]) / median(figures[small])
        print(f"  {label:<22} {small}: {median(figures[small]):.3f} s   {large}: {median(figures[large]):.2f} s, "
              f"{max(s.megabytes for s in figures[large]):.0f} MB   {ratio:.0f} times the time", flush=True)


def bench_startup(orchplan: str, runs: int) -> None:
    print("start-up")
    samples = [once([orchplan, "--version"], HERE, None) for _ in range(max(21, runs))]
    truth = [once(["/bin/true"], HERE, None) for _ in range(max(21, runs))]
    print(f"  orchplan --version {median(samples) * 1000:.1f} ms (/bin/true {median(truth) * 1000:.1f} ms), target 10 ms")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--orchplan", default="orchplan")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--large", type=int, default=100_000, help="the larger size of the linearity rows")
    parser.add_argument("--only", choices=("lint", "plan", "linear", "startup"), action="append")
    arguments = parser.parse_args()
    wanted = arguments.only or ["startup", "lint", "plan", "linear"]
    with tempfile.TemporaryDirectory(prefix="orchplan-bench-") as folder:
        work = Path(folder)
        if "startup" in wanted:
            bench_startup(arguments.orchplan, arguments.runs)
        if "lint" in wanted:
            bench_lint(arguments.orchplan, work, [1000, 10_000], arguments.runs)
        if "plan" in wanted:
            bench_plan(arguments.orchplan, work, arguments.runs)
        if "linear" in wanted:
            bench_linear(arguments.orchplan, work, 1000, arguments.large, arguments.runs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
