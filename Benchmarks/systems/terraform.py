"""As terraform reads it: the same objects as terraform_data, with the same edges.

Networks, volumes and secrets are references (as a user would write them); service-to-service edges are depends_on, so a
new image does not ripple.
"""

import json
from pathlib import Path
from typing import Iterator, Tuple

from .system import System


def tf_label(name: str) -> str:
    return name.replace("-", "_")


def tf_ref(name: str) -> str:
    return f"terraform_data.{tf_label(name)}"


def tf_resources(system: System, ref) -> Iterator[Tuple[str, dict, Tuple[str, ...]]]:
    """(label, input, depends_on); ref(x) spells a reference in the syntax used."""
    for x in system.networks:
        yield tf_label(x.name), {"kind": "Network", "name": x.name, "driver": "overlay",
                                 "attachable": True, "subnet": x.subnet}, ()
    for x in system.volumes:
        yield tf_label(x.name), {"kind": "Volume", "name": x.name, "driver": "local",
                                 "size": x.size}, ()
    for x in system.secrets:
        yield tf_label(x.name), {"kind": "Secret", "name": x.name, "file": x.file}, ()
    for s in system.services:
        body = {
            "kind": "Service",
            "name": s.name,
            "labels": {"team": s.team},
            "image": s.image,
            "command": ["/bin/server", "--listen", f"0.0.0.0:{s.target_port}"],
            "replicas": s.replicas,
            "environment": dict(s.environment),
            "ports": [{"target": s.target_port, "published": s.published_port, "protocol": "tcp"}],
            "networks": [ref(k) for k in s.networks],
            "volumes": [{"source": ref(s.volume), "target": "/var/lib/data"}],
            "secrets": [{"source": ref(s.secret), "target": "/run/secrets/token"}],
            "healthcheck": {
                "test": ["CMD", "curl", "-fsS", f"http://localhost:{s.target_port}/healthz"],
                "interval": "10s", "timeout": "3s", "retries": 3,
            },
            "update": {"parallelism": 2, "delay": "5s", "order": "start-first"},
            "resources": {"limits": {"cpus": s.cpus, "memory": f"{s.memory_mib}Mi"}},
        }
        yield tf_label(s.name), body, tuple(tf_ref(d) for d in s.depends_on)


class Raw(str):
    """A string that HCL shows bare: a reference."""


def hcl(value, indent: int) -> str:
    pad = "  " * indent
    if isinstance(value, Raw):
        return value
    if isinstance(value, dict):
        rows = "".join(f"{pad}  {k} = {hcl(v, indent + 1)}\n" for k, v in value.items())
        return "{\n" + rows + pad + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(hcl(v, indent) for v in value) + "]"
    return json.dumps(value)


def write_terraform(system: System, out: Path) -> None:
    out.mkdir(parents=True)
    with (out / "main.tf").open("w") as f:
        for label, body, depends in tf_resources(system, lambda x: Raw(tf_ref(x) + ".id")):
            f.write(f'resource "terraform_data" "{label}" {{\n  input = {hcl(body, 1)}\n')
            if depends:
                f.write(f"  depends_on = [{', '.join(depends)}]\n")
            f.write("}\n\n")


def write_tfjson(system: System, out: Path) -> None:
    out.mkdir(parents=True)
    resources = {}
    for label, body, depends in tf_resources(system, lambda x: "${" + tf_ref(x) + ".id}"):
        resources[label] = {"input": body, **({"depends_on": list(depends)} if depends else {})}
    with (out / "main.tf.json").open("w") as f:
        json.dump({"resource": {"terraform_data": resources}}, f, indent=2)
