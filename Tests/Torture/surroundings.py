"""What goes wrong around orchplan: folders that are read-only, agents that stand still, clocks, readers that leave."""

import json
import os
import re
import resource
import signal
import struct
import subprocess
import time

from bench import OUTWARD, end_agent, is_stopped, start_agent, stop_agent, told
from project import Faults, Violation

READERS = (["plan"], ["status"], ["state", "verify"], ["state", "list"], ["history"], ["graph"])


# -- Read-only


def read_only(bench, what):
    """Who only looks is answered; who writes is refused in words and has changed nothing; afterwards all goes on."""
    with bench.applied(2) as project:
        before = (project.recorded(), project.processes())
        if what == "local":
            stop_agent(project)
        place = {"project": project.directory, "local": project.path("local"), "state.db": project.path("state.db")}.get(
            what, project.path()
        )
        run = lambda *words: project.run(*words, **sealed(place))  # noqa: E731
        for words in READERS:
            status, output = run(*words)
            # With no agent there, one has to be started to look, and it has nowhere to live.
            if status != 0 and not (what == "local" and "read-only file system" in output.lower()):
                raise Violation(f"{what} is read-only: {' '.join(words)} ended with {status}:\n{output}")
        status, output = run("apply", "--yes")
        if status != 1 or not re.search(r"error: .*(writ|open|make|protect)", output) or "help:" not in output:
            raise Violation(f"{what} is read-only: apply ended with {status}:\n{output}")
        if what == "local":
            project.good("status")
        if (project.recorded(), project.processes()) != before:
            raise Violation(f"{what} is read-only, and something was changed")
        project.check(bench.references[2])


def sealed(place):
    """Options of a run that sees a place as read-only: a mount of its own for root, no right to write for others."""
    if os.geteuid() == 0:
        script = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && cd . && cd "$PWD" && exec "$@"'
        return {"wrapper": ["unshare", "-m", "sh", "-c", script, place]}
    return {"wrapper": ["sh", "-c", 'chmod -R a-w "$0"; "$@"; code=$?; chmod -R u+w "$0"; exit $code', place]}


# -- An agent that stands still


def stopped_agent(bench, at):
    """The agent is suspended at one of its effects: whoever asks it is told so, and soon; then all goes on."""
    with bench.applied(2) as project:
        stop_agent(project)
        faults = Faults.environment("stop-before", at, only=OUTWARD)

        def body():
            for _ in range(2):
                began = time.time()
                status, output = project.apply()
                told(status, output)
                # One that stands still before it has written its record is known by its lock alone.
                pid = project.agent() or agent.pid
                if is_stopped(pid):
                    return still(bench, project, pid, began, status, output)

        agent = start_agent(project, faults)
        body()
        end_agent(project)
        project.check(bench.references[2])


def still(bench, project, pid, began, status, output):
    if status == 0 or time.time() - began > 60 or f"agent (pid {pid}) is suspended" not in output:
        raise Violation(f"after {time.time() - began:.0f} s, {status}, of an agent that stands still:\n{output}")
    for words in (["status"], ["plan"], ["logs", "db"]):
        began = time.time()
        status, output = project.run(*words)
        if status == 0 or time.time() - began > 15 or f"agent (pid {pid}) is suspended" not in output:
            raise Violation(f"{words[0]} after {time.time() - began:.0f} s, {status}:\n{output}")
    os.kill(pid, signal.SIGCONT)
    # The same agent goes on.
    project.check(bench.references[2])
    if project.agent() != pid:
        raise Violation("the agent that stood still is not the one that goes on")


# -- Clocks

BEAT = """apiVersion: orchplan/v1
kind: Service
metadata: {name: beat}
spec:
  command: [sh, -c, "while :; do sleep 1000; done", %s-beat]
  stopGracePeriod: 100ms
  healthcheck: {command: ["true"], interval: 100ms, timeout: 5s}
  restart: {condition: any, delay: 50ms}
"""


def agent_clock(bench, jump):
    """The agent's wall clock jumps while it runs: nothing restarts, turns unhealthy or waits for it, there and back."""
    with bench.applied(2) as project:
        stop_agent(project)
        path = os.path.join(project.directory, "offset")
        set_clock(path, 0)
        project.write("manifests/beat.yaml", BEAT % project.mark)
        project.expected["beat"] = 1

        def body():
            status, output = project.apply(patient=True)
            if status != 0:
                raise Violation(output)
            before = project.commands()
            for offset in (jump, 0, -jump):
                set_clock(path, offset)
                time.sleep(0.5)
                text = project.good("status", "--exit-code", "--format", "json")
                restarts = {s["name"]: s["restarts"] for s in json.loads(text)["services"] if s.get("restarts")}
                if restarts or project.commands() != before:
                    raise Violation(f"the agent's clock jumped by {offset} s: restarts {restarts}\n{text}")
            # What is killed comes back at once, by a clock that only counts on.
            victim = next(pid for name, pid in before if name == "beat")
            os.kill(victim, signal.SIGKILL)
            deadline = time.time() + 20
            while time.time() < deadline:
                now = [pid for name, pid in project.commands() if name == "beat"]
                if now and now != [victim] and project.run("status", "--exit-code")[0] == 0:
                    break
                time.sleep(0.1)
            else:
                raise Violation("what was killed after the clock jumped does not come back")
            project.good("logs", "beat", "--since", "1h")

        start_agent(project, Faults.environment(clock=path))
        body()
        os.unlink(os.path.join(project.directory, "manifests/beat.yaml"))
        del project.expected["beat"]
        project.check(bench.references[2])


def set_clock(path, seconds):
    if not os.path.exists(path):
        with open(path, "wb") as file:
            file.write(b"\0" * 8)
    with open(path, "r+b") as file:
        file.write(struct.pack("<q", seconds))


def expired(bench, shift):
    """A saved plan with an end: a clock that was set back does not make it young again."""
    with bench.applied(2) as project:
        project.good("plan", "--out", "saved", "--valid-for", "1h")
        status, output = project.run("apply", "saved", wrapper=["faketime", "-f", shift])
        if status != 3 or "valid until" not in output:
            raise Violation(f"at {shift}: {status}\n{output}")
        project.good("apply", "saved")
        project.check(bench.references[2])


# -- Readers that leave


def gone_reader(bench, words):
    """`orchplan plan | head -1`: no crash, no signal, no word of it."""
    with bench.applied(2) as project:
        read, write = os.pipe()
        process = project.start(*words, stdout=write, stderr=subprocess.PIPE)
        os.close(write)
        os.read(read, 1)
        os.close(read)
        _, errors = process.communicate(timeout=60)
        if process.returncode not in (0, 1, 2) or re.search(r"Fatal|Stack dump|[Bb]roken pipe", errors):
            raise Violation(f"{' '.join(words)} | head -c 1 ended with {process.returncode}:\n{errors}")
        project.check(bench.references[2])


def agent_limits(bench, what, value):
    """An agent with few files or small ones: what it cannot do it says, and the next one does it."""
    with bench.applied(2) as project:
        stop_agent(project)
        start_agent(project, preexec_fn=lambda: resource.setrlimit(what, (value, value)))
        status, output = project.apply()
        told(status, output)
        stop_agent(project)
        project.check(bench.references[2])
