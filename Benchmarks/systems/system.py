"""The abstract system, the same for every tool."""

import random
from dataclasses import dataclass
from typing import List, Tuple

SHAPES = ("random", "window", "chain", "none")
TEAMS = ("payments", "search", "catalog", "identity", "billing", "media")
REGIONS = ("eu-west-1", "eu-central-1", "us-east-1", "ap-south-1")
LEVELS = ("debug", "info", "warn", "error")
LAST_PORT = 65535
FIRST_PORT = 1024
WINDOW = 32


@dataclass(frozen=True)
class Network:
    name: str
    subnet: str


@dataclass(frozen=True)
class Volume:
    name: str
    size: str


@dataclass(frozen=True)
class Secret:
    name: str
    file: str


@dataclass(frozen=True)
class Service:
    name: str
    team: str
    tag: str
    environment: Tuple[Tuple[str, str], ...]
    target_port: int
    published_port: int  # 0: not published (only past the last free port)
    networks: Tuple[str, ...]
    volume: str
    secret: str
    replicas: int
    cpus: str
    memory_mib: int
    depends_on: Tuple[str, ...]

    @property
    def image(self) -> str:
        return f"registry.example.com/{self.team}/{self.name}:{self.tag}"


@dataclass(frozen=True)
class System:
    services: List[Service]
    networks: List[Network]
    volumes: List[Volume]
    secrets: List[Secret]


def dependencies(i: int, shape: str, rng: random.Random) -> List[int]:
    """Two earlier services (fewer for the first two), so the graph is acyclic."""
    count = min(i, 2)
    if shape == "none" or count == 0:
        return []
    if shape == "chain":
        return list(range(i - count, i))
    low = max(0, i - WINDOW) if shape == "window" else 0
    return sorted(rng.sample(range(low, i), count))


def build(n: int, seed: int, shape: str, change: float) -> System:
    side = max(2, n // 10)
    networks = [Network(f"net-{k:06d}", f"10.{k >> 8 & 255}.{k & 255}.0/24") for k in range(side)]
    volumes = [Volume(f"vol-{k:06d}", f"{1 + k % 50}Gi") for k in range(side)]
    secrets = [Secret(f"sec-{k:06d}", "secrets/token.txt") for k in range(side)]

    count = max(1, round(n * change)) if change > 0 else 0
    changed = set(random.Random(f"{seed}:change").sample(range(n), count))

    services = []
    for i in range(n):
        rng = random.Random(f"{seed}:{i}")  # per service: independent of N
        deps = dependencies(i, shape, rng)
        nets = rng.sample(range(side), 2)
        tag = f"{rng.randrange(1, 9)}.{rng.randrange(20)}.{rng.randrange(50)}"
        port = FIRST_PORT + i
        services.append(Service(
            name=f"svc-{i:06d}",
            team=rng.choice(TEAMS),
            tag=tag + "-next" if i in changed else tag,
            environment=(
                ("LOG_LEVEL", rng.choice(LEVELS)),
                ("DATABASE_URL", f"postgres://db-{rng.randrange(64)}.internal:5432/app"),
                ("CACHE_TTL_SECONDS", str(rng.randrange(10, 900))),
                ("FEATURE_FLAGS", ",".join(f"flag-{rng.randrange(100)}" for _ in range(3))),
                ("REGION", rng.choice(REGIONS)),
            ),
            target_port=8000 + rng.randrange(1000),
            published_port=port if port <= LAST_PORT else 0,
            networks=tuple(networks[k].name for k in nets),
            volume=volumes[rng.randrange(side)].name,
            secret=secrets[rng.randrange(side)].name,
            replicas=rng.randrange(1, 6),
            cpus=f"{rng.choice((0.25, 0.5, 1.0, 2.0)):.2f}",
            memory_mib=rng.choice((128, 256, 512, 1024)),
            depends_on=tuple(f"svc-{d:06d}" for d in deps),
        ))
    return System(services, networks, volumes, secrets)
