"""The same services for orchplan and for `docker stack deploy`."""
from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

IMAGE, NEXT, BROKEN = "orchplan/test:1", "orchplan/test:2", "orchplan/test:bad"
ORCHPLAN, ALL_AT_ONCE = "orchplan", "orchplan --batch 100"
STACK, WAITING = "stack deploy", "stack deploy --detach=false"

PROJECT = "project: bench\ndriver: swarm\n"
MANIFEST = """\
---
apiVersion: orchplan/v1
kind: Service
metadata: {{name: {name}}}
spec:
  image: {image}
  replicas: {replicas}
  endpointMode: dnsrr
  networks: [default]
  restart: {{condition: any, delay: 5s}}
  update: {{batch: 1, delay: 0s, monitor: {monitor}, maxFailureRatio: 0, order: stopFirst, onFailure: rollback}}
"""
NETWORK = "apiVersion: orchplan/v1\nkind: Network\nmetadata: {name: default}\n"
SECRET = "---\napiVersion: orchplan/v1\nkind: Secret\nmetadata: {name: token}\nspec: {file: ../token.txt}\n"
COMPOSE = """\
  {name}:
    image: {image}
    deploy:
      replicas: {replicas}
      endpoint_mode: dnsrr
      restart_policy: {{condition: any, delay: 5s}}
      update_config: {{parallelism: 1, delay: 0s, monitor: {monitor}, max_failure_ratio: 0, order: stop-first,
        failure_action: rollback}}
"""


class System:
    """The same services for both, in a folder."""

    def __init__(self, folder: Path, orchplan: str, replicas: dict[str, int], monitor: str = "5s"):
        self.folder, self.orchplan, self.monitor = folder, orchplan, monitor
        self.replicas = dict(replicas)
        self.images = {name: IMAGE for name in replicas}
        #: The content of a secret that the first service has; None: there is none.
        self.secret: str | None = None
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "manifests").mkdir(parents=True)
        (folder / "orchplan.yaml").write_text(PROJECT)
        self.write()

    def write(self) -> None:
        manifest, compose = NETWORK, "version: '3.8'\nservices:\n"
        for name, count in self.replicas.items():
            facts = {"name": name, "image": self.images[name], "replicas": count, "monitor": self.monitor}
            manifest += MANIFEST.format(**facts)
            compose += COMPOSE.format(**facts)
            if self.secret is not None and name == next(iter(self.replicas)):
                manifest += "  secrets: [token]\n"
                compose += "    secrets: [token]\n"
        if self.secret is not None:
            (self.folder / "token.txt").write_text(self.secret)
            manifest += SECRET
            compose += f"secrets:\n  token: {{file: {self.folder}/token.txt}}\n"
        (self.folder / "manifests/all.yaml").write_text(manifest)
        (self.folder / "stack.yaml").write_text(compose)

    def command(self, tool: str) -> list[str]:
        if tool.startswith("orchplan"):
            return [self.orchplan, "apply", "--yes", "--progress", "quiet", *tool.split()[1:]]
        # Neither of them asks a registry.
        return ["docker", *tool.split(), "--resolve-image", "never", "-c", "stack.yaml", "bench"]

    def start(self, tool: str, host: str) -> subprocess.Popen:
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "DOCKER_HOST": f"unix://{host}"}
        self.said = self.folder / "said"
        with open(self.said, "w") as out:
            return subprocess.Popen(self.command(tool), cwd=self.folder, env=environment, stdin=subprocess.DEVNULL,
                                    stdout=out, stderr=subprocess.STDOUT)

    def forget(self) -> None:
        shutil.rmtree(self.folder / ".orchplan", ignore_errors=True)
