"""What trials share: the program, a folder, what an uninterrupted run comes to, and agents of ours."""

import os
import re
import signal
import subprocess
import threading
import time

from project import Faults, Project, Violation

# What others can see: commits, requests, names that come and go. A write alone is none before its sync.
OUTWARD = "sync send connect rename link unlink truncate create"


class Bench:
    """What trials share: the program, a folder, and what an uninterrupted run comes to."""

    def __init__(self, program, folder):
        self.program = program
        self.folder = folder
        self.references = {}

    def project(self):
        return Project(self.program, self.folder)

    def applied(self, version):
        """A project that was applied at the version before, and is declared at this one."""
        project = self.project()
        if version == 2:
            project.declare(1)
            status, output = project.apply(patient=True)
            if status != 0:
                raise Violation(f"the first apply ended with {status}:\n{output}")
        project.declare(version)
        return project

    def effects(self, version, of_agent=False):
        """The names of the effects of an apply, in their order; learns what an uninterrupted run comes to."""
        # An agent with nothing to do ends by itself: on a machine that stands still for seconds, before it is asked.
        for _ in range(5):
            found = self.counted(version, of_agent)
            if found:
                return found
        raise Violation("whatever is tried, the agent has ended before the apply asks it")

    def counted(self, version, of_agent):
        """The effects; None where the agent that counts is not the one that the apply asked."""
        with self.applied(version) as project:
            log = os.path.join(project.directory, "effects")
            faults = Faults.environment(log=log)
            if of_agent:
                # Where one runs from the apply before, another would end at once and count nothing.
                stop_agent(project)
                agent = start_agent(project, faults)
                project.good("apply", "--yes", "--batch", "4")
                if project.agent() != agent.pid:
                    return None
            else:
                status, output = project.apply(patient=True, faults=faults)
                if status != 0:
                    raise Violation(f"with nothing but counting the apply ended with {status}:\n{output}")
            self.references[version] = project.check()
            with open(log) as file:
                return [line.split(maxsplit=2)[1] for line in file]


# -- Agents


def start_agent(project, faults=None, **options):
    """An agent of ours, which has the faults; the caller's commands have none. Returns when it is to be asked."""
    agent = project.start("agent", faults=faults, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    # A killed one is to be gone and not a zombie that its parent has not looked at.
    threading.Thread(target=agent.wait, daemon=True).start()
    wait_for_agent(project, agent)
    return agent


def wait_for_agent(project, agent):
    """Returns when an agent that was started has its socket, or has ended, or stands still."""
    deadline = time.time() + 10
    while time.time() < deadline and agent.poll() is None and not is_stopped(agent.pid):
        # A killed one leaves its socket behind; the record is written before there is a new one.
        if project.agent() == agent.pid and os.path.exists(project.path("local", "agent.sock")):
            break
        time.sleep(0.02)


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


def is_stopped(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] == "T"
    except OSError:
        return False


# -- What is said


def told(status, output):
    """A command that cannot do its work says so, in words, and ends by itself."""
    if status < 0:
        raise Violation(f"was ended by signal {-status}:\n{output}")
    if status not in (0, 1, 3, 4, 5, 6, 130, 64) or (status != 0 and not output.strip()):
        raise Violation(f"ended with {status} and said:\n{output}")
    if re.search(r"Fatal error|Crash|Stack dump|0x0000", output):
        raise Violation(f"crashed:\n{output}")
