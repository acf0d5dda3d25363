"""As orchplan reads it: a manifest a file, and all of them in one stream."""

from pathlib import Path
from typing import Iterator, Tuple

from .parts import flow, write_secret_file
from .system import Service, System

API_VERSION = "orchplan/v1"


def orchplan_service(s: Service) -> str:
    env = "".join(f'    {k}: "{v}"\n' for k, v in s.environment)
    published = f"      published: {s.published_port}\n" if s.published_port else ""
    depends = f"  dependsOn: {flow(s.depends_on)}\n" if s.depends_on else ""
    return f"""\
apiVersion: {API_VERSION}
kind: Service
metadata:
  name: {s.name}
  labels: {{team: {s.team}}}
spec:
  image: {s.image}
  command: ["/bin/server", "--listen", "0.0.0.0:{s.target_port}"]
  replicas: {s.replicas}
  environment:
{env}\
  ports:
    - target: {s.target_port}
{published}\
      protocol: tcp
  networks: {flow(s.networks)}
  mounts:
    - type: volume
      source: {s.volume}
      target: /var/lib/data
  secrets:
    - source: {s.secret}
      target: /run/secrets/token
  healthcheck:
    command: ["curl", "-fsS", "http://localhost:{s.target_port}/healthz"]
    interval: 10s
    timeout: 3s
    retries: 3
  update:
    batch: 2
    delay: 5s
    order: startFirst
  resources:
    limits: {{cpus: "{s.cpus}", memory: {s.memory_mib}MiB}}
{depends}"""


def orchplan_simple(kind: str, name: str, spec: str) -> str:
    return f"apiVersion: {API_VERSION}\nkind: {kind}\nmetadata:\n  name: {name}\nspec:\n{spec}"


def orchplan_documents(system: System) -> Iterator[Tuple[str, str, str]]:
    """(kind, name, text), in dependency order: what others need comes first."""
    for x in system.networks:
        spec = f"  attachable: true\n  ipam:\n    subnets:\n      - subnet: {x.subnet}\n"
        yield "network", x.name, orchplan_simple("Network", x.name, spec)
    for x in system.volumes:
        spec = f'  driver: local\n  driverOptions: {{size: "{x.size}B"}}\n'
        yield "volume", x.name, orchplan_simple("Volume", x.name, spec)
    for x in system.secrets:
        yield "secret", x.name, orchplan_simple("Secret", x.name, f"  file: {x.file}\n")
    for x in system.services:
        yield "service", x.name, orchplan_service(x)


def write_orchplan(system: System, out: Path) -> None:
    for kind in ("network", "volume", "secret", "service"):
        (out / "files" / kind).mkdir(parents=True)
    write_secret_file(out)
    # A manifest's paths are relative to it, so the one file and the file each need theirs beside them.
    write_secret_file(out / "files" / "secret")
    with (out / "all.yaml").open("w") as stream:
        for kind, name, text in orchplan_documents(system):
            (out / "files" / kind / f"{name}.yaml").write_text(text)
            stream.write("---\n" + text)
