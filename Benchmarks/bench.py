#!/usr/bin/env python3
"""Benchmarks of orchplan as ratios to its peers and to the limit.

Each row with a peer times two commands in turn (A B A B ...) and takes the median of the ratios pair by pair, so that
a machine whose speed drifts favours neither.  Peak memory is the kernel's own figure for the process.  Every row has
its target beside it and says whether it is met; nothing here is a pass or a fail.

    bench.py --orchplan PATH [--only lint] [--write docs/benchmarks.md]
"""
from __future__ import annotations

import argparse
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from record import record
from report import SWARM, Report, Row
from timing import Sample, alternating, once, ratio

HERE = Path(__file__).resolve().parent
ONE, TWO = {0}, {0, 1}


def generate(n: int, out: Path, change: float = 0.0, formats: str = "orchplan") -> Path:
    subprocess.run(
        [sys.executable, HERE / "generate.py", "--n", str(n), "--out", out, "--formats", formats, "--change",
         str(change)], check=True, stderr=subprocess.DEVNULL)
    (out / "orchplan" / "orchplan.yaml").write_text("project: bench\ndriver: simulated\nmanifests: [files]\n")
    return out


def quiet(command: list, cwd: Path) -> None:
    done = subprocess.run(command, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stderr[-2000:]}")


class Swapped:
    """Another version's manifests in the place of a tree's own, where the project's paths lead."""

    def __init__(self, tree: Path, other: Path, name: str):
        self.here, self.there, self.aside = tree / name, other / name, tree / f"{name}.aside"

    def __enter__(self) -> None:
        self.here.rename(self.aside)
        self.there.rename(self.here)

    def __exit__(self, *_) -> None:
        self.here.rename(self.there)
        self.aside.rename(self.here)


def bench_startup(orchplan: str, work: Path, report: Report, runs: int) -> None:
    ours, theirs = alternating([orchplan, "--version"], HERE, ["/bin/true"], HERE, max(21, runs))
    report.add(Row("start-up", "`--version`", ours, "`/bin/true`", theirs, "at most 10 ms",
                   statistics.median(s.seconds for s in ours) <= 0.010))


def every_rule() -> str:
    """A project file's settings that turn on also the rules that are off unless a project wants them."""
    pages = (HERE.parent / "docs" / "rules").glob("*.md")
    names = sorted(name for page in pages for name in re.findall(r"^## OP\d{4} (\S+)$", page.read_text(), re.M))
    return "lint:\n  rules:\n" + "".join(f"    {name}: warning\n" for name in names)


def findings(orchplan: str, tree: Path, *options: str) -> int:
    done = subprocess.run([orchplan, "lint", *options, "--format", "ndjson"], cwd=tree, capture_output=True, text=True)
    return done.stdout.count('"code":"OP')


def bench_lint(orchplan: str, work: Path, report: Report, runs: int) -> None:
    """Beside the bare event loop over the same bytes: rules that find nothing, and every rule there is."""
    floor = work / "floor"
    subprocess.run(["cc", "-O2", "-o", floor, HERE / "libyaml_floor.c", "-lyaml"], check=True)
    for n in (1000, 10_000):
        tree = generate(n, work / f"lint-{n}") / "orchplan"
        project = (tree / "orchplan.yaml").read_text()
        kept = ("rules that it keeps", ["--skip", ",".join(BROKEN)])
        for rules, options in (kept, ("usual rules", []), ("every rule", [])):
            (tree / "orchplan.yaml").write_text(project + (every_rule() if rules == "every rule" else ""))
            for label, path in (("one file", "all.yaml"), ("a file each", "files")):
                found = findings(orchplan, tree, path, *options)
                for cores, most in ((ONE, 1.5), (TWO, 1.0)):
                    command = [orchplan, "lint", path, *options]
                    ours, theirs = alternating(command, tree, [str(floor), path], tree, runs, cores)
                    # At 1,000 services the start of the process weighs more than the work: no target.
                    target = "" if n < 10_000 else "at most 1.5x" if cores == ONE else "less than 1x"
                    met = ratio(ours, theirs) <= most if cores == ONE else ratio(ours, theirs) < most
                    where = f"{label}, {len(cores)} core{'s' * (len(cores) > 1)}"
                    name = f"{n:,} services, {where}, {rules}: {found:,} findings"
                    report.add(Row("lint", name, ours, "libyaml loop in C", theirs, target, met if target else None))


