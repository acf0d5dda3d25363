"""Which trials there are: every effect of an apply and of its agent, and what surrounds them."""

import errno
import os
import resource
import shutil
import signal

import agent_socket
import applies
import given
import power
import surroundings
from bench import OUTWARD


def trials(bench, seed):
    """Every trial as (kind, name of the effect, function, arguments)."""
    found = []
    for version in (1, 2):
        for of_agent in (False, True):
            effects = bench.effects(version, of_agent)
            found += killed(version, of_agent, effects)
            found += lost(version, of_agent, effects)
            found += failed(version, of_agent, effects)
            if version == 2:
                found += stopped(of_agent, outward(effects))
    for survive in (False, True):
        found += [(without_power(survive), "when it is done", power.power, (v, 0, False, survive)) for v in (1, 2)]
    found += [("several at once", "apply", applies.together, (count,)) for count in (2, 3, 5, 8)]
    files, size = resource.RLIMIT_NOFILE, resource.RLIMIT_FSIZE
    counts = (20, 22, 24, 28, 32, 40, 64)
    found += [("few files (RLIMIT_NOFILE)", "limit", applies.limited, (files, n)) for n in counts]
    found += [("small files (RLIMIT_FSIZE)", "limit", applies.limited, (size, n << 10)) for n in (0, 4, 16, 64, 100, 128)]
    found += [("closed output", "pipe", applies.closed, ())]
    moments = [(number, d / 20) for number in (signal.SIGINT, signal.SIGTERM) for d in range(1, 12, 2)]
    found += [("signals", "signal", applies.interrupted, moment) for moment in moments]
    found += [("saved plans", "plan", given.plans, ())]
    found += [("old state put back", "state", given.replayed, ())]
    if shutil.which("faketime"):
        shifts = ("-1h", "+1h", "-400d", "+400d", "-20y", "+10y")
        found += [("clock jumps", "clock", applies.clock, (shift,)) for shift in shifts]
    found += around()
    found += [("hostile input", "input", given.input_text, item) for item in given.inputs(seed, 6)]
    return found


def outward(effects):
    return [name for name in effects if name in OUTWARD.split()]


def killed(version, of_agent, effects):
    who, kill = ("agent", applies.kill_agent) if of_agent else ("apply", applies.kill_apply)
    names = outward(effects)
    for at, name in enumerate(names, 1):
        # Who waits for an agent tries again and again, on a busy machine hundreds of times: the first and the last will do.
        if names[max(0, at - 2) : at + 1] == ["connect"] * 3:
            continue
        yield f"kill -9 of the {who}", f"before {name}", kill, (version, at, "kill-before")
        if name in ("sync", "send", "rename", "link", "unlink"):
            yield f"kill -9 of the {who}", f"after {name}", kill, (version, at, "kill-after")


def without_power(names_survive):
    return "the power goes, " + ("names survive" if names_survive else "nothing unsynced survives")


def lost(version, of_agent, effects):
    who = "agent" if of_agent else "apply"
    names = outward(effects)
    synced = [at for at, name in enumerate(names, 1) if name in ("sync", "rename", "link", "unlink", "send")]
    for at in synced[:: max(1, len(synced) // 25)]:
        for survive in (False, True):
            yield without_power(survive), f"{who}: {names[at - 1]}", power.power, (version, at, of_agent, survive)
    syncs = [at for at in synced if names[at - 1] == "sync"]
    for at in syncs[:: max(1, len(syncs) // 25)]:
        yield "a kill, then the power goes", f"{who}: sync", power.killed_before, (version, at, of_agent, False)


def failed(version, of_agent, effects):
    who, fail = ("agent", applies.fail_agent) if of_agent else ("apply", applies.fail_apply)
    for only in ("sync", "write", "create", "rename"):
        count = effects.count(only)
        for at in range(1, count + 1, max(1, count // 12)):
            for number in (errno.EIO, errno.ENOSPC):
                for what in ("error", "forever"):
                    text = f"{errno.errorcode[number]} {'once' if what == 'error' else 'from then on'}"
                    yield f"{text}, {who}", only, fail, (version, at, what, number, only)


def stopped(of_agent, names):
    if of_agent:
        for at in range(1, len(names) + 1, max(1, len(names) // 20)):
            yield "agent stands still", names[at - 1], surroundings.stopped_agent, (at,)
    else:
        for at in range(1, len(names) + 1, 2):
            yield "suspended, lock broken", "stop", applies.suspend, (at,)


def around():
    """What needs no counting: folders, agents that stand still, clocks, the socket, plans."""
    found = [("read-only", what, surroundings.read_only, (what,)) for what in ("project", ".orchplan", "local", "state.db")]
    found += [
        ("a reader that leaves", words[0], surroundings.gone_reader, (words,))
        for words in surroundings.READERS + (["explain", "service"], ["schema"], ["logs"], ["apply", "--yes"])
    ]
    found += [("agent's clock jumps", "clock", surroundings.agent_clock, (s,)) for s in (86400, -86400, 10**9, -(10**8))]
    if shutil.which("faketime"):
        found += [("an expired plan", "clock", surroundings.expired, (s,)) for s in ("+2h", "-2h", "-1d", "+400d")]
    limits = [(resource.RLIMIT_NOFILE, n) for n in (24, 32, 40, 64)] + [(resource.RLIMIT_FSIZE, n) for n in (0, 256, 4096)]
    found += [("an agent with small limits", "limit", surroundings.agent_limits, limit) for limit in limits]
    socket = "the agent's socket"
    found += [(socket, "rubbish", agent_socket.rubbish, (name,)) for name in agent_socket.RUBBISH]
    found += [(socket, "endless", agent_socket.endless, ())]
    found += [(socket, "crowd", agent_socket.crowd, limits) for limits in ((300, 128), (3000, 256), (3000, 4096))]
    found += [(socket, "slow readers", agent_socket.slow_readers, (n,)) for n in (8, 200)]
    found += [(socket, "several agents", agent_socket.agents, (n,)) for n in (2, 6)]
    found += [(socket, "another program", agent_socket.impostor, (m,)) for m in ("silent", "greet", "hang up", "lie")]
    if os.geteuid() == 0:
        found += [(socket, "another user's", agent_socket.impostor, (m, True)) for m in ("silent", "lie")]
    found += [(socket, "strangers", agent_socket.strangers, ())]
    found += [("links and strange records", "link", agent_socket.linked, (w,)) for w in ((), ("local",), ("local", "services"))]
    found += [("links and strange records", "records", agent_socket.brought, ())]
    return found
