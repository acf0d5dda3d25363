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
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from report import first_line, machine, seconds
from swarm_engine import Counting, Engine, writes

IMAGE, NEXT, BROKEN = "orchplan/test:1", "orchplan/test:2", "orchplan/test:bad"
ORCHPLAN, ALL_AT_ONCE = "orchplan", "orchplan --batch 100"
STACK, WAITING = "stack deploy", "stack deploy --detach=false"
TITLE = "## On a swarm, beside `docker stack deploy`"

PROJECT = "project: bench\ndriver: swarm\n"
MANIFEST = """\
---
apiVersion: orchplan/v1
kind: Service
metadata: {{name: {name}}}
spec:
  image: {image}
  replicas: {replicas}
  endpointMode: dnsrr
  networks: [default]
  restart: {{condition: any, delay: 5s}}
  update: {{batch: 1, delay: 0s, monitor: {monitor}, maxFailureRatio: 0, order: stopFirst, onFailure: rollback}}
"""
NETWORK = "apiVersion: orchplan/v1\nkind: Network\nmetadata: {name: default}\n"
COMPOSE = """\
  {name}:
    image: {image}
    deploy:
      replicas: {replicas}
      endpoint_mode: dnsrr
      restart_policy: {{condition: any, delay: 5s}}
      update_config: {{parallelism: 1, delay: 0s, monitor: {monitor}, max_failure_ratio: 0, order: stop-first,
        failure_action: rollback}}
"""


class System:
    """The same services for both, in a folder."""

    def __init__(self, folder: Path, orchplan: str, replicas: dict[str, int], monitor: str = "5s"):
        self.folder, self.orchplan, self.monitor = folder, orchplan, monitor
        self.replicas = dict(replicas)
        self.images = {name: IMAGE for name in replicas}
        #: The content of a secret that the first service has; None: there is none.
        self.secret: str | None = None
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "manifests").mkdir(parents=True)
        (folder / "orchplan.yaml").write_text(PROJECT)
        self.write()

    def write(self) -> None:
        manifest, compose = NETWORK, "version: '3.8'\nservices:\n"
        for name, count in self.replicas.items():
            facts = {"name": name, "image": self.images[name], "replicas": count, "monitor": self.monitor}
            manifest += MANIFEST.format(**facts)
            compose += COMPOSE.format(**facts)
            if self.secret is not None and name == next(iter(self.replicas)):
                manifest += "  secrets: [token]\n"
                compose += "    secrets: [token]\n"
        if self.secret is not None:
            (self.folder / "token.txt").write_text(self.secret)
            manifest += "---\napiVersion: orchplan/v1\nkind: Secret\nmetadata: {name: token}\nspec: {file: ../token.txt}\n"
            compose += f"secrets:\n  token: {{file: {self.folder}/token.txt}}\n"
        (self.folder / "manifests/all.yaml").write_text(manifest)
        (self.folder / "stack.yaml").write_text(compose)

    def command(self, tool: str) -> list[str]:
        if tool.startswith("orchplan"):
            return [self.orchplan, "apply", "--yes", "--progress", "quiet", *tool.split()[1:]]
        # Neither of them asks a registry.
        return ["docker", *tool.split(), "--resolve-image", "never", "-c", "stack.yaml", "bench"]

    def start(self, tool: str, host: str) -> subprocess.Popen:
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "DOCKER_HOST": f"unix://{host}"}
        self.said = self.folder / "said"
        with open(self.said, "w") as out:
            return subprocess.Popen(self.command(tool), cwd=self.folder, env=environment, stdin=subprocess.DEVNULL,
                                    stdout=out, stderr=subprocess.STDOUT)

    def forget(self) -> None:
        shutil.rmtree(self.folder / ".orchplan", ignore_errors=True)


