"""One project on the local driver whose commands are run under faults, and what has to be true of it afterwards."""

import collections
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import uuid

HERE = os.path.dirname(os.path.abspath(__file__))
CANARY = "canary-5d41402abc4b2a76b9719d911017c592"

OBJECTS = """apiVersion: orchplan/v1
kind: Network
metadata: {name: back}
---
apiVersion: orchplan/v1
kind: Volume
metadata: {name: data}
---
apiVersion: orchplan/v1
kind: Secret
metadata: {name: token}
spec: {file: token.txt}
---
apiVersion: orchplan/v1
kind: Secret
metadata: {name: made}
spec: {generate: {length: 24}}
---
apiVersion: orchplan/v1
kind: Config
metadata: {name: motd}
spec: {content: "%s"}
"""

SERVICE = """apiVersion: orchplan/v1
kind: Service
metadata: {name: %(name)s}
spec:
  command: [sh, -c, "while :; do sleep 1000; done", %(mark)s-%(name)s, %(word)s]
  replicas: %(replicas)d
  networks: [back]
  stopGracePeriod: 100ms
  update: {monitor: 0s, batch: 1}
%(more)s"""


class Violation(Exception):
    """Something that was promised is not so."""


class Stopped(Exception):
    """Somebody has asked for the end: nothing is started any more, and what was being tried says nothing."""


