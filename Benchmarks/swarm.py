#!/usr/bin/env python3
"""orchplan beside `docker stack deploy`, in turn on one private engine.

    swarm.py ORCHPLAN [--only deploy-10] [--rounds 3] [--json] [--write docs/benchmarks.md]

Both make the same services from the same images: as many replicas, one overlay network, the same restart and update
settings. What counts is the time from the call until every replica runs, which is looked at from the outside, and the
time until the command returned; and what the engine, its helpers and the containers took of the processor until then.
The commands take turns, and a ratio is the median of the ratios round by round.

Needs root, dockerd and the rest of what `Tests/Scripts/engine.sh check` names. `stack deploy --detach=false` needs a
Docker client of version 26 or later in PATH; without it those rows are left out.
"""
from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from report import SWARM, first_line, machine, seconds
from swarm_engine import Counting, Engine, writes
from swarm_events import EVENTS, VANISHED, Event
from swarm_system import ALL_AT_ONCE, IMAGE, NEXT, ORCHPLAN, STACK, WAITING, System

METHOD = """\
Measured by `Benchmarks/swarm.py` (`make bench-swarm`) on one private engine. Both tools make the same services from the
same local image, every second one with two replicas, on one overlay network, with the same restart and update settings
(one at a time, watched for 5 s, rolled back on failure). They take turns, the order turned round every time; a ratio is
the median of the ratios round by round.

- *until all run* is looked at from the outside, through the engine's API. `stack deploy` is back at once and says
  nothing of what becomes of it; orchplan is back when it knows that all of them go on running.
- *processor time* is that of the engine, its helpers and the containers until all run.
- `orchplan` makes ten changes at a time and waits for each ten; `--batch 100` sends everything at once, as
  `stack deploy` does.
"""


@dataclass
class Sample:
    """Seconds from the call until every replica ran and until the command was back."""
    running: float
    returned: float
    #: Of the processor, until every replica ran.
    cpu: float
    #: Until the command was back as well.
    cpu_returned: float

    @property
    def both(self) -> float:
        return max(self.running, self.returned)


def measure(engine: Engine, system: System, tool: str, image: str | None = None, limit: float = 600) -> Sample:
    pause = max(0.05, 0.004 * len(system.replicas))
    before, began = engine.processor_time(), time.monotonic()
    process = system.start(tool, engine.socket)
    back: list[float] = []
    waiter = threading.Thread(target=lambda: (process.wait(), back.append(time.monotonic() - began)))
    waiter.start()
    try:
        while not engine.all_run(system.replicas, image):
            if time.monotonic() - began > limit or (process.poll() not in (None, 0)):
                raise SystemExit(f"{tool}: not every replica runs\n{system.said.read_text()[-3000:]}")
            time.sleep(pause)
        running, cpu = time.monotonic() - began, engine.processor_time() - before
        waiter.join()
    finally:
        if process.poll() is None:
            process.kill()
    if process.returncode:
        raise SystemExit(f"{tool} ended with {process.returncode}\n{system.said.read_text()[-3000:]}")
    return Sample(running, back[0], cpu, engine.processor_time() - before)


def timed(what) -> float:
    began = time.monotonic()
    what()
    return time.monotonic() - began


@dataclass
class Row:
    what: str
    ours: str
    theirs: str
    measure: str
    our_value: float
    their_value: float
    ratio: float
    rounds: int
    target: float | None

    def cells(self) -> list[str]:
        met = "" if self.target is None else "met" if self.ratio <= self.target else "not met"
        target = "" if self.target is None else f"at most {self.target:g}"
        return [self.what, f"`{self.ours}`", self.measure, seconds(self.our_value), f"`{self.theirs}`",
                seconds(self.their_value), f"{self.ratio:.2f}", str(self.rounds), target, met]