@dataclass
class Sample:
    """Seconds from the call until every replica ran, until the command was back, and of the processor until both."""
    running: float
    returned: float
    #: Until every replica ran.
    cpu: float
    #: Until the command was back as well.
    cpu_returned: float
    status: int

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
    return Sample(running, back[0], cpu, engine.processor_time() - before, process.returncode)


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
                  statistics.median(b for _, b in pairs), statistics.median(a / b for a, b in pairs), len(pairs), target)
        self.rows.append(row)
        self.say("  ".join(row.cells()))

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
        if self.can_wait:
            # One by one, five seconds each: fifty take more than four minutes, and always the same.
            tools[WAITING] = self.rounds if count <= 10 else 1

        def one_round(tool: str) -> Sample:
            self.engine.empty()
            system.forget()
            return measure(self.engine, system, tool)

        what = f"first deploy of {count} service{'s' * (count > 1)}, {tasks} tasks"
        samples = self.rounds_of(what, tools, one_round)
        for ours in (ORCHPLAN, ALL_AT_ONCE):
            if ours not in samples:
                continue
            self.add(what, samples, ours, STACK, "until all run", lambda s: s.running, lambda s: s.running, 1.0)
            if self.can_wait:
                self.add(what, samples, ours, WAITING, "until it is back", lambda s: s.both, lambda s: s.both, 0.3)
            self.add(what, samples, ours, STACK, "processor time a task until all run", lambda s: s.cpu / tasks,
                     lambda s: s.cpu / tasks, 1.0)
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
        self.add(what, samples, ORCHPLAN, STACK, "until all run", lambda s: s.running, lambda s: s.running, 0.7)
        if self.can_wait:
            self.add(what, samples, ORCHPLAN, WAITING, "until it is back", lambda s: s.both, lambda s: s.both, 0.7)
        self.add(what, samples, ORCHPLAN, STACK, "processor time a task until all run", lambda s: s.cpu / tasks,
                 lambda s: s.cpu / tasks, 1.0)
        self.engine.empty()

    def nothing(self) -> None:
        """Fifty services without instances, so that only the command and the engine's answers take time."""
        system = self.system({f"s{i}": 0 for i in range(50)})
        self.engine.empty()
        counting = Counting(self.engine)
        try:
            for tool in (ALL_AT_ONCE, STACK):
                self.engine.empty()
                system.forget()
                measure(self.engine, system, tool)
                self.engine.settle(still=1)
                versions = {n: s["Version"]["Index"] for n, s in self.engine.services().items()}
                tool = tool.split(" --")[0]
                counting.take()
                process = system.start(tool, counting.path)
                process.wait()
                asked = counting.take()
                written = writes(asked)
                moved = sum(versions[n] != s["Version"]["Index"] for n, s in self.engine.services().items())
                self.fact(f"nothing to do on 50 services, `{tool}`: exit status {process.returncode}, {len(asked)} calls, "
                          f"{len(written)} of them writes, {moved} definitions counted up")
                times, listing = [], []
                for _ in range(max(5, self.rounds)):
                    began = time.monotonic()
                    system.start(tool, self.engine.socket).wait()
                    times.append(time.monotonic() - began)
                    began = time.monotonic()
                    subprocess.run(["docker", "--host", f"unix://{self.engine.socket}", "service", "ls"],
                                   capture_output=True, check=True)
                    listing.append(time.monotonic() - began)
                self.fact(f"nothing to do on 50 services, `{tool}`: {seconds(statistics.median(times))}; one "
                          f"`docker service ls` beside it {seconds(statistics.median(listing))}")
                # One definition of the fifty changes: one update, and nothing of the rest.
                system.replicas["s7"] = 1
                system.write()
                counting.take()
                system.start(tool, counting.path).wait()
                written = writes(counting.take())
                self.fact(f"one of 50 services changed, `{tool}`: {len(written)} writes")
                system.replicas["s7"] = 0
                system.write()
        finally:
            counting.close()
        self.engine.empty()

    def what_happens(self) -> None:
        """What each does about what happens to a deployed system."""
        counting = Counting(self.engine)
        tools = [ORCHPLAN, STACK] + [WAITING] * self.can_wait
        try:
            for name, event in EVENTS.items():
                for tool in tools + ([STACK + " --prune"] if name == "a service is no longer in the file" else []):
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


@dataclass
class Event:
    name: str
    tool: str
    started: int
    sent: int
    status: int
    took: float
    outcome: str

    def cells(self) -> list[str]:
        return [self.name, f"`{self.tool}`", str(self.started), str(self.sent), str(self.status), seconds(self.took),
                self.outcome]


def nothing_changed(engine: Engine, system: System):
    before = {n: s["Version"]["Index"] for n, s in engine.services().items()}

    def judge() -> str:
        moved = sum(before.get(n) != s["Version"]["Index"] for n, s in engine.services().items())
        lost = sum(s.get("PreviousSpec") == s["Spec"] for s in engine.services().values())
        return f"{moved} definitions sent again" + (f", {lost} of them lost the way back" if lost else "") if moved \
            else "nothing was sent"
    return judge


def secret_changed(engine: Engine, system: System):
    def ids() -> list[str]:
        spec = engine.services()["web"]["Spec"]["TaskTemplate"]["ContainerSpec"]
        return [secret["SecretID"] for secret in spec.get("Secrets", [])]

    before = ids()
    system.secret = "second"
    return lambda: "the new content runs" if ids() != before else "the old content runs on: " + last_line(system)


def service_vanished(engine: Engine, system: System):
    del system.replicas["gone"]
    return lambda: "it runs on" if "gone" in engine.services() else "it is gone"


def image_crashes(engine: Engine, system: System):
    system.images["web"] = BROKEN

    def judge() -> str:
        web = engine.services()["web"]
        image = web["Spec"]["TaskTemplate"]["ContainerSpec"]["Image"]
        state = (web.get("UpdateStatus") or {}).get("State", "")
        runs = web["ServiceStatus"]["RunningTasks"]
        return f"{state}: {runs} of 2 run, of {image}"
    return judge


def edited_by_hand(engine: Engine, system: System):
    environment = {"PATH": os.environ["PATH"], "HOME": str(system.folder), "DOCKER_HOST": f"unix://{engine.socket}"}
    for words in (["update", "--detach", "--env-add", "BY_HAND=1", "bench_api"], ["scale", "--detach", "bench_web=3"]):
        subprocess.run(["docker", "service", *words], env=environment, check=True, capture_output=True)

    def judge() -> str:
        services = engine.services()
        container = services["api"]["Spec"]["TaskTemplate"]["ContainerSpec"]
        left = [what for what, there in (
            ("the variable", "BY_HAND=1" in container.get("Env", [])),
            ("the third replica", services["web"]["Spec"]["Mode"]["Replicated"]["Replicas"] != 2)) if there]
        return "put back: " + ("all" if not left else "all but " + " and ".join(left))
    return judge


EVENTS = {
    "nothing changed": nothing_changed,
    "a secret's content changed": secret_changed,
    "a service is no longer in the file": service_vanished,
    "a new image crashes": image_crashes,
    "edited by hand": edited_by_hand,
}


def last_line(system: System) -> str:
    lines = [line.strip() for line in system.said.read_text().splitlines() if line.strip()]
    return re.sub(r"\s+", " ", lines[-1])[:160] if lines else ""


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