#: What the generated system breaks: its services depend on others at random, whose networks and volumes are random too.
BROKEN = ("unreachable-dependency", "two-writers", "data-port-published")


def bench_peers(orchplan: str, work: Path, report: Report, runs: int) -> None:
    """The same system as each checker reads it, once each: some of them take minutes."""
    for n in (1000, 10_000):
        tree = generate(n, work / f"peers-{n}", formats="orchplan,compose,k8s")
        ours = tree / "orchplan"
        services = sorted(str(path) for path in (ours / "files").rglob("svc-*.yaml"))
        schema = str(HERE.parent / "schemas" / "service.json")
        peers = [
            ("a file each", "files", "yamllint -d relaxed", ["yamllint", "-d", "relaxed", "files"], ours, ""),
            ("a file each", "files", "check-jsonschema, services only",
             ["check-jsonschema", "--schemafile", schema, *services], ours, ""),
            ("one file", "all.yaml", "yamllint -d relaxed", ["yamllint", "-d", "relaxed", "all.yaml"], ours, ""),
            ("one file", "all.yaml", "docker stack config",
             ["docker", "stack", "config", "-c", "compose.yml"], tree / "compose", "at least 10x faster"),
            ("a file each", "files", "kubeconform, Deployments",
             ["kubeconform", "-summary", "-schema-location", "default", "files"], tree / "k8s", "at least 5x faster"),
        ]
        if n == 1000:
            # Of 10,000 it had not read all after a quarter of an hour.
            peers.append(("one file", "all.yaml", "kubectl kustomize", ["kubectl", "kustomize", "."], tree / "k8s", ""))
        for label, path, peer, command, where, target in peers:
            if not shutil.which(command[0]):
                if n == 1000:
                    report.note(f"{command[0]} is not installed: no row beside it")
                continue
            a = [once([orchplan, "lint", path], ours) for _ in range(3)]
            b = [once(command, where)]
            least = int(target.split()[2].rstrip("x")) if target else 1
            report.add(Row("lint", f"{n:,} services, {label}, usual rules", a, peer, b, target or "faster",
                           ratio(a, b) < 1 / least))


def bench_terraform(orchplan: str, work: Path, report: Report, runs: int) -> None:
    """Plans and applies of 1,000 services beside terraform with as many terraform_data resources."""
    terraform = shutil.which("terraform")
    if not terraform:
        return report.note("terraform is not installed: no rows of plan and apply beside it")
    n = 1000
    formats = "orchplan,terraform"
    base = generate(n, work / "plan-a", formats=formats)
    changed = generate(n, work / "plan-b", change=0.01, formats=formats)
    ours, theirs = base / "orchplan", base / "terraform"
    quiet([terraform, "init"], theirs)

    def plan(label: str, times: int) -> None:
        a, b = alternating([orchplan, "plan", "--format", "json"], ours,
                           [terraform, "plan", "-input=false", "-lock=false"], theirs, 3)
        report.add(Row("plan", f"{n:,} services, {label}", a, "terraform plan", b, f"at least {times}x faster",
                       ratio(a, b) <= 1 / times))

    plan("from nothing", 50)
    # Once each: a second apply would have nothing to do.
    a = [once([orchplan, "apply", "--yes"], ours)]
    b = [once([terraform, "apply", "-auto-approve", "-input=false"], theirs)]
    report.add(Row("apply", f"{n:,} services, simulated driver", a, "terraform apply", b, "at least 100x faster",
                   ratio(a, b) <= 1 / 100))
    plan("no-op", 100)
    with Swapped(ours, changed / "orchplan", "files"), Swapped(theirs, changed / "terraform", "main.tf"):
        plan("1 % changed", 100)


