"""The agent's socket: strangers, rubbish, the slow and the dead, other programs in its place, links on the way to it."""

import os
import resource
import signal
import socket
import stat
import subprocess
import threading
import time

from bench import stop_agent, told, wait_for_agent
from project import Violation

NOBODY = 65534

RUBBISH = {
    "nothing": b"",
    "noise": bytes(range(256)) * 400,
    "no HTTP": b"hello\r\n\r\n",
    "another protocol": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0" * 64,
    "huge length": b"POST /v1/operations HTTP/1.1\r\ncontent-length: 9223372036854775807\r\n\r\n{}",
    "overflowing length": b"POST /v1/operations HTTP/1.1\r\ncontent-length: 99999999999999999999999\r\n\r\n{}",
    "negative length": b"POST /v1/operations HTTP/1.1\r\ncontent-length: -1\r\n\r\n{}",
    "two lengths": b"POST /v1/operations HTTP/1.1\r\ncontent-length: 2\r\ncontent-length: 20\r\n\r\n{}",
    "length and chunks": b"POST /v1/operations HTTP/1.1\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "huge chunk": b"POST /v1/operations HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nfffffffffffffff\r\n{}",
    "endless chunks": b"POST /v1/operations HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n" + b"10000\r\n" + b"x" * 65536 + b"\r\n",
    "long line": b"GET /" + b"x" * (1 << 20) + b" HTTP/1.1\r\n\r\n",
    "many headers": b"GET /v1/agent HTTP/1.1\r\n" + b"x: y\r\n" * 200_000 + b"\r\n",
    "no JSON": b"POST /v1/operations HTTP/1.1\r\ncontent-length: 4\r\n\r\n{{{{",
    "deep JSON": b"POST /v1/operations HTTP/1.1\r\ncontent-length: 200000\r\n\r\n" + b"[" * 200_000,
    "no text": b"POST /v1/epoch HTTP/1.1\r\ncontent-length: 4\r\n\r\n\xff\xfe\x00\x80",
    "a way out": b"GET /v1/instances/..%2f..%2f..%2fetc%2fpasswd/logs HTTP/1.1\r\n\r\n",
    "every port": b"GET /v1/inventory?ports=" + b",".join([b"127.0.0.1:1-65535/tcp"] * 40) + b" HTTP/1.1\r\n\r\n",
    "half a head": b"GET /v1/agent HTT",
    "half a body": b"POST /v1/operations HTTP/1.1\r\ncontent-length: 1000\r\n\r\nhalf",
}


def connect(project, wait=5):
    """A connection to the agent; its address may be longer than the system takes."""
    client = socket.socket(socket.AF_UNIX)
    client.settimeout(wait)
    client.connect(os.path.relpath(project.path("local", "agent.sock")))
    return client


def answered(project, within, during):
    """Somebody else is answered as if nothing were."""
    began = time.time()
    status, output = project.run("status", "--exit-code")
    if status != 0 or time.time() - began > within:
        raise Violation(f"{during}: status ended with {status} after {time.time() - began:.1f} s:\n{output}")


def memory(pid):
    """What a process holds, in MiB."""
    with open(f"/proc/{pid}/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS")) / 1024


def running(bench):
    project = bench.applied(2)
    project.good("apply", "--yes")
    return project


def unharmed(bench, project, pid, grown=None):
    if project.agent() != pid:
        raise Violation("the agent did not survive it")
    if grown and memory(pid) > grown:
        raise Violation(f"the agent holds {memory(pid):.0f} MiB")
    project.check(bench.references[2])


# -- What is sent


def rubbish(bench, name):
    with running(bench) as project:
        pid = project.agent()
        clients = []
        for _ in range(20):
            client = connect(project)
            clients.append(client)
            try:
                client.sendall(RUBBISH[name])
            except OSError:
                pass
        answered(project, 10, name)
        for client in clients:
            client.close()
        unharmed(bench, project, pid, 200)


def endless(bench):
    """More and more is sent of one request."""
    with running(bench) as project:
        pid = project.agent()
        client = connect(project)
        client.sendall(b"POST /v1/operations HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n")
        deadline = time.time() + 10
        try:
            while time.time() < deadline:
                client.send(b"10000\r\n" + b"x" * 65536 + b"\r\n")
            raise Violation("one request may be as long as it likes")
        except OSError:
            pass
        client.close()
        answered(project, 10, "endless")
        unharmed(bench, project, pid, 200)


# -- Who holds on