class Bench:
    def __init__(self, orchplan: str, folder: Path, engine: Engine, rounds: int, verbose: bool):
        self.orchplan, self.folder, self.engine, self.rounds, self.verbose = orchplan, folder, engine, rounds, verbose
        self.rows: list[Row] = []
        self.events: list[Event] = []
        self.facts: list[str] = []
        self.samples: dict[str, dict[str, list[Sample]]] = {}
        self.can_wait = "--detach" in subprocess.run(
            ["docker", "stack", "deploy", "--help"], capture_output=True, text=True).stdout
        if not self.can_wait:
            self.fact("this Docker client has no `stack deploy --detach=false`: no rows beside it")

    def say(self, text: str) -> None:
        if self.verbose:
            print(text, flush=True)

    def fact(self, text: str) -> None:
        self.facts.append(text)
        self.say(text)

    def system(self, replicas: dict[str, int], monitor: str = "5s") -> System:
        return System(self.folder / "system", self.orchplan, replicas, monitor)

    def add(self, what: str, samples: dict[str, list[Sample]], ours: str, theirs: str, measure: str, get, other,
            target: float | None) -> None:
        pairs = [(get(a), other(b)) for a, b in zip(samples[ours], samples[theirs])]
        row = Row(what, ours, theirs, measure, statistics.median(a for a, _ in pairs),
                  statistics.median(b for _, b in pairs), statistics.median(a / b for a, b in pairs), len(pairs),
                  target)
        self.rows.append(row)
        self.say("  ".join(row.cells()))

    def compare(self, what: str, samples: dict[str, list[Sample]], ours: str, tasks: int, at_most: float,
                beside_waiting: float) -> None:
        self.add(what, samples, ours, STACK, "until all run", lambda s: s.running, lambda s: s.running, at_most)
        self.add(what, samples, ours, STACK, "processor time a task", lambda s: s.cpu / tasks, lambda s: s.cpu / tasks,
                 1.0)
        if self.can_wait:
            # That all run is known when it is back, and not before.
            self.add(what, samples, ours, WAITING, "until all run; its until it is back", lambda s: s.running,
                     lambda s: s.both, beside_waiting)
            self.add(what, samples, ours, WAITING, "until it is back", lambda s: s.both, lambda s: s.both, None)

    def rounds_of(self, what: str, tools: dict[str, int], one_round) -> dict[str, list[Sample]]:
        """Runs the tools in turn, the order turned round each time; each as often as it says."""
        samples: dict[str, list[Sample]] = {tool: [] for tool in tools}
        for number in range(max(tools.values())):
            order = [tool for tool, times in tools.items() if number < times]
            for tool in order if number % 2 == 0 else reversed(order):
                sample = one_round(tool)
                samples[tool].append(sample)
                self.say(f"    {what} {tool}: all run {sample.running:.2f} s, back {sample.returned:.2f} s, "
                         f"processor {sample.cpu:.2f} s, {sample.cpu_returned:.2f} s when back")
        self.samples[what] = samples
        return samples

    # ---- the parts

    def deploy(self, count: int) -> None:
        replicas = {f"s{i}": 1 + i % 2 for i in range(count)}
        tasks = sum(replicas.values())
        system = self.system(replicas)
        tools = {ORCHPLAN: self.rounds, STACK: self.rounds}
        if count > 10:
            tools[ALL_AT_ONCE] = self.rounds
        if self.can_wait and count <= 10:
            tools[WAITING] = self.rounds

        def one_round(tool: str) -> Sample:
            self.engine.empty()
            system.forget()
            return measure(self.engine, system, tool)

        what = f"first deploy of {count} service{'s' * (count > 1)}, {tasks} tasks"
        samples = self.rounds_of(what, tools, one_round)
        if self.can_wait and count > 10:
            # One service after the other, five seconds each: more than four minutes, whatever the machine does.
            samples |= self.rounds_of(what, {WAITING: 1}, one_round)
            self.samples[what] = samples
        for ours in (ORCHPLAN, ALL_AT_ONCE):
            if ours not in samples:
                continue
            self.compare(what, samples, ours, tasks, at_most=1.0, beside_waiting=0.3)
        self.engine.empty()

    def update(self) -> None:
        replicas = {f"s{i}": 1 + i % 2 for i in range(10)}
        tasks = sum(replicas.values())
        what = f"update of 10 services, {tasks} tasks"
        system = self.system(replicas)
        tools = {ORCHPLAN: self.rounds, STACK: self.rounds}
        if self.can_wait:
            tools[WAITING] = max(1, self.rounds // 2)

        def one_round(tool: str) -> Sample:
            self.engine.empty()
            system.forget()
            system.images = {name: IMAGE for name in replicas}
            system.write()
            measure(self.engine, system, ALL_AT_ONCE if tool == ORCHPLAN else STACK)
            self.engine.settle()
            system.images = {name: NEXT for name in replicas}
            system.write()
            return measure(self.engine, system, tool, image=NEXT)

        samples = self.rounds_of(what, tools, one_round)
        self.compare(what, samples, ORCHPLAN, tasks, at_most=0.7, beside_waiting=0.7)
        self.engine.empty()

    def nothing(self) -> None:
        """What a second deployment of fifty services asks of the engine, and how long it takes."""
        replicas = {f"s{i}": 1 + i % 2 for i in range(50)}
        counting = Counting(self.engine)
        try:
            for first, tool in ((ALL_AT_ONCE, ORCHPLAN), (STACK, STACK)):
                self.engine.empty()
                system = self.system(replicas)
                measure(self.engine, system, first)
                self.engine.settle(still=1)
                self.second_deploy(system, tool, counting)
        finally:
            counting.close()
        self.engine.empty()

    def second_deploy(self, system: System, tool: str, counting: Counting) -> None:
        def versions() -> dict[str, int]:
            return {name: service["Version"]["Index"] for name, service in self.engine.services().items()}

        def counted() -> tuple[int, list, int]:
            before = versions()
            counting.take()
            status = system.start(tool, counting.path).wait()
            asked = counting.take()
            return status, asked, sum(before[name] != version for name, version in versions().items())

        status, asked, moved = counted()
        times, listing = [], []
        listed = ["docker", "--host", f"unix://{self.engine.socket}", "service", "ls"]
        for _ in range(max(5, self.rounds)):
            times.append(timed(lambda: system.start(tool, self.engine.socket).wait()))
            listing.append(timed(lambda: subprocess.run(listed, capture_output=True, check=True)))
        self.fact(f"Nothing to do on 50 services with 75 tasks, `{tool}`: {seconds(statistics.median(times))} beside "
                  f"{seconds(statistics.median(listing))} of one `docker service ls`; exit status {status}, "
                  f"{len(asked)} calls, {len(writes(asked))} of them writes, {moved} definitions counted up")
        system.replicas["s7"] += 1
        system.write()
        status, asked, moved = counted()
        self.fact(f"One of the 50 services changed, `{tool}`: exit status {status}, {len(writes(asked))} writes, "
                  f"{moved} definitions counted up")

    def what_happens(self) -> None:
        """What each does about what happens to a deployed system."""
        counting = Counting(self.engine)
        tools = [ORCHPLAN, STACK] + [WAITING] * self.can_wait
        try:
            for name, event in EVENTS.items():
                for tool in tools + ([STACK + " --prune"] if name == VANISHED else []):
                    self.events.append(self.happening(name, event, tool, counting))
                    self.say("  ".join(self.events[-1].cells()))
        finally:
            counting.close()
        self.engine.empty()

    def happening(self, name: str, event, tool: str, counting: Counting) -> "Event":
        self.engine.empty()
        system = self.system({"web": 2, "api": 1, "gone": 1}, monitor="2s")
        system.secret = "first"
        system.write()
        measure(self.engine, system, ORCHPLAN if tool == ORCHPLAN else STACK)
        self.engine.settle()
        judge = event(self.engine, system)
        self.engine.settle()
        system.write()
        tasks = set(self.engine.tasks())
        counting.take()
        began = time.monotonic()
        process = system.start(tool, counting.path)
        status = process.wait()
        took = time.monotonic() - began
        sent = len(writes(counting.take()))
        self.engine.settle(still=8)
        started = len(set(self.engine.tasks()) - tasks)
        return Event(name, tool, started, sent, status, took, judge())


HEAD = ["what", "orchplan", "measured", "its time", "beside", "its time", "ratio", "rounds", "target", ""]
EVENT_HEAD = ["what happened", "command", "tasks started", "writes", "exit status", "back after", "then"]


def page(lines: list[list[str]]) -> str:
    return "".join("| " + " | ".join(line) + " |\n" + ("|" + "---|" * len(line) + "\n") * (line is lines[0])
                   for line in lines)


def markdown(bench: Bench) -> str:
    text = ""
    if bench.rows:
        text += page([HEAD] + [row.cells() for row in bench.rows]) + "\n"
    text += "".join(f"- {fact}\n" for fact in bench.facts)
    if bench.events:
        text += "\n" + page([EVENT_HEAD] + [event.cells() for event in bench.events])
    return text


PARTS = {
    "deploy-1": lambda bench: bench.deploy(1),
    "deploy-10": lambda bench: bench.deploy(10),
    "deploy-50": lambda bench: bench.deploy(50),
    "update": Bench.update,
    "nothing": Bench.nothing,
    "events": Bench.what_happens,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("orchplan", nargs="?", default="orchplan")
    parser.add_argument("--only", choices=PARTS, action="append", help="one part; may be repeated")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-waiting", action="store_true", help="leave out --detach=false, which takes minutes")
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the tables into this page, as its last section")
    parser.add_argument("--json", action="store_true", help="everything as JSON on standard output, and nothing else")
    arguments = parser.parse_args()
    orchplan = str(Path(shutil.which(arguments.orchplan) or arguments.orchplan).resolve())
    engine = Engine()
    with tempfile.TemporaryDirectory(prefix="orchplan-bench-") as folder:
        try:
            bench = Bench(orchplan, Path(folder), engine, arguments.rounds, not arguments.json)
            bench.can_wait &= not arguments.no_waiting
            # Not counted: the first container of an engine takes longer than all that follow.
            measure(engine, bench.system({"first": 1}), STACK)
            for name in PARTS:
                if name in (arguments.only or PARTS):
                    PARTS[name](bench)
            version = engine.get("/version")
        finally:
            engine.stop()
    facts = machine(orchplan) + f"- engine: {version['Version']}\n- client: {first_line('docker', '--version')}\n"
    if arguments.write:
        before = arguments.write.read_text().split(SWARM)[0].rstrip()
        arguments.write.write_text(f"{before}\n\n{SWARM}\n\n{METHOD}\n{facts}\n{markdown(bench)}")
    if arguments.json:
        samples = {what: {tool: [asdict(s) for s in rows] for tool, rows in tools.items()}
                   for what, tools in bench.samples.items()}
        json.dump({"machine": facts, "rows": [asdict(r) for r in bench.rows], "facts": bench.facts,
                   "events": [asdict(e) for e in bench.events], "samples": samples}, sys.stdout, indent=1)
        print()
    else:
        print("\n" + facts + "\n" + markdown(bench), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
