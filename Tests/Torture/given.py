"""What people bring: saved plans, old states, manifests of any kind."""

import os
import random
import re
import shutil

from project import Violation


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
        status, output = project.apply(patient=True)
        if status != 0:
            raise Violation(output)
        for end in ("-wal", "-shm", ""):
            if os.path.exists(project.path("state.db" + end)):
                os.unlink(project.path("state.db" + end))
        shutil.copy(os.path.join(project.directory, "old.db"), project.path("state.db"))
        # Every try counts on its epoch, past those that were taken since.
        for attempt in range(5):
            status, output = project.apply(patient=True)
            if status == 0 or "state restore" not in output:
                raise Violation(f"an old state was taken for the present one: {status}, try {attempt}\n{output}")
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
