"""The loss of power: everything is killed at once, and of the files that is left which was synced, and nothing else.

Harsher than a disk is: names and contents that nobody forced to it are all gone, or, in the other variant, the names came
through and the contents did not. A file system may keep more, and may keep it in part; SQLite's own tests go there.
"""

import os
import shutil
import signal
import stat
import subprocess
import tempfile
import threading

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


def power(bench, version, at, of_agent, names_survive):
    """Power goes at one effect of the apply or of the agent; at none, when the apply has said that it is done."""
    with bench.applied(version) as project:
        bench.stop_agent(project)
        disk = Disk(project)
        calm = Faults.environment(synced=disk.place)
        sharp = Faults.environment("kill-before", at, only=bench.outward, synced=disk.place, group="")
        agent = project.start(
            "agent",
            faults=sharp if at and of_agent else calm,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=os.setpgrp,
        )
        threading.Thread(target=agent.wait, daemon=True).start()
        bench.wait_for_agent(project, agent)
        status, output = project.apply(
            faults=sharp if at and not of_agent else calm, preexec_fn=lambda: join(agent.pid)
        )
        project.kill_all()
        disk.cut(names_survive)
        # 137: the group was gone before the command was in it.
        if status not in (0, -signal.SIGKILL, 137):
            raise Violation(f"before the power went it ended with {status}:\n{output}")
        if status == 0:
            # What was said to be done is there: a plan finds nothing to do, and its agent brings everything back.
            code, text = project.run("plan", "--detailed-exitcode")
            if code != 0:
                raise Violation(f"what was acknowledged is gone: plan ends with {code}:\n{text}")
        project.check(bench.references[version])


def join(group):
    try:
        os.setpgid(0, group)
    except OSError:
        # It was killed already; its group is gone with it, and so is this one soon.
        os._exit(137)