def crowd(bench, count, files):
    """Thousands connect and say nothing, to an agent that may not have so many files."""
    with running(bench) as project:
        stop_agent(project)
        agent = project.start(
            "agent",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (files, files)),
        )
        threading.Thread(target=agent.wait, daemon=True).start()
        wait_for_agent(project, agent)
        pid = project.agent()
        clients = []
        for _ in range(count):
            try:
                clients.append(connect(project, wait=0.2))
            except OSError:
                # The queue is full: it moves on when the first of them have been shown the door.
                time.sleep(0.05)
        answered(project, 15, f"{len(clients)} connections that say nothing")
        for client in clients:
            client.close()
        answered(project, 10, "when they are gone")
        unharmed(bench, project, pid, 300)


def slow_readers(bench, count):
    """Followers that do not read, of a service that prints all the time."""
    with running(bench) as project:
        pid = project.agent()
        project.write("manifests/noisy.yaml", NOISY)
        project.good("apply", "--yes")
        clients = []
        for number in range(count):
            client = connect(project)
            path = [
                "/v1/instances/noisy.1/logs?follow=1",
                "/v1/events?follow=1",
                "/v1/services/noisy/watch",
                "/v1/inventory",
            ][number % 4]
            client.sendall(f"GET {path} HTTP/1.1\r\n\r\n".encode())
            clients.append(client)
        follower = project.start("logs", "--follow", "noisy", stdout=subprocess.PIPE)
        time.sleep(0.5)
        follower.send_signal(signal.SIGSTOP)
        for _ in range(3):
            answered(project, 10, f"{count} readers that do not read")
            time.sleep(1)
        follower.kill()
        follower.communicate()
        os.unlink(os.path.join(project.directory, "manifests/noisy.yaml"))
        project.good("apply", "--yes")
        for client in clients:
            client.close()
        unharmed(bench, project, pid, 250)


NOISY = """apiVersion: orchplan/v1
kind: Service
metadata: {name: noisy}
spec:
  command: [sh, -c, "while :; do seq 1 2000; sleep 0.01; done"]
  stopGracePeriod: 100ms
"""


# -- Who it is


def strangers(bench):
    """Another user gets nowhere; and where the folders are open, the kernel's word on the peer decides."""
    with running(bench) as project:
        pid = project.agent()
        closed = [project.path(), project.path("local")]
        path = project.path("local", "agent.sock")
        for place in closed:
            if stat.S_IMODE(os.stat(place).st_mode) != 0o700:
                raise Violation(f"{place} is open to others")
        if stat.S_IMODE(os.stat(path).st_mode) != 0o600:
            raise Violation(f"{path} is open to others")
        if os.geteuid() != 0:
            return project.check(bench.references[2])
        if asked_by(NOBODY, path) != "000":
            raise Violation("a stranger reached the socket")
        above = [bench.folder, project.directory]
        modes = {place: stat.S_IMODE(os.stat(place).st_mode) for place in closed + above + [path]}
        for place in modes:
            os.chmod(place, 0o777)
        for what in ("/v1/agent", "/v1/inventory", "/v1/instances/db.1/logs"):
            if asked_by(NOBODY, path, what) != "403":
                raise Violation(f"a stranger was answered: {what}")
        if asked_by(NOBODY, path, "/v1/stop", "POST") != "403":
            raise Violation("a stranger was answered")
        for place, mode in modes.items():
            os.chmod(place, mode)
        unharmed(bench, project, pid)


def asked_by(user, path, what="/v1/agent", method="GET"):
    """The status that a user is answered with; 000: it could not connect."""
    words = ["curl", "-s", "-m", "5", "-o", "/dev/null", "-w", "%{http_code}", "-X", method, "--unix-socket", path]
    return subprocess.run(
        ["setpriv", f"--reuid={user}", "--clear-groups", *words, f"http://localhost{what}"], capture_output=True, text=True
    ).stdout


IMPOSTOR = """
import os, socket, sys, time
listener = socket.socket(socket.AF_UNIX)
os.chdir(os.path.dirname(sys.argv[1]))
listener.bind("agent.sock")
os.chmod("agent.sock", 0o666)
os.chdir("/")
if sys.argv[2] != "-":
    os.setresuid(*[int(sys.argv[2])] * 3)
listener.listen(64)
print("listening", flush=True)
while True:
    client, _ = listener.accept()
    if sys.argv[3] == "hang up":
        client.close()
        continue
    client.settimeout(0.5)
    try:
        if sys.argv[3] == "greet":
            client.sendall(b"SSH-2.0-OpenSSH_9.2\\r\\n" * 50)
        elif sys.argv[3] == "lie":
            client.sendall(b"HTTP/1.1 200 OK\\r\\ncontent-length: 9999999999\\r\\n\\r\\n{\\"version\\":3")
        said = client.recv(65536)
    except OSError:
        said = b""
    with open(sys.argv[4], "ab") as file:
        file.write(said)
    globals().setdefault("kept", []).append(client)
"""


