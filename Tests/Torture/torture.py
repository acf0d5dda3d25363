#!/usr/bin/env python3
"""Kills, fails, suspends and confuses a built orchplan at every point where it has an effect, and then looks whether
anything that is promised does not hold: see docs/guarantees.md.

    torture.py [--seconds N] [--seed S] [--only KIND] [--jobs N] PROGRAM

Without --seconds every fault is tried; with it as many, in an order that the seed decides, as fit into the time.
"""

import argparse
import collections
import concurrent.futures
import errno
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

import agent_socket
import power
import surroundings
from project import Faults, Project, Violation

# What others can see: commits, requests, names that come and go. A write alone is none before its sync.
OUTWARD = "sync send connect rename link unlink truncate create"


class Bench:
    """What trials share: the program, a folder, and what an uninterrupted run comes to."""

    outward = OUTWARD

    def __init__(self, program, folder):
        self.program = program
        self.folder = folder
        self.references = {}

    def project(self):
        return Project(self.program, self.folder)

    # What the trials of other files use of this one.
    stop_agent = staticmethod(lambda project: stop_agent(project))
    end_agent = staticmethod(lambda project: end_agent(project))
    with_agent = staticmethod(lambda *arguments: with_agent(*arguments))
    wait_for_agent = staticmethod(lambda *arguments: wait_for_agent(*arguments))
    is_stopped = staticmethod(lambda pid: is_stopped(pid))
    told = staticmethod(lambda status, output: told(status, output))

    def applied(self, version):
        """A project that was applied at the version before, and is declared at this one."""
        project = self.project()
        if version == 2:
            project.declare(1)
            status, output = project.apply()
            if status != 0:
                raise Violation(f"the first apply ended with {status}:\n{output}")
        project.declare(version)
        return project

    def effects(self, version, of_agent=False):
        """The names of the effects of an apply, in their order; learns what an uninterrupted run comes to."""
        with self.applied(version) as project:
            log = os.path.join(project.directory, "effects")
            faults = Faults.environment(log=log)
            if of_agent:
                # Where one runs from the apply before, another would end at once and count nothing.
                stop_agent(project)
                with_agent(project, faults, lambda: project.good("apply", "--yes", "--batch", "4"))
            else:
                status, output = project.apply(faults=faults)
                if status != 0:
                    raise Violation(f"with nothing but counting the apply ended with {status}:\n{output}")
            self.references[version] = project.check()
            with open(log) as file:
                return [line.split(maxsplit=2)[1] for line in file]


