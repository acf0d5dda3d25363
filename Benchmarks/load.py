#!/usr/bin/env python3
"""The local driver's data plane under load, beside the same server without a proxy and beside haproxy.

Three instances of nginx run as one service. wrk asks one of them directly, haproxy (TCP mode, the same three) and
orchplan's proxy in turn, round after round, so that a machine whose speed drifts favours nobody; what counts is the
median of the ratios round by round. Then the same load goes on while a new revision is rolled out, while an instance
is killed and while the agent is killed, and the requests that failed are counted.

Needs wrk, haproxy and nginx (Debian: wrk haproxy nginx-light). Everything stays on 127.0.0.1 and is removed at the end.
"""
from __future__ import annotations

import argparse
import json
import os
import re
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

SERVICE = """\
apiVersion: orchplan/v1
kind: Config
metadata: {{name: nginx}}
spec:
  content: |
    daemon off; pid /tmp/nginx.pid; error_log stderr crit; worker_processes 1;
    events {{ worker_connections 16384; }}
    http {{
      access_log off; keepalive_requests 1000000000;
      client_body_temp_path /tmp/a; proxy_temp_path /tmp/b; fastcgi_temp_path /tmp/c; uwsgi_temp_path /tmp/d;
      scgi_temp_path /tmp/e;
      server {{
        listen 127.0.0.1:LISTEN_PORT backlog=4096;
        location / {{ return 200 "this is an answer of a small server\\n"; }}
      }}
    }}
---
apiVersion: orchplan/v1
kind: Service
metadata: {{name: web}}
spec:
  command: [sh, -c, 'sed "s/LISTEN_PORT/$$PORT/" /nginx.conf > /tmp/nginx.conf && exec nginx -c /tmp/nginx.conf']
  replicas: 3
  environment: {{REVISION: "{revision}"}}
  ports: [{{name: http, target: 8080, published: {port}}}]
  configs: [{{source: nginx, target: /nginx.conf}}]
  healthcheck: {{http: {{path: /, port: http}}, interval: 1s, timeout: 1s, startPeriod: 20s}}
  restart: {{delay: 500ms}}
  stopSignal: SIGQUIT
  update: {{batch: 1, monitor: 0s}}
"""

HAPROXY = """\
global
  maxconn 4000
defaults
  mode tcp
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend front
  bind 127.0.0.1:{port}
  default_backend back
backend back
  balance roundrobin
"""


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@dataclass
class Round:
    rate: float
    p99: float
    requests: int
    failed: int
    text: str


def milliseconds(text: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60000}[unit]


def command(port: int, seconds: float, connections: int, close: bool) -> list[str]:
    extra = ["-H", "Connection: close"] if close else []
    return ["wrk", "-t1", f"-c{connections}", f"-d{seconds:g}s", "--latency", *extra, f"http://127.0.0.1:{port}/"]


def parsed(text: str) -> Round:
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    other = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    failed = sum(map(int, errors.groups())) if errors else 0
    return Round(
        float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1]), milliseconds(re.search(r"(?m)^ +99%\s+(\S+)", text)[1]),
        int(re.search(r"(\d+) requests in", text)[1]), failed + (int(other[1]) if other else 0),
        (errors[0] if errors else "no errors") + (f", {other[0]}" if other else ""))


