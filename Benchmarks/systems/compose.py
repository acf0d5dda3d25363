"""As `docker stack` reads it: one Compose file."""

from pathlib import Path

from .parts import flow, write_secret_file
from .system import Service, System


def compose_service(s: Service) -> str:
    env = "".join(f'      {k}: "{v}"\n' for k, v in s.environment)
    published = f"        published: {s.published_port}\n" if s.published_port else ""
    depends = f"    depends_on: {flow(s.depends_on)}\n" if s.depends_on else ""
    return f"""\
  {s.name}:
    image: {s.image}
    command: ["/bin/server", "--listen", "0.0.0.0:{s.target_port}"]
    labels: {{team: {s.team}}}
    environment:
{env}\
    ports:
      - target: {s.target_port}
{published}\
        protocol: tcp
    networks: {flow(s.networks)}
    volumes:
      - type: volume
        source: {s.volume}
        target: /var/lib/data
    secrets:
      - source: {s.secret}
        target: /run/secrets/token
    healthcheck:
      test: ["CMD", "curl", "-fsS", "http://localhost:{s.target_port}/healthz"]
      interval: 10s
      timeout: 3s
      retries: 3
    deploy:
      replicas: {s.replicas}
      update_config: {{parallelism: 2, delay: 5s, order: start-first}}
      resources:
        limits: {{cpus: "{s.cpus}", memory: {s.memory_mib}M}}
{depends}"""


def write_compose(system: System, out: Path) -> None:
    out.mkdir(parents=True)
    write_secret_file(out)
    with (out / "compose.yml").open("w") as f:
        f.write('version: "3.13"\nservices:\n')
        f.writelines(compose_service(s) for s in system.services)
        f.write("networks:\n")
        for x in system.networks:
            f.write(f"  {x.name}:\n    driver: overlay\n    attachable: true\n"
                    f"    ipam: {{config: [{{subnet: {x.subnet}}}]}}\n")
        f.write("volumes:\n")
        for x in system.volumes:
            f.write(f'  {x.name}:\n    driver: local\n    driver_opts: {{size: "{x.size}"}}\n')
        f.write("secrets:\n")
        for x in system.secrets:
            f.write(f"  {x.name}:\n    file: {x.file}\n")