def command_lines():
    """Every process and the bytes of its command line."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                yield int(pid), file.read()
        except OSError:
            continue


class Faults:
    """The preloaded shim, built once."""

    shim = None

    @classmethod
    def build(cls, folder):
        cls.shim = os.path.join(folder, "faults.so")
        subprocess.run(
            ["gcc", "-shared", "-fPIC", "-O1", "-w", "-o", cls.shim, os.path.join(HERE, "faults.c"), "-ldl"],
            check=True,
        )

    @classmethod
    def environment(cls, what=None, at=0, number=0, only=None, log=None, **more):
        settings = {"LD_PRELOAD": cls.shim}
        if what:
            settings.update(FAULTS_DO=what, FAULTS_AT=str(at), FAULTS_ERRNO=str(number))
        if only:
            settings["FAULTS_ONLY"] = only
        if log:
            settings["FAULTS_LOG"] = log
        settings.update({f"FAULTS_{name.upper()}": str(value) for name, value in more.items()})
        return settings


def parent(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return int(file.read().rsplit(")", 1)[1].split()[1])
    except OSError:
        return None


class Project:
    """A folder with manifests; ends its agent and removes everything when it is closed."""

    # Those that are there, and whether the whole is to end.
    present = set()
    is_stopping = False

    def __init__(self, program, parent):
        self.program = program
        self.directory = tempfile.mkdtemp(prefix="t", dir=parent)
        self.mark = "torture-" + uuid.uuid4().hex[:10]
        self.outputs = []
        os.mkdir(os.path.join(self.directory, "manifests"))
        self.write("orchplan.yaml", "project: torture\n")
        self.write("manifests/token.txt", CANARY)
        os.chmod(os.path.join(self.directory, "manifests/token.txt"), 0o600)
        self.declare(1)
        Project.present.add(self)

    def write(self, name, text):
        with open(os.path.join(self.directory, name), "w") as file:
            file.write(text)

    def declare(self, version):
        """Version 1 is made from nothing; version 2 changes, adds and removes something of everything."""
        self.write("manifests/objects.yaml", OBJECTS % f"hello {version}")
        config = "  configs: [motd]\n  dependsOn: [{service: db, condition: started}]\n"
        web = "  secrets: [token, made]\n  dependsOn: [{service: api, condition: started}]\n"
        volume = '  mounts: ["data:/data"]\n'
        services = [
            ("db", "one", 1, volume),
            ("api", f"v{version}", 2, config),
            ("web" if version == 1 else "site", "one", version, web),
        ]
        self.write(
            "manifests/services.yaml",
            "---\n".join(
                SERVICE % {"name": n, "mark": self.mark, "word": w, "replicas": r, "more": m} for n, w, r, m in services
            ),
        )
        self.expected = {name: replicas for name, _, replicas, _ in services}

    # -- Running

    def start(self, *arguments, faults=None, wrapper=(), **options):
        if Project.is_stopping:
            raise Stopped
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": self.directory,
            "NO_COLOR": "1",
            **({"LD_LIBRARY_PATH": os.environ["LD_LIBRARY_PATH"]} if "LD_LIBRARY_PATH" in os.environ else {}),
            **(faults or {}),
        }
        return subprocess.Popen(
            [*wrapper, self.program, *arguments],
            cwd=self.directory,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=options.pop("stdout", subprocess.PIPE),
            stderr=options.pop("stderr", subprocess.STDOUT),
            text=True,
            errors="replace",
            # Who types ^C means the whole, which ends what it has started.
            start_new_session=True,
            **options,
        )

    def run(self, *arguments, limit=90, **options):
        process = self.start(*arguments, **options)
        try:
            output, _ = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            process.kill()
            output, _ = process.communicate()
            raise Violation(f"{' '.join(arguments)} did not end in {limit} s:\n{output}") from None
        self.outputs.append(output or "")
        return process.returncode, output or ""

    def good(self, *arguments, **options):
        status, output = self.run(*arguments, **options)
        if status != 0:
            raise Violation(f"{' '.join(arguments)} ended with {status}:\n{output}")
        return output

    def apply(self, patient=False, **options):
        """Applies; a patient one has no fault, and is to come to its end on a machine that has other things to do, too."""
        timeout, limit = ("120s", 300) if patient else ("20s", 90)
        words = ["apply", "--yes", "--batch", "4", "--timeout", timeout, "--progress", "plain"]
        return self.run(*words, limit=limit, **options)

    # -- Looking

    def path(self, *names):
        return os.path.join(self.directory, ".orchplan", *names)

    def agent(self):
        """The agent's pid; None where none runs."""
        try:
            with open(self.path("local", "agent.json")) as file:
                process = json.load(file)["process"]
            with open(f"/proc/{process['pid']}/stat") as file:
                fields = file.read().rsplit(")", 1)[1].split()
        except (OSError, ValueError, KeyError):
            return None
        return process["pid"] if fields[0] not in "ZX" and int(fields[19]) == process["startTicks"] else None

    def own(self):
        """Every process that has to do with this project: the agent, commands, shims and what they run."""
        words = (self.mark.encode(), self.directory.encode())
        found = [pid for pid, line in command_lines() if pid != os.getpid() and any(word in line for word in words)]
        agent = self.agent()
        return found + ([agent] if agent and agent not in found else [])

    def kill_all(self):
        deadline = time.time() + 20
        while self.own() and time.time() < deadline:
            for pid in self.own():
                try:
                    os.kill(pid, signal.SIGKILL)
                except OSError:
                    pass
            time.sleep(0.02)
        # A zombie that nobody has waited for is none; anything else would go on in a folder that is taken away.
        if self.own():
            raise Violation(f"these cannot be killed: {self.own()}")

    def commands(self):
        """The commands that run, each as its service's name and its pid."""
        found = {}
        for pid, line in command_lines():
            words = line.decode(errors="replace").split("\0")
            if words[0] == "sh" and len(words) > 3 and words[3].startswith(self.mark + "-"):
                found[pid] = words[3][len(self.mark) + 1 :]
        # A shell that is about to run something is there twice for a moment.
        return sorted((name, pid) for pid, name in found.items() if parent(pid) not in found)

    def processes(self):
        """How many commands of each service run."""
        return dict(collections.Counter(name for name, _ in self.commands()))

    def recorded(self):
        """What is recorded, without what differs from one state to another."""
        state = json.loads(self.good("state", "list", "--format", "json", stderr=subprocess.DEVNULL))
        text = json.dumps([
            {key: resource[key] for key in ("address", "object", "retiredObjects", "needs", "protect", "resource")}
            for resource in state["resources"]
        ])
        return re.sub(r"[0-9a-f]{12,64}", "#", text.replace(self.mark, "mark"))

    def files(self):
        """What the agent keeps, without what differs from one run to another."""
        names = []
        for kind in ("networks", "volumes", "secrets", "configs", "services", "data", "instances"):
            try:
                names += [f"{kind}/{name}" for name in os.listdir(self.path("local", kind))]
            except FileNotFoundError:
                pass
        # What could not be recorded is kept in a file of its own, and stays until somebody has read it.
        names += [name for name in os.listdir(self.path()) if not re.search(r"-wal$|-shm$|[.]unsaved-", name)]
        return sorted(re.sub(r"[0-9a-f]{8,64}", "#", name) for name in names)

    # -- What has to be true

    def check(self, reference=None):
        """Applies what is declared again, and looks at everything; returns what a reference is compared by."""
        status, output = self.apply(patient=True)
        if status != 0:
            raise Violation(f"the next apply ended with {status}:\n{output}")
        status, output = self.run("plan", "--detailed-exitcode")
        if status != 0:
            raise Violation(f"the plan after it is not empty ({status}):\n{output}")
        output = self.good("state", "verify")
        if "open" in output:
            raise Violation(f"operations stayed open:\n{output}")
        deadline = time.time() + 30
        while (running := self.processes()) != self.expected and time.time() < deadline:
            time.sleep(0.1)
        if running != self.expected:
            raise Violation(f"these run: {running}, and should: {self.expected}")
        self.check_secrets()
        result = (self.recorded(), self.files())
        if reference and result != reference:
            for name, found, wanted in zip(("record", "files"), result, reference):
                if found != wanted:
                    raise Violation(f"not as after an uninterrupted run, {name}:\n{found}\n{wanted}")
        return result

    def check_secrets(self):
        """The secret is in its own file of the agent's store, and nowhere else."""
        for output in self.outputs:
            if CANARY in output:
                raise Violation("a secret was printed")
        for folder, _, names in os.walk(self.path()):
            for name in names:
                path = os.path.join(folder, name)
                if os.path.basename(folder) == "secrets" and ".content" in name:
                    continue
                try:
                    with open(path, "rb") as file:
                        if CANARY.encode() in file.read():
                            raise Violation(f"a secret is in {path}")
                except OSError:
                    pass

    # -- Ending

    def close(self):
        try:
            if self.agent():
                self.run("destroy", "--yes", "--delete-volumes", limit=30)
        except (Violation, Stopped):
            pass
        agent = self.agent()
        if agent:
            os.kill(agent, signal.SIGTERM)
        for pid, line in command_lines():
            if self.mark.encode() in line and b"sleep 1000" in line:
                try:
                    os.kill(pid, signal.SIGKILL)
                except OSError:
                    continue
        shutil.rmtree(self.directory, ignore_errors=True)
        Project.present.discard(self)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
