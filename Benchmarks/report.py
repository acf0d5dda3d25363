"""The table of all rows, for a terminal and as a page of the documentation."""
from __future__ import annotations

import os
import platform
import statistics
import subprocess
from dataclasses import dataclass

from timing import Sample, ratio

METHOD = """\
Everything is measured by `Benchmarks/run.sh` (`make bench`) in one run on one machine. Inputs are generated
(`Benchmarks/generate.py`): N services, and N/10 networks, volumes and secrets each; every service depends on two
earlier ones and uses two networks, a volume and a secret. The same system is written for each tool.

- Commands of a row with a peer run in turn (A B A B …) after one run of each that is not counted; the ratio is the
  median of the ratios pair by pair. Times are wall times: median, and in brackets the least and the most.
- Memory is the peak of resident memory that the kernel reports for the process.
- *libyaml loop in C* reads the same files and asks libyaml for every event, and does nothing else with them
  (`Benchmarks/libyaml_floor.c`): the least that a program on top of libyaml can take. One core means that both run on
  the same one core. *Every rule* has those on that are off unless a project wants them; what the generated system breaks is
  found thousands of times then, and the text tells the first fifty. *Rules that it keeps* leaves out the three of the
  usual rules that it breaks.
- yamllint, check-jsonschema (with orchplan's own schema of services), `docker stack config`, kubeconform and
  `kubectl kustomize` read the same system as they know it, once each.
- *terraform* plans and applies as many `terraform_data` resources with the same fields and references, which it only
  records; orchplan's cluster is the simulated driver, which takes no time either. An apply can be timed once only.
- The state of 100,000 applied services is recorded from a plan (`Benchmarks/record.py`) rather than applied.
"""

#: The heading of the section that `swarm.py` writes.
SWARM = "## On a swarm, beside `docker stack deploy`"


@dataclass
class Row:
    part: str
    name: str
    ours: list[Sample]
    peer: str
    theirs: list[Sample]
    target: str
    #: Nil: there is no target.
    met: bool | None

    def cells(self) -> list[str]:
        value = ratio(self.ours, self.theirs)
        shown = f"{value:.2f}x" if 0.1 <= value < 10 else f"{value:.0f}x" if value >= 10 else f"1/{1 / value:.0f}"
        memory = f"{max(s.megabytes for s in self.ours):,.0f} MB"
        verdict = "" if self.met is None else "met" if self.met else "not met"
        failed = sorted({s.status for s in self.ours + self.theirs if s.status})
        if failed:
            verdict = f"exit status {', '.join(map(str, failed))}"
        return [self.part, self.name, spread(self.ours), memory, self.peer, spread(self.theirs), shown, self.target,
                verdict]


def seconds(value: float) -> str:
    return f"{value * 1000:.1f} ms" if value < 0.1 else f"{value:.2f} s"


def spread(samples: list[Sample]) -> str:
    times = [s.seconds for s in samples]
    middle = seconds(statistics.median(times))
    return middle if len(times) == 1 else f"{middle} ({seconds(min(times))} – {seconds(max(times))})"


class Report:
    HEAD = ["part", "what", "orchplan", "memory", "beside", "its time", "ratio", "target", ""]

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.notes: list[str] = []

    def add(self, row: Row) -> None:
        self.rows.append(row)
        print("  ".join(cell for cell in row.cells() if cell), flush=True)

    def note(self, text: str) -> None:
        self.notes.append(text)
        print(text, flush=True)

    def table(self) -> str:
        lines = [self.HEAD] + [row.cells() for row in self.rows]
        widths = [max(len(line[column]) for line in lines) for column in range(len(self.HEAD))]
        return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in lines)

    def markdown(self, orchplan: str) -> str:
        head = "| " + " | ".join(self.HEAD) + " |\n|" + "---|" * len(self.HEAD) + "\n"
        body = "".join("| " + " | ".join(row.cells()) + " |\n" for row in self.rows)
        notes = "".join(f"\n{note}.\n" for note in self.notes)
        return f"# Benchmarks\n\n{METHOD}\n## Machine\n\n{machine(orchplan)}\n## Results\n\n{head}{body}{notes}"


def first_line(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True).stdout.split("\n")[0].strip()
    except OSError:
        return "not installed"


def machine(orchplan: str) -> str:
    facts = {"system": platform.freedesktop_os_release().get("PRETTY_NAME", ""), "kernel": platform.release()}
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        facts["processor"] = next((x.split(":")[1].strip() for x in file if x.startswith("model name")), "unknown")
    facts["cores"] = str(os.cpu_count())
    facts["memory"] = f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB"
    facts["orchplan"] = first_line(orchplan, "--version")
    facts["terraform"] = first_line("terraform", "version")
    facts["libyaml"] = first_line("pkg-config", "--modversion", "yaml-0.1")
    return "".join(f"- {name}: {value}\n" for name, value in facts.items())
