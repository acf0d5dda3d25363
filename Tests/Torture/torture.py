#!/usr/bin/env python3
"""Kills, fails, suspends and confuses a built orchplan at every point where it has an effect, and then looks whether
anything that is promised does not hold: see docs/guarantees.md.

    torture.py [--seconds N] [--seed S] [--only KIND] [--jobs N] [--progress N] PROGRAM

Without --seconds every fault is tried; with it as many, in an order that the seed decides, as fit into the time. An
interrupt or SIGTERM ends it with the summary so far.
"""

import argparse
import collections
import concurrent.futures
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

from bench import Bench
from catalogue import trials
from project import Faults, Project, Stopped, Violation


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("program")
    parser.add_argument("--seconds", type=float, help="stop after this time")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", help="only kinds with this in their name")
    parser.add_argument("--jobs", type=int, default=3)
    seconds = 60 if sys.stderr.isatty() and not os.environ.get("CI") else 0
    parser.add_argument("--progress", type=float, default=seconds, help="seconds from one line to the next; 0: no lines")
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="orchplan-torture-")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    try:
        Faults.build(folder)
        bench = Bench(os.path.abspath(options.program), folder)
        found = [
            t for t in trials(bench, options.seed) if not options.only or options.only in t[0] or options.only in t[1]
        ]
        if not found:
            parser.error(f"no kind of fault has {options.only} in its name")
        return Run(bench, found, options).whole()
    except Stopped:
        print("ended before the first fault was tried")
        return 130
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def stop(*_):
    """Nothing more is started; what is under way finds that out at its next command."""
    Project.is_stopping = True


class Run:
    """The trials, some at once, and what came of them."""

    def __init__(self, bench, found, options):
        self.bench = bench
        self.found = found
        self.options = options
        self.began = time.time()
        self.told = self.began
        self.counts = collections.Counter()
        self.effects = collections.Counter()
        self.violations = []
        self.kind = None
        self.lock = threading.Lock()

    def whole(self):
        order = mixed(self.found, random.Random(self.options.seed)) if self.options.seconds else self.found
        pool = concurrent.futures.ThreadPoolExecutor(self.options.jobs)
        left = {pool.submit(self.one, trial) for trial in order}
        while left and not Project.is_stopping:
            # Signals come between two waits.
            done, left = concurrent.futures.wait(left, timeout=0.5, return_when=concurrent.futures.FIRST_COMPLETED)
            for future in done:
                future.result()
            self.progress()
        self.report()
        if Project.is_stopping:
            self.give_up(pool, left)
            return 130
        return 1 if self.violations or not self.counts else 0

    def one(self, trial):
        kind, name, function, arguments = trial
        if self.options.seconds and time.time() - self.began > self.options.seconds or Project.is_stopping:
            return
        self.kind = kind
        problem = None
        try:
            function(self.bench, *arguments)
        except Stopped:
            return
        except Violation as error:
            problem = str(error)
        except subprocess.TimeoutExpired as error:
            problem = f"did not end: {error}"
        if Project.is_stopping:
            # Whatever it found may come of what was ended under it.
            return
        with self.lock:
            self.counts[kind] += 1
            if kind.startswith("kill -9"):
                self.effects[name] += 1
            if problem:
                shown = [f"{len(a)} bytes" if isinstance(a, bytes) else str(a) for a in arguments]
                self.violations.append((kind, f"{name} ({', '.join(shown)})", problem))
                print(f"VIOLATION {kind}: {self.violations[-1][1]}\n{problem}\n", file=sys.stderr, flush=True)

    def give_up(self, pool, left):
        """Ends what is under way; its threads see to the rest."""
        for future in left:
            future.cancel()
        deadline = time.time() + 30
        while time.time() < deadline and not all(future.done() for future in left):
            for project in list(Project.present):
                try:
                    project.kill_all()
                except Violation:
                    pass
            time.sleep(0.1)
        pool.shutdown(wait=False, cancel_futures=True)

    def progress(self):
        now = time.time()
        if not self.options.progress or now - self.told < self.options.progress:
            return
        self.told = now
        seconds = int(now - self.began)
        with self.lock:
            tried = sum(self.counts.values())
            bad = len(self.violations)
        words = f"{bad} violation{'' if bad == 1 else 's'}" if bad else "no violation"
        print(
            f"{seconds // 60:3}:{seconds % 60:02}  {tried:4} of {len(self.found)}  {words}; {self.kind}",
            file=sys.stderr,
            flush=True,
        )

    def report(self):
        of = collections.Counter(kind for kind, *_ in self.found)
        bad = collections.Counter(kind for kind, *_ in self.violations)
        width = max(map(len, of), default=0)
        print(f"{'FAULT':{width}}  TRIED     OF  VIOLATIONS")
        for kind in of:
            print(f"{kind:{width}}  {self.counts[kind]:5}  {of[kind]:5}  {bad[kind]:10}")
        if self.effects:
            print("killed " + ", ".join(f"{name} {count}" for name, count in sorted(self.effects.items())))
        faults = sum(count for kind, count in self.counts.items() if kind != "hostile input")
        ending = ", ended by a signal" if Project.is_stopping else ""
        print(
            f"{faults} faults and {self.counts['hostile input']} inputs (seed {self.options.seed}) in"
            f" {time.time() - self.began:.0f} s{ending}: {len(self.violations)} violations of what is promised",
            flush=True,
        )


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


if __name__ == "__main__":
    sys.exit(main())