def recorded(orchplan: str, tree: Path) -> None:
    """Makes the state that an apply of the tree would leave, and makes sure that it is that."""
    saved = tree / "new.plan"
    quiet([orchplan, "plan", "--out", saved, "--format", "short"], tree)
    record(saved, tree / ".orchplan" / "state.db")
    saved.unlink()
    quiet([orchplan, "plan", "--detailed-exitcode", "--format", "short"], tree)


def bench_linear(orchplan: str, work: Path, report: Report, runs: int) -> None:
    """From 1,000 to 100,000 services: the time may grow a little more than the input, memory stays below 1 GiB."""
    grow(orchplan, work, report, runs, 100_000, 120, 1024)


def bench_growth(orchplan: str, work: Path, report: Report, runs: int) -> None:
    """The same, small and with much room, for every run of the tests: what is quadratic is found on any machine."""
    grow(orchplan, work, report, runs, 16_000, 48, 256)
    small, large = ([applied(orchplan, generate(n, work / f"applied-{n}") / "orchplan") for _ in range(times)]
                    for n, times in ((1000, 3), (4000, 2)))
    report.add(Row("4,000 beside 1,000", "apply, simulated driver", large, "1,000 services", small,
                   "at most 12x and 256 MB",
                   ratio(large, small) <= 12 and max(s.megabytes for s in large) <= 256))


def applied(orchplan: str, tree: Path) -> Sample:
    shutil.rmtree(tree / ".orchplan", ignore_errors=True)
    (tree / "all.yaml").unlink(missing_ok=True)
    return once([orchplan, "apply", "--yes"], tree)


def grow(orchplan: str, work: Path, report: Report, runs: int, size: int, most: int, megabytes: int) -> None:
    sizes = (1000, size)
    trees = [generate(n, work / f"linear-{n}") / "orchplan" for n in sizes]
    others = [generate(n, work / f"linear-{n}-changed", change=0.01) / "orchplan" for n in sizes]
    for tree in trees + others:
        (tree / "all.yaml").unlink()

    def compare(label: str, arguments: list[str]) -> None:
        figures = []
        for tree, times in zip(trees, (max(7, runs), 3)):
            once([orchplan, *arguments], tree)
            figures.append([once([orchplan, *arguments], tree) for _ in range(times)])
        small, large = figures
        report.add(Row(f"{size:,} beside 1,000", label, large, "1,000 services", small,
                       f"at most {most}x and {megabytes:,} MB",
                       ratio(large, small) <= most and max(s.megabytes for s in large) <= megabytes))

    compare("lint", ["lint"])
    plan = ["plan", "--format", "json"]
    compare("plan from nothing", plan)
    for tree in trees:
        recorded(orchplan, tree)
    compare("plan no-op", plan)
    with Swapped(trees[0], others[0], "files"), Swapped(trees[1], others[1], "files"):
        compare("plan 1 % changed", plan)


PARTS = {
    "startup": bench_startup, "lint": bench_lint, "peers": bench_peers, "terraform": bench_terraform,
    "linear": bench_linear, "growth": bench_growth,
}
#: What a run without `--only` leaves out: another part says more.
APART = ("growth",)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--orchplan", default="orchplan")
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--only", choices=PARTS, action="append", help="one part; may be repeated")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the table, machine and method as Markdown")
    parser.add_argument("--check", action="store_true", help="end with 1 when a target is missed")
    arguments = parser.parse_args()
    orchplan = str(Path(shutil.which(arguments.orchplan) or arguments.orchplan).resolve())
    report = Report()
    with tempfile.TemporaryDirectory(prefix="orchplan-bench-") as folder:
        for name in PARTS:
            if name in (arguments.only or [name for name in PARTS if name not in APART]):
                PARTS[name](orchplan, Path(folder), report, arguments.runs)
    print()
    print(report.table())
    if arguments.write:
        # The section on a swarm is measured apart (swarm.py).
        there = arguments.write.read_text() if arguments.write.exists() else ""
        swarm = there[there.index(SWARM):] if SWARM in there else ""
        arguments.write.write_text(report.markdown(orchplan) + ("\n" + swarm if swarm else ""))
    return 1 if arguments.check and any(row.met is False for row in report.rows) else 0


if __name__ == "__main__":
    sys.exit(main())
