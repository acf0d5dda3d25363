"""What happens to an apply, or to its agent under it: kills, failing disks, broken locks, others, limits, signals."""

import os
import re
import resource
import signal
import time

from bench import OUTWARD, end_agent, is_stopped, start_agent, stop_agent, told
from project import Faults, Violation


def kill_apply(bench, version, at, what):
    with bench.applied(version) as project:
        status, output = project.apply(faults=Faults.environment(what, at, only=OUTWARD))
        if status not in (-signal.SIGKILL, 0):
            raise Violation(f"ended with {status} instead of by the kill:\n{output}")
        project.check(bench.references[version])


def kill_agent(bench, version, at, what):
    with bench.applied(version) as project:
        stop_agent(project)
        start_agent(project, Faults.environment(what, at, only=OUTWARD))
        twice(project)
        # Where there were not so many effects: the next one is to come to the end without any fault.
        end_agent(project)
        project.check(bench.references[version])


def twice(project):
    """What is done, and the look afterwards that finds it done: a fault may fall into either, and each says so."""
    for _ in range(2):
        told(*project.apply())


def fail_apply(bench, version, at, what, number, only):
    with bench.applied(version) as project:
        status, output = project.apply(faults=Faults.environment(what, at, number, only=only))
        told(status, output)
        project.check(bench.references[version])


def fail_agent(bench, version, at, what, number, only):
    with bench.applied(version) as project:
        stop_agent(project)
        start_agent(project, Faults.environment(what, at, number, only=only))
        told(*project.apply())
        end_agent(project)
        project.check(bench.references[version])


def suspend(bench, at):
    """A holder sleeps while somebody breaks its lock and applies something else; then it wakes up."""
    with bench.applied(2) as project:
        faults = Faults.environment("stop-before", at, only=OUTWARD)
        first = project.start("apply", "--yes", "--progress", "plain", faults=faults)
        deadline = time.time() + 20
        while first.poll() is None and not is_stopped(first.pid) and time.time() < deadline:
            time.sleep(0.02)
        try:
            status, output = project.apply(patient=True)
            unlock = re.search(r"orchplan unlock (\w+)", output)
            if status == 4:
                if not unlock or f"pid {first.pid}" not in output:
                    raise Violation(f"the holder is not named:\n{output}")
                project.good("unlock", unlock.group(1), "--yes")
                status, output = project.apply(patient=True)
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
        status, output = project.apply(patient=True, wrapper=["faketime", "-f", shift])
        told(status, output)
        if status != 0:
            raise Violation(f"with a clock that is off by {shift} it ended with {status}:\n{output}")
        project.check(bench.references[2])