def with_agent(project, faults, body):
    """Runs `body` beside an agent of ours, which has the faults; the caller's commands have none."""
    agent = project.start("agent", faults=faults, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    # A killed one is to be gone and not a zombie that its parent has not looked at.
    threading.Thread(target=agent.wait, daemon=True).start()
    wait_for_agent(project, agent)
    return body()


def wait_for_agent(project, agent):
    """Returns when an agent that was started has its socket, or has ended, or stands still."""
    deadline = time.time() + 10
    while time.time() < deadline and agent.poll() is None and not is_stopped(agent.pid):
        # A killed one leaves its socket behind; the record is written before there is a new one.
        if project.agent() == agent.pid and os.path.exists(project.path("local", "agent.sock")):
            break
        time.sleep(0.02)


# -- Trials: each makes a project, does one thing to it, and checks it


def kill_apply(bench, version, at, what):
    with bench.applied(version) as project:
        status, output = project.apply(faults=Faults.environment(what, at, only=OUTWARD))
        if status not in (-signal.SIGKILL, 0):
            raise Violation(f"ended with {status} instead of by the kill:\n{output}")
        project.check(bench.references[version])


def kill_agent(bench, version, at, what):
    with bench.applied(version) as project:
        stop_agent(project)
        with_agent(project, Faults.environment(what, at, only=OUTWARD), lambda: twice(project))
        # Where there were not so many effects: the next one is to come to the end without any fault.
        end_agent(project)
        project.check(bench.references[version])


def twice(project):
    """What is done, and the look afterwards that finds it done: a fault may fall into either, and each says so."""
    for _ in range(2):
        told(*project.apply())


def end_agent(project):
    pid = project.agent()
    if pid:
        os.kill(pid, signal.SIGKILL)
        while project.agent():
            time.sleep(0.02)


def stop_agent(project):
    pid = project.agent()
    if pid:
        os.kill(pid, signal.SIGTERM)
        deadline = time.time() + 10
        while project.agent() and time.time() < deadline:
            time.sleep(0.02)


def fail_apply(bench, version, at, what, number, only):
    with bench.applied(version) as project:
        status, output = project.apply(faults=Faults.environment(what, at, number, only=only))
        told(status, output)
        project.check(bench.references[version])


def fail_agent(bench, version, at, what, number, only):
    with bench.applied(version) as project:
        stop_agent(project)
        with_agent(project, Faults.environment(what, at, number, only=only), lambda: told(*project.apply()))
        end_agent(project)
        project.check(bench.references[version])


def told(status, output):
    """A command that cannot do its work says so, in words, and ends by itself."""
    if status < 0:
        raise Violation(f"was ended by signal {-status}:\n{output}")
    if status not in (0, 1, 3, 4, 5, 6, 130, 64) or (status != 0 and not output.strip()):
        raise Violation(f"ended with {status} and said:\n{output}")
    if re.search(r"Fatal error|Crash|Stack dump|0x0000", output):
        raise Violation(f"crashed:\n{output}")


def suspend(bench, at):
    """A holder sleeps while somebody breaks its lock and applies something else; then it wakes up."""
    with bench.applied(2) as project:
        first = project.start("apply", "--yes", "--progress", "plain", faults=Faults.environment("stop-before", at, only=OUTWARD))
        deadline = time.time() + 20
        while first.poll() is None and not is_stopped(first.pid) and time.time() < deadline:
            time.sleep(0.02)
        try:
            status, output = project.apply()
            unlock = re.search(r"orchplan unlock (\w+)", output)
            if status == 4:
                if not unlock or f"pid {first.pid}" not in output:
                    raise Violation(f"the holder is not named:\n{output}")
                project.good("unlock", unlock.group(1), "--yes")
                status, output = project.apply()
            # In the middle of a commit it has the file for itself: nothing can be broken, and nobody writes beside it.
            is_busy = status == 1 and "busy" in output
            if status != 0 and not is_busy:
                raise Violation(f"the apply after the unlock ended with {status}:\n{output}")
            if first.poll() is None:
                os.kill(first.pid, signal.SIGCONT)
            text, _ = first.communicate(timeout=60)
            told(first.returncode, text)
            project.outputs.append(text)
        finally:
            if first.poll() is None:
                first.kill()
                first.wait()
        running = project.processes()
        if running != project.expected and not is_busy:
            raise Violation(f"a holder that lost its lock still had an effect: {running}\n{text}")
        project.check(bench.references[2])


def is_stopped(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] == "T"
    except OSError:
        return False


def together(bench, count):
    with bench.applied(2) as project:
        runs = [project.start("apply", "--yes", "--batch", "4", "--lock-timeout", "60s") for _ in range(count)]
        for run in runs:
            output, _ = run.communicate(timeout=90)
            if run.returncode != 0:
                raise Violation(f"one of {count} at once ended with {run.returncode}:\n{output}")
        project.check(bench.references[2])


def limited(bench, what, value):
    """Fewer files, smaller files: refused in words, and nothing is lost by it."""
    with bench.applied(2) as project:
        status, output = project.apply(preexec_fn=lambda: resource.setrlimit(what, (value, value)))
        told(status, output)
        project.check(bench.references[2])


def closed(bench):
    """Nobody reads: the apply goes on to its end."""
    with bench.applied(2) as project:
        read, write = os.pipe()
        os.close(read)
        process = project.start("apply", "--yes", "--progress", "plain", stdout=write, stderr=write)
        os.close(write)
        if process.wait(timeout=60) != 0:
            raise Violation(f"with a closed output it ended with {process.returncode}")
        if project.processes() != project.expected:
            raise Violation("with a closed output it did not go on to its end")
        project.check(bench.references[2])


def interrupted(bench, number, delay):
    with bench.applied(2) as project:
        process = project.start("apply", "--yes", "--progress", "plain")
        time.sleep(delay)
        process.send_signal(number)
        output, _ = process.communicate(timeout=60)
        project.outputs.append(output)
        if process.returncode not in (0, 130, 143, -number):
            raise Violation(f"after signal {number} it ended with {process.returncode}:\n{output}")
        project.check(bench.references[2])


def clock(bench, shift):
    """One command lives in another time; what it wrote is good for those of this time."""
    with bench.applied(2) as project:
        status, output = project.apply(wrapper=["faketime", "-f", shift])
        told(status, output)
        if status != 0:
            raise Violation(f"with a clock that is off by {shift} it ended with {status}:\n{output}")
        project.check(bench.references[2])


def plans(bench):
    """Two plans from one base: the second is refused and names what moved; none is applied twice; none when edited."""
    with bench.applied(2) as project:
        for name in ("a", "b"):
            project.good("plan", "--out", name)
        edited = open(os.path.join(project.directory, "b")).read().replace("hello 2", "hello 3")
        project.write("c", edited)
        status, output = project.run("apply", "c")
        if status == 0 or "changed after it was written" not in output:
            raise Violation(f"an edited plan: {status}\n{output}")
        project.good("apply", "a")
        for name, words in (("a", "applied already"), ("b", "config/motd changed since")):
            status, output = project.run("apply", name)
            if status != 3 or words not in output:
                raise Violation(f"plan {name} again: {status}\n{output}")
        project.check(bench.references[2])


def replayed(bench):
    """Somebody copies an old state over the present one: refused, until it is restored as what it is."""
    with bench.applied(2) as project:
        project.good("state", "backup", "old.db")
        status, output = project.apply()
        if status != 0:
            raise Violation(output)
        for end in ("-wal", "-shm", ""):
            if os.path.exists(project.path("state.db" + end)):
                os.unlink(project.path("state.db" + end))
        shutil.copy(os.path.join(project.directory, "old.db"), project.path("state.db"))
        status, output = project.apply()
        if status == 0 or "state restore" not in output:
            raise Violation(f"an old state was taken for the present one: {status}\n{output}")
        project.good("state", "restore", "old.db", "--yes")
        os.unlink(project.path(next(n for n in os.listdir(project.path()) if "before-restore" in n)))
        project.check(bench.references[2])


def input_text(bench, name, data):
    with bench.project() as project:
        for old in os.listdir(os.path.join(project.directory, "manifests")):
            os.unlink(os.path.join(project.directory, "manifests", old))
        with open(os.path.join(project.directory, "manifests", "input.yaml"), "wb") as file:
            file.write(data)
        status, output = project.run("lint", limit=20)
        if status not in (0, 1, 2) or re.search(r"Fatal error|Stack dump", output):
            raise Violation(f"{name}: ended with {status}:\n{output}")
        if re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e]", output):
            raise Violation(f"{name}: what steers a terminal was printed")


