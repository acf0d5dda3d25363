#!/usr/bin/env python3
"""Heal time: from the kill -9 of an instance's process to the first answer of its replacement.

    heal.py ORCHPLAN [KILLS]

Runs one replica of a small server, kills its process again and again, and asks through the published port until another
process answers. Prints the median beside the time that the same server takes from its own start to its first answer,
so that the difference is what healing costs. Fails when healing takes a second or more beyond that.
"""

import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

SERVER = """
import http.server, os
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b'here'
        self.send_response(200)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *arguments): pass
http.server.ThreadingHTTPServer(('127.0.0.1', int(os.environ['PORT'])), Handler).serve_forever()
"""

MANIFEST = """
apiVersion: orchplan/v1
kind: Service
metadata: {{name: web}}
spec:
  command: [/usr/bin/python3, /srv/server.py]
  mounts: [{{type: bind, source: ../server.py, target: /srv/server.py}}]
  ports: [{{name: http, target: 8080, published: {port}}}]
  healthcheck: {{http: {{path: /, port: http}}, interval: 1s, timeout: 1s, startPeriod: 10s}}
"""


def free_port():
    with socket.socket() as claim:
        claim.bind(("127.0.0.1", 0))
        return claim.getsockname()[1]


def ask(port, timeout=5):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=timeout) as answer:
            return answer.read().decode()
    except OSError:
        return None


def own_start_time(directory, runs=10):
    """From the start of the bare server to its first answer, in seconds: the median of some runs."""
    times = []
    for _ in range(runs):
        port = free_port()
        start = time.monotonic()
        environment = {"PORT": str(port), "PATH": "/usr/bin:/bin"}
        process = subprocess.Popen(["/usr/bin/python3", f"{directory}/server.py"], env=environment)
        while ask(port) is None:
            time.sleep(0.002)
        times.append(time.monotonic() - start)
        process.kill()
        process.wait()
    return statistics.median(times)


def serving_process(directory):
    """The process of this project's server: the one whose arguments name it and whose directory is the project's."""
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/cmdline", "rb") as file:
                arguments = file.read().split(b"\0")
            if arguments[:2] == [b"/usr/bin/python3", b"/srv/server.py"] and os.readlink(f"/proc/{name}/cwd") == directory:
                return int(name)
        except OSError:
            continue
    return None


def heal(directory, port):
    """Kills the server once; the seconds until another process answers."""
    victim = serving_process(directory)
    if victim is None:
        raise SystemExit("no server runs")
    start = time.monotonic()
    os.kill(victim, signal.SIGKILL)
    while time.monotonic() - start < 30:
        # The first connections may still meet the dead one; after that the balancer holds them until there is another.
        if ask(port) is not None:
            taken = time.monotonic() - start
            if serving_process(directory) not in (None, victim):
                return taken
        time.sleep(0.002)
    raise SystemExit("not healed within 30 s")


def main():
    orchplan = os.path.abspath(sys.argv[1])
    kills = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    directory = os.path.realpath(tempfile.mkdtemp(prefix="orchplan-heal-"))
    port = free_port()
    try:
        os.mkdir(f"{directory}/manifests")
        for name, text in [
            ("server.py", SERVER),
            ("orchplan.yaml", "project: heal\n"),
            ("manifests/web.yaml", MANIFEST.format(port=port)),
        ]:
            with open(f"{directory}/{name}", "w") as file:
                file.write(text)
        own = own_start_time(directory)
        subprocess.run([orchplan, "apply", "--yes"], cwd=directory, check=True, stdout=subprocess.DEVNULL)
        times = []
        for _ in range(kills):
            # Stable runs: what ends right after its start is a crash loop and waits longer.
            time.sleep(2.2)
            times.append(heal(directory, port))
        median = statistics.median(times)
        print(f"kills {kills}, median {median * 1000:.0f} ms, longest {max(times) * 1000:.0f} ms")
        print(f"own start of the server: median {own * 1000:.0f} ms; healing adds {(median - own) * 1000:.0f} ms")
        return 0 if median - own < 1 else 1
    finally:
        subprocess.run([orchplan, "destroy", "--yes"], cwd=directory, stdout=subprocess.DEVNULL)
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
