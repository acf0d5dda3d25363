"""What happens to a deployed system, and what the next deployment made of it."""
from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass

from report import seconds
from swarm_engine import Engine
from swarm_system import BROKEN, System

VANISHED = "a service is no longer in the file"


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
    VANISHED: service_vanished,
    "a new image crashes": image_crashes,
    "edited by hand": edited_by_hand,
}


def last_line(system: System) -> str:
    lines = [line.strip() for line in system.said.read_text().splitlines() if line.strip()]
    return re.sub(r"\s+", " ", lines[-1])[:160] if lines else ""