# -- Which trials there are


def inputs(seed, count):
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "ManifestsTests", "BadInput")
    known = []
    for place, _, names in sorted(os.walk(folder)):
        known += [os.path.join(place, name) for name in sorted(names)]
    chance = random.Random(seed)
    for path in known:
        with open(path, "rb") as file:
            data = file.read()
        name = os.path.basename(path)
        yield name, data
        for turn in range(count if data else 0):
            changed = bytearray(data)
            for _ in range(chance.randint(1, 4)):
                place = chance.randrange(len(changed) + 1)
                if chance.random() < 0.5 and place < len(changed):
                    changed[place] = chance.randrange(256)
                else:
                    changed[place:place] = chance.choice([b"\x00", b"&a *a", b"{", b"[", b"\xff\xfe", b"\t", b"${", b"<<: ", b"!!"])
            yield f"{name} changed {turn}", bytes(changed)


def trials(bench, seed):
    """Every trial as (kind, name of the effect, function, arguments)."""
    found = []
    for version in (1, 2):
        for of_agent, kill, fail in ((False, kill_apply, fail_apply), (True, kill_agent, fail_agent)):
            who = "agent" if of_agent else "apply"
            effects = bench.effects(version, of_agent)
            outward = [name for name in effects if name in OUTWARD.split()]
            for at, name in enumerate(outward, 1):
                found.append((f"kill -9 of the {who}", f"before {name}", kill, (version, at, "kill-before")))
                if name in ("sync", "send", "rename", "link", "unlink"):
                    found.append((f"kill -9 of the {who}", f"after {name}", kill, (version, at, "kill-after")))
            synced = [at for at, name in enumerate(outward, 1) if name in ("sync", "rename", "link", "unlink", "send")]
            for at in synced[:: max(1, len(synced) // 25)]:
                for survive in (False, True):
                    text = "the power goes, " + ("names survive" if survive else "nothing unsynced survives")
                    found.append((text, f"{who}: {outward[at - 1]}", power.power, (version, at, of_agent, survive)))
            if of_agent and version == 2:
                stops = range(1, len(outward) + 1, max(1, len(outward) // 20))
                found += [("agent stands still", outward[at - 1], surroundings.stopped_agent, (at,)) for at in stops]
            if version == 2 and not of_agent:
                stops = range(1, len(outward) + 1, 2)
                found += [("suspended, lock broken", "stop", suspend, (at,)) for at in stops]
            for only in ("sync", "write", "create", "rename"):
                count = effects.count(only)
                step = max(1, count // 12)
                for at in range(1, count + 1, step):
                    for number in (errno.EIO, errno.ENOSPC):
                        for what in ("error", "forever"):
                            text = f"{errno.errorcode[number]} {'once' if what == 'error' else 'from then on'}"
                            found.append((f"{text}, {who}", only, fail, (version, at, what, number, only)))
    for survive in (False, True):
        text = "the power goes, " + ("names survive" if survive else "nothing unsynced survives")
        found += [(text, "when it is done", power.power, (v, 0, False, survive)) for v in (1, 2)]
    found += [("several at once", "apply", together, (count,)) for count in (2, 3, 5, 8)]
    found += [("few files (RLIMIT_NOFILE)", "limit", limited, (resource.RLIMIT_NOFILE, n)) for n in (20, 22, 24, 28, 32, 40, 64)]
    found += [("small files (RLIMIT_FSIZE)", "limit", limited, (resource.RLIMIT_FSIZE, n << 10)) for n in (0, 4, 16, 64, 100, 128)]
    found += [("closed output", "pipe", closed, ())]
    found += [("signals", "signal", interrupted, (n, d / 20)) for n in (signal.SIGINT, signal.SIGTERM) for d in range(1, 12, 2)]
    found += [("saved plans", "plan", plans, ())]
    found += [("old state put back", "state", replayed, ())]
    if shutil.which("faketime"):
        found += [("clock jumps", "clock", clock, (shift,)) for shift in ("-1h", "+1h", "-400d", "+400d", "-20y", "+10y")]
    found += around(bench)
    found += [("hostile input", "input", input_text, item) for item in inputs(seed, 6)]
    return found


def around(bench):
    """What needs no counting: folders, agents that stand still, clocks, the socket, plans."""
    found = [("read-only", what, surroundings.read_only, (what,)) for what in ("project", ".orchplan", "local", "state.db")]
    found += [
        ("a reader that leaves", words[0], surroundings.gone_reader, (words,))
        for words in surroundings.READERS + (["explain", "service"], ["schema"], ["logs"], ["apply", "--yes"])
    ]
    found += [("agent's clock jumps", "clock", surroundings.agent_clock, (s,)) for s in (86400, -86400, 10**9, -(10**8))]
    if shutil.which("faketime"):
        found += [("an expired plan", "clock", surroundings.expired, (s,)) for s in ("+2h", "-2h", "-1d", "+400d")]
    limits = [(resource.RLIMIT_NOFILE, n) for n in (24, 32, 40, 64)] + [(resource.RLIMIT_FSIZE, n) for n in (0, 256, 4096)]
    found += [("an agent with small limits", "limit", surroundings.agent_limits, limit) for limit in limits]
    socket = "the agent's socket"
    found += [(socket, "rubbish", agent_socket.rubbish, (name,)) for name in agent_socket.RUBBISH]
    found += [(socket, "endless", agent_socket.endless, ())]
    found += [(socket, "crowd", agent_socket.crowd, limits) for limits in ((300, 128), (3000, 256), (3000, 4096))]
    found += [(socket, "slow readers", agent_socket.slow_readers, (n,)) for n in (8, 200)]
    found += [(socket, "several agents", agent_socket.agents, (n,)) for n in (2, 6)]
    found += [(socket, "another program", agent_socket.impostor, (m,)) for m in ("silent", "greet", "hang up", "lie")]
    if os.geteuid() == 0:
        found += [(socket, "another user's", agent_socket.impostor, (m, True)) for m in ("silent", "lie")]
    found += [(socket, "strangers", agent_socket.strangers, ())]
    found += [("links and strange records", "link", agent_socket.linked, (w,)) for w in ((), ("local",), ("local", "services"))]
    found += [("links and strange records", "records", agent_socket.brought, ())]
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("program")
    parser.add_argument("--seconds", type=float, help="stop after this time")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", help="only kinds with this in their name")
    parser.add_argument("--jobs", type=int, default=3)
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="orchplan-torture-")
    Faults.build(folder)
    bench = Bench(os.path.abspath(options.program), folder)
    try:
        found = [t for t in trials(bench, options.seed) if not options.only or options.only in t[0] or options.only in t[1]]
        if not found:
            parser.error(f"no kind of fault has {options.only} in its name")
        status = run(bench, found, options, time.time())
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return status


def run(bench, found, options, began):
    chance = random.Random(options.seed)
    order = mixed(found, chance) if options.seconds else found
    counts = collections.Counter()
    effects = collections.Counter()
    violations = []
    lock = threading.Lock()

    def one(trial):
        kind, name, function, arguments = trial
        if options.seconds and time.time() - began > options.seconds:
            return
        problem = None
        try:
            function(bench, *arguments)
        except Violation as error:
            problem = str(error)
        except subprocess.TimeoutExpired as error:
            problem = f"did not end: {error}"
        with lock:
            counts[kind] += 1
            if kind.startswith("kill"):
                effects[name] += 1
            if problem:
                shown = [f"{len(a)} bytes" if isinstance(a, bytes) else str(a) for a in arguments]
                violations.append((kind, f"{name} ({', '.join(shown)})", problem))
                print(f"VIOLATION {kind}: {violations[-1][1]}\n{problem}\n", file=sys.stderr, flush=True)

    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for future in [pool.submit(one, trial) for trial in order]:
            future.result()
    report(found, counts, effects, violations, time.time() - began, options.seed)
    return 1 if violations or not counts else 0


def mixed(found, chance):
    """Some of every kind first: however short the time, no kind is left out."""
    groups = collections.defaultdict(list)
    for trial in found:
        groups[trial[0]].append(trial)
    for group in groups.values():
        chance.shuffle(group)
    order = []
    while any(groups.values()):
        for group in groups.values():
            if group:
                order.append(group.pop())
    return order


def report(found, counts, effects, violations, seconds, seed):
    of = collections.Counter(kind for kind, *_ in found)
    bad = collections.Counter(kind for kind, *_ in violations)
    width = max(map(len, of))
    print(f"{'FAULT':{width}}  TRIED   OF  VIOLATIONS")
    for kind in of:
        print(f"{kind:{width}}  {counts[kind]:5}  {of[kind]:3}  {bad[kind]:10}")
    if effects:
        print("killed " + ", ".join(f"{name} {count}" for name, count in sorted(effects.items())))
    faults = sum(count for kind, count in counts.items() if kind != "hostile input")
    print(
        f"{faults} faults and {counts['hostile input']} inputs (seed {seed}) in {seconds:.0f} s: {len(violations)} violations"
        " of what is promised"
    )


if __name__ == "__main__":
    sys.exit(main())
