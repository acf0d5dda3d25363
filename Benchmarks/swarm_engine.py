"""A private Docker Engine to measure on: what it runs, what it spends, and what it is asked."""
from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import quote

SCRIPT = Path(__file__).resolve().parent.parent / "Tests/Scripts/engine.sh"


class Connection(http.client.HTTPConnection):
    def __init__(self, path: str):
        super().__init__("engine", timeout=120)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(120)
        self.sock.connect(self.path)


class Engine:
    """A swarm of one node in namespaces of its own; it ends with this process at the latest."""

    def __init__(self) -> None:
        self.folder = tempfile.mkdtemp(prefix="ob", dir="/tmp")
        os.rmdir(self.folder)
        command = [SCRIPT, "start", self.folder, "--owner", str(os.getpid())]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"no engine: {done.stdout}{done.stderr}")
        self.socket = re.search(r"ENGINE_SOCKET=(.*)", done.stdout)[1]
        self.first_process = int(Path(self.folder, "init").read_text().split()[0])
        self.own = threading.local()

    def stop(self) -> None:
        subprocess.run([SCRIPT, "stop", self.folder], check=True)

    def api(self, method: str, path: str, body: object = None) -> tuple[int, object]:
        connection = getattr(self.own, "connection", None)
        if connection is None:
            connection = self.own.connection = Connection(self.socket)
        sent = None if body is None else json.dumps(body)
        connection.request(method, "/v1.41" + path, sent, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        data = answer.read()
        is_json = answer.getheader("Content-Type", "").startswith("application/json")
        return answer.status, json.loads(data) if data and is_json else data

    def get(self, path: str, **filters: list[str]):
        query = "filters=" + quote(json.dumps(filters)) if filters else ""
        return self.api("GET", path + ("&" if "?" in path else "?") * bool(query) + query)[1] or []

    # ---- what it runs

    def services(self) -> dict[str, dict]:
        """By the names that the manifests give them: without the project's or the stack's."""
        return {s["Spec"]["Name"].split("_", 1)[1]: s for s in self.get("/services?status=true")}

    def tasks(self) -> dict[str, dict]:
        return {task["ID"]: task for task in self.get("/tasks")}

    def all_run(self, expected: dict[str, int], image: str | None = None) -> bool:
        """Whether as many tasks as wanted run of every service, and of the image where one is given."""
        services = self.services()
        if services.keys() != expected.keys():
            return False
        if any(services[name]["ServiceStatus"]["RunningTasks"] != count for name, count in expected.items()):
            return False
        if image is None:
            return True
        running = Counter(
            task["ServiceID"] for task in self.get("/tasks", **{"desired-state": ["running"]})
            if task["Status"]["State"] == "running" and task["Spec"]["ContainerSpec"]["Image"].startswith(image))
        return all(running[services[name]["ID"]] == count for name, count in expected.items())

    def updates_are_over(self) -> bool:
        states = [(s.get("UpdateStatus") or {}).get("State") for s in self.services().values()]
        return not any(state in ("updating", "rollback_started") for state in states)

    def settle(self, still: float = 3, limit: float = 120) -> None:
        """Waits until no task has moved and no update has gone on for some seconds."""
        seen, since, end = None, time.monotonic(), time.monotonic() + limit
        while time.monotonic() < end:
            now = ({i: (t["DesiredState"], t["Status"]["State"]) for i, t in self.tasks().items()},
                   {n: s["Version"]["Index"] for n, s in self.services().items()})
            if now != seen or not self.updates_are_over():
                seen, since = now, time.monotonic()
            elif time.monotonic() - since >= still:
                return
            time.sleep(0.2)

    def empty(self) -> None:
        """Removes everything and waits until it is gone."""
        for service in self.get("/services"):
            self.api("DELETE", "/services/" + service["ID"])
        while self.get("/tasks") or self.get("/containers/json?all=1"):
            time.sleep(0.1)
        for kind in ("secrets", "configs"):
            for thing in self.get(f"/{kind}"):
                self.api("DELETE", f"/{kind}/{thing['ID']}")
        # A network's name stays taken for some seconds after its end.
        for network in self.get("/networks"):
            if network["Scope"] == "swarm" and network["Name"] != "ingress":
                while self.api("DELETE", "/networks/" + network["Id"])[0] != 404:
                    time.sleep(0.2)

    # ---- what it spends

    def processor_time(self) -> float:
        """Seconds of processor time of the engine, its helpers and containers, those that have ended included.

        Who ends is counted by the one who waits for it, and everybody below the first process is waited for.
        """
        parents, times = {}, {}
        for entry in os.listdir("/proc"):
            if not entry.isdigit():
                continue
            try:
                fields = Path(f"/proc/{entry}/stat").read_text().rsplit(") ", 1)[1].split()
            except OSError:
                continue
            parents[int(entry)], times[int(entry)] = int(fields[1]), sum(map(int, fields[11:15]))

        def belongs(pid: int) -> bool:
            while pid > 1 and pid != self.first_process:
                pid = parents.get(pid, 0)
            return pid == self.first_process

        return sum(t for pid, t in times.items() if belongs(pid)) / os.sysconf("SC_CLK_TCK")


class Counting:
    """A socket in front of the engine's that counts the requests by method and path."""

    #: Bodies are JSON, in which no line ends like this.
    REQUEST = re.compile(rb"(GET|HEAD|POST|PUT|DELETE) (/\S*) HTTP/1\.[01]\r\n")

    def __init__(self, engine: Engine):
        self.engine = engine
        self.folder = tempfile.mkdtemp(prefix="orchplan-count-")
        self.path = f"{self.folder}/d.sock"
        self.lock, self.requests = threading.Lock(), []
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()

    def take(self) -> list[tuple[str, str]]:
        """The requests since the last time, without the API's version."""
        with self.lock:
            taken, self.requests = self.requests, []
        return taken

    def close(self) -> None:
        self.listener.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(self.engine.socket)
            threading.Thread(target=self._relay, args=(client, server, True), daemon=True).start()
            threading.Thread(target=self._relay, args=(server, client, False), daemon=True).start()

    def _relay(self, source: socket.socket, target: socket.socket, counted: bool) -> None:
        rest = b""
        try:
            while data := source.recv(1 << 16):
                if counted:
                    rest += data
                    last = 0
                    for match in self.REQUEST.finditer(rest):
                        last = match.end()
                        path = re.sub(r"^/v[0-9.]+", "", match[2].decode())
                        with self.lock:
                            self.requests.append((match[1].decode(), path.split("?")[0]))
                    rest = rest[last:][-4096:]
                target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def writes(requests: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [r for r in requests if r[0] not in ("GET", "HEAD")]