def impostor(bench, manner, of_stranger=False):
    """Another program listens in the agent's place: it is told so in words, is not killed, and gets no secret."""
    with bench.project() as project:
        os.makedirs(project.path("local"), 0o700)
        said = os.path.join(bench.folder, os.path.basename(project.directory) + ".said")
        with open(said, "wb"):
            os.chmod(said, 0o666)
        if of_stranger:
            os.chmod(bench.folder, 0o755)
        other = subprocess.Popen(
            ["python3", "-c", IMPOSTOR, project.path("local", "agent.sock"), str(NOBODY) if of_stranger else "-", manner, said],
            stdout=subprocess.PIPE,
        )
        try:
            other.stdout.readline()
            for words in (["status"], ["apply", "--yes"]):
                began = time.time()
                status, output = project.run(*words)
                told(status, output)
                # One that says nothing is looked at after two seconds.
                patience = 15 if manner == "silent" else 45
                if status != 1 or time.time() - began > patience or "agent.sock" not in output:
                    raise Violation(f"{words[0]}: {status} after {time.time() - began:.0f} s\n{output}")
                if of_stranger and f"another user, with the id {NOBODY}" not in output:
                    raise Violation(output)
            with open(said, "rb") as file:
                heard = file.read()
            if b"canary" in heard or (of_stranger and heard):
                raise Violation(f"it was told: {heard[:300]}")
            if other.poll() is not None:
                raise Violation("another program was ended")
        finally:
            other.kill()
            other.wait()
        project.check(bench.references[1])


# -- Two of them, and ways to them


def agents(bench, count):
    """Several agents at once: one stays, the others say so and end well."""
    with running(bench) as project:
        stop_agent(project)
        started = [project.start("agent") for _ in range(count)]
        deadline = time.time() + 30
        while sum(agent.poll() is None for agent in started) > 1 and time.time() < deadline:
            time.sleep(0.05)
        left = [agent for agent in started if agent.poll() is None]
        for agent in left[:1]:
            wait_for_agent(project, agent)
        for agent in started:
            if agent not in left:
                output = agent.communicate()[0]
                if agent.returncode != 0 or "an agent runs already" not in output:
                    raise Violation(f"a second agent ended with {agent.returncode}:\n{output}")
        if len(left) != 1 or project.agent() != left[0].pid:
            raise Violation(f"{len(left)} agents run, and the record names {project.agent()}")
        threading.Thread(target=left[0].communicate, daemon=True).start()
        project.check(bench.references[2])


def linked(bench, where):
    """A checkout with a link on the way: nothing is done through it, and what it leads to stays as it is."""
    with bench.project() as project:
        outside = os.path.join(project.directory, "outside")
        os.mkdir(outside)
        os.chmod(outside, 0o755)
        place = project.path(*where)
        os.makedirs(os.path.dirname(place), 0o700, exist_ok=True)
        os.symlink(outside, place)
        for words in (["plan"], ["status"], ["apply", "--yes"]):
            status, output = project.run(*words)
            told(status, output)
            looked = words[0] != "apply" and not where
            if not looked and (status != 1 or "link" not in output):
                raise Violation(f"{words[0]} went through a link: {status}\n{output}")
        if os.listdir(outside) or stat.S_IMODE(os.stat(outside).st_mode) != 0o755:
            raise Violation(f"something was done through a link: {os.listdir(outside)}")
        os.unlink(place)
        project.check(bench.references[1])


def brought(bench):
    """Services that came with the files of a project, open to all as files of a checkout are, are not run."""
    with running(bench) as project:
        project.kill_all()
        for folder, folders, names in os.walk(project.path("local")):
            for name in folders:
                os.chmod(os.path.join(folder, name), 0o755)
        os.chmod(project.path("local"), 0o755)
        for words in (["plan"], ["status"], ["apply", "--yes"]):
            status, output = project.run(*words)
            if status != 1 or "was not made by orchplan here" not in output:
                raise Violation(f"{words[0]}: {status}\n{output}")
        if project.processes():
            raise Violation(f"what came with a checkout runs: {project.processes()}")
        os.chmod(project.path("local"), 0o700)
        project.check(bench.references[2])
