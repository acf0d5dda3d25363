"""The loss of power: everything is killed at once, and of the files that is left which was synced, and nothing else.

Harsher than a disk is: names and contents that nobody forced to it are all gone, or, in the other variant, the names came
through and the contents did not. A file system may keep more, and may keep it in part; SQLite's own tests go there.
"""

import os
import shutil
import signal
import stat
import tempfile
import time

from bench import OUTWARD, end_agent, start_agent, stop_agent, told
from project import Faults, Violation


class Disk:
    """What of a project's `.orchplan` is durable: faults.c adds to it whatever is synced."""

    def __init__(self, project):
        self.project = project
        self.place = tempfile.mkdtemp(prefix="synced", dir=os.path.dirname(project.directory))
        self.modes = {}
        self.add(project.directory, deep=False)
        if os.path.exists(project.path()):
            for folder, _, names in os.walk(project.path()):
                self.add(folder)
                for name in names:
                    self.add(os.path.join(folder, name))

    def add(self, path, deep=True):
        info = os.lstat(path)
        if stat.S_ISDIR(info.st_mode):
            with open(os.path.join(self.place, f"{info.st_ino}.d"), "w") as file:
                for entry in os.scandir(path):
                    # A socket outlasts nothing that listens on it, and whoever comes next replaces it.
                    kind = 4 if entry.is_dir(follow_symlinks=False) else 8 if entry.is_file(follow_symlinks=False) else 0
                    if kind and (deep or entry.name == ".orchplan"):
                        file.write(f"{entry.inode()} {kind} {entry.name}\n")
        elif stat.S_ISREG(info.st_mode):
            shutil.copyfile(path, os.path.join(self.place, str(info.st_ino)))

    def end(self):
        """Ends all that writes to it: shims, too, which would go on in what is put in the place of their folders."""
        open(os.path.join(self.place, "cut"), "w").close()
        deadline = time.time() + 20
        while left := [pid for pid in self.recorded() if self.is_ours(pid)]:
            if time.time() > deadline:
                raise Violation(f"these cannot be killed: {left}")
            for pid in left:
                try:
                    os.kill(pid, signal.SIGKILL)
                except OSError:
                    pass
            time.sleep(0.01)

    def recorded(self):
        return [int(name[4:]) for name in os.listdir(self.place) if name.startswith("pid.")]

    def is_ours(self, pid):
        """Whether a recorded process still is: its number may be another's by now."""
        try:
            with open(f"/proc/{pid}/environ", "rb") as file:
                return self.place.encode() in file.read()
        except OSError:
            return False

    def cut(self, names_survive):
        """Puts what is durable in the place of what is there."""
        root = self.project.path()
        if os.path.exists(root):
            for folder, _, names in os.walk(root):
                for path in [folder] + [os.path.join(folder, name) for name in names]:
                    info = os.lstat(path)
                    self.modes[info.st_ino] = stat.S_IMODE(info.st_mode)
                if names_survive:
                    self.add(folder)
        made = tempfile.mkdtemp(prefix="left", dir=os.path.dirname(root))
        top = os.lstat(self.project.directory).st_ino
        if names_survive:
            self.add(self.project.directory, deep=False)
        found = [entry for entry in self.names(top) if entry[2] == ".orchplan"]
        if found:
            self.fill(found[0][0], made)
        shutil.rmtree(root, ignore_errors=True)
        if found:
            os.rename(made, root)
        else:
            os.rmdir(made)
        shutil.rmtree(self.place)

    def names(self, inode):
        try:
            with open(os.path.join(self.place, f"{inode}.d")) as file:
                return [(int(a), int(b), c) for a, b, c in (line.rstrip("\n").split(" ", 2) for line in file)]
        except FileNotFoundError:
            return []

    def fill(self, inode, path):
        for child, kind, name in self.names(inode):
            place = os.path.join(path, name)
            if kind == 4:
                os.mkdir(place)
                self.fill(child, place)
            elif kind == 8:
                kept = os.path.join(self.place, str(child))
                # Its name came through, and nothing that was in it.
                open(place, "w").close() if not os.path.exists(kept) else shutil.copyfile(kept, place)
                os.chmod(place, self.modes.get(child, 0o600))
        os.chmod(path, self.modes.get(inode, 0o700))


# -- Trials


def power(bench, version, at, of_agent, names_survive):
    """Power goes at one effect of the apply or of the agent; at none, when the apply has said that it is done."""
    with bench.applied(version) as project:
        stop_agent(project)
        disk = Disk(project)
        calm = Faults.environment(synced=disk.place)
        sharp = Faults.environment("kill-before", at, only=OUTWARD, synced=disk.place, power="")
        start_agent(project, sharp if at and of_agent else calm)
        status, output = project.apply(patient=True, faults=sharp if at and not of_agent else calm)
        if status not in (0, -signal.SIGKILL):
            raise Violation(f"before the power went it ended with {status}:\n{output}")
        lose(project, disk, names_survive)
        if status == 0:
            still_there(project)
        project.check(bench.references[version])


def killed_before(bench, version, at, of_agent, names_survive):
    """One is killed, the next finds what it left and says that all is done; then power goes.

    What the first one had not synced, the second has to: it cannot be seen whether anybody has.
    """
    with bench.applied(version) as project:
        stop_agent(project)
        disk = Disk(project)
        calm = Faults.environment(synced=disk.place)
        sharp = Faults.environment("kill-before", at, only=OUTWARD, synced=disk.place)
        if of_agent:
            start_agent(project, sharp)
        status, output = project.apply(faults=calm if of_agent else sharp)
        if status != -signal.SIGKILL:
            told(status, output)
        end_agent(project)
        status, output = project.apply(patient=True, faults=calm)
        if status != 0:
            raise Violation(f"after the kill it ended with {status}:\n{output}")
        lose(project, disk, names_survive)
        still_there(project)
        project.check(bench.references[version])


def lose(project, disk, names_survive):
    """Ends everything, and leaves what is durable."""
    agent = project.agent()
    if agent and agent not in disk.recorded():
        raise Violation(f"the trial is at fault: what the agent (pid {agent}) syncs is not recorded")
    disk.end()
    project.kill_all()
    disk.cut(names_survive)


def still_there(project):
    """What was said to be done is there: a plan finds nothing to do, and its agent brings everything back."""
    code, text = project.run("plan", "--detailed-exitcode")
    if code != 0:
        raise Violation(f"what was acknowledged is gone: plan ends with {code}:\n{text}")