class System:
    """One project with its three servers, and haproxy in front of the same three."""

    def __init__(self, orchplan: str, folder: Path):
        self.orchplan, self.folder = orchplan, folder
        self.port, self.haproxy_port = free_port(), free_port()
        (folder / "manifests").mkdir()
        (folder / "orchplan.yaml").write_text("project: load\n")
        self.write(1)
        self.run("apply", "--yes")
        config = HAPROXY.format(port=self.haproxy_port)
        for number, instance in enumerate(self.instances()):
            config += f"  server s{number} 127.0.0.1:{instance['ports'][0]['port']}\n"
        (folder / "haproxy.cfg").write_text(config)
        self.haproxy = subprocess.Popen(
            ["haproxy", "-f", folder / "haproxy.cfg", "-db"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.5)

    def write(self, revision: int) -> None:
        (self.folder / "manifests" / "web.yaml").write_text(SERVICE.format(port=self.port, revision=revision))

    def run(self, *words: str) -> None:
        done = subprocess.run([self.orchplan, *words], cwd=self.folder, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"orchplan {' '.join(words)} failed:\n{done.stdout}{done.stderr}")

    def instances(self) -> list[dict]:
        folders = (self.folder / ".orchplan/local/instances").glob("*/record.json")
        return sorted((json.loads(p.read_text()) for p in folders), key=lambda r: r["slot"])

    def agent(self) -> int:
        return json.loads((self.folder / ".orchplan/local/agent.json").read_text())["process"]["pid"]

    def servers_of(self, instance: str) -> list[int]:
        status = json.loads((self.folder / f".orchplan/local/instances/{instance}/status.json").read_text())
        namespace, found = os.readlink(f"/proc/{status['sandbox']['pid']}/ns/pid"), []
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and (entry / "comm").read_text() == "nginx\n" \
                        and os.readlink(entry / "ns/pid") == namespace:
                    found.append(int(entry.name))
            except OSError:
                pass
        return found

    def end(self) -> None:
        self.haproxy.terminate()
        self.haproxy.wait()
        subprocess.run([self.orchplan, "destroy", "--yes"], cwd=self.folder, capture_output=True)


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def compare(system: System, title: str, rounds: int, seconds: float, connections: int, close: bool) -> None:
    direct = system.instances()[0]["ports"][0]["port"]
    targets = {"one server, direct": (direct, None), "haproxy": (system.haproxy_port, system.haproxy.pid),
               "orchplan": (system.port, system.agent())}
    results: dict[str, list[Round]] = {name: [] for name in targets}
    cpu: dict[str, list[float]] = {name: [] for name in targets}
    for number in range(rounds + 1):
        for name, (port, pid) in targets.items():
            before = cpu_seconds(pid) if pid else 0
            done = subprocess.run(command(port, seconds, connections, close), capture_output=True, text=True)
            result = parsed(done.stdout)
            if number == 0:
                continue  # to warm up
            results[name].append(result)
            if pid:
                cpu[name].append((cpu_seconds(pid) - before) / max(1, result.requests) * 1e6)
    print(title)
    for name, rows in results.items():
        spent = f"{statistics.median(cpu[name]):6.1f} us CPU a request" if cpu[name] else ""
        print(f"  {name:<20} {statistics.median(r.rate for r in rows):9.0f} requests/s"
              f"   p99 {statistics.median(r.p99 for r in rows):7.2f} ms   failed {sum(r.failed for r in rows)}   {spent}")
    ours = results["orchplan"]
    for name in ("haproxy", "one server, direct"):
        rate = statistics.median(a.rate / b.rate for a, b in zip(ours, results[name]))
        p99 = statistics.median(a.p99 / b.p99 for a, b in zip(ours, results[name]))
        target = "   target >= 0.80x" if name == "haproxy" else ""
        print(f"  orchplan / {name:<20} {rate:5.2f}x requests/s   {p99:5.2f}x p99{target}", flush=True)


def while_loaded(system: System, what: str, target: str, event) -> None:
    for close, kind in ((False, "kept connections"), (True, "a connection a request")):
        load = subprocess.Popen(
            command(system.port, 600, 32, close), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        time.sleep(1)
        started = time.monotonic()
        event()
        took = time.monotonic() - started
        time.sleep(1)
        load.send_signal(signal.SIGINT)
        result = parsed(load.communicate()[0])
        print(f"  {what}, {kind:<22} {result.requests:8d} requests in {took + 2:4.1f} s   failed {result.failed:4d}"
              f"   target {target}   ({result.text})", flush=True)


def failures(system: System) -> None:
    print("failed requests at 32 connections")
    revision = [1]

    def apply() -> None:
        revision[0] += 1
        system.write(revision[0])
        system.run("apply", "--yes")

    def kill_instance() -> None:
        for pid in system.servers_of(system.instances()[0]["id"]):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass  # gone with the first one
        time.sleep(3)

    def kill_agent() -> None:
        os.kill(system.agent(), signal.SIGKILL)
        system.run("status")
        time.sleep(1)

    while_loaded(system, "rolling update, one at a time", "0", apply)
    while_loaded(system, "kill -9 of one instance      ", "those in flight", kill_instance)
    while_loaded(system, "kill -9 of the agent, restart", "those until it is back", kill_agent)


def resident(pid: int) -> int:
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) * 1024


def idle_memory(system: System, count: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    count = min(count, hard // 3 - 100)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    agent = system.agent()
    before = resident(agent)
    sockets = [socket.create_connection(("127.0.0.1", system.port)) for _ in range(count)]
    for s in sockets:
        s.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    for s in sockets:
        s.recv(4096)
    time.sleep(0.5)
    held = resident(agent) - before
    print(f"{count} idle connections: {held / count:.0f} bytes of the agent's memory each ({held >> 20} MiB)", flush=True)
    for s in sockets:
        s.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--orchplan", default=str(Path(__file__).parent.parent / ".build/release/orchplan"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--connections", type=int, default=64)
    arguments = parser.parse_args()
    missing = [name for name in ("wrk", "haproxy", "nginx") if not shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin")]
    if missing:
        print(f"load: skipped, {', '.join(missing)} not installed (apt-get install wrk haproxy nginx-light)")
        return
    os.environ["PATH"] += ":/usr/sbin"
    with tempfile.TemporaryDirectory(prefix="orchplan-load-") as folder:
        system = System(str(Path(arguments.orchplan).resolve()), Path(folder))
        try:
            compare(system, f"{arguments.connections} kept connections", arguments.rounds, arguments.seconds,
                    arguments.connections, close=False)
            compare(system, f"a connection a request, {arguments.connections} at a time", max(2, arguments.rounds // 2),
                    arguments.seconds, arguments.connections, close=True)
            idle_memory(system, 5000)
            failures(system)
        finally:
            system.end()


if __name__ == "__main__":
    sys.exit(main())
