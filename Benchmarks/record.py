#!/usr/bin/env python3
"""Record a saved plan of creations as applied, on the simulated driver.

What an apply without any failure leaves in the state, in seconds at any size: benchmarks of later plans need the state
of 100,000 services, not the apply that makes it.  Every value comes from the plan itself; whoever uses the state checks
that a plan after it has no changes.

    orchplan plan --out new.plan && record.py new.plan .orchplan/state.db
"""
from __future__ import annotations

import json
import sqlite3
import sys


def needs(spec: dict) -> list[str]:
    found = [f"network/{x['network']}" for x in spec.get("networks", [])]
    found += [f"volume/{x['source']}" for x in spec.get("mounts", []) if x["type"] == "volume"]
    found += [f"secret/{x['source']}" for x in spec.get("secrets", [])]
    found += [f"service/{x['service']}" for x in spec.get("dependsOn", [])]
    return found


def bindings(step: dict, name: str) -> dict[str, str]:
    if not step["address"].startswith("service/"):
        return {"name": name}
    rollout = step["rollout"]
    return {"instances": "running", "name": name, "replicas": str(rollout["desiredReplicas"]),
            "template": rollout["template"]}


def row(step: dict):
    kind, name = step["address"].split("/", 1)
    target = step.get("objectName", name)
    used = needs(json.loads(step["after"])["spec"]) if kind == "service" else []
    compact = lambda value: json.dumps(value, separators=(",", ":"), sort_keys=True)
    return (kind, name, step["after"], step["afterFingerprint"], target, compact(bindings(step, target)), 1, 0,
            compact(used) if used else None)


def record(plan: str, database: str) -> None:
    with open(plan, encoding="utf-8") as file:
        steps = json.load(file)["plan"]["steps"]
    with sqlite3.connect(database) as connection:
        connection.executemany(
            "INSERT INTO resources (kind, name, spec, fingerprint, object_name, bindings, revision, protect, needs)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", map(row, steps))
        connection.execute("UPDATE project SET serial = serial + ?", (len(steps),))
    connection.close()


if __name__ == "__main__":
    record(sys.argv[1], sys.argv[2])
