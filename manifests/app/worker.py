"""Takes visits off the queue and adds up how many it has seen."""
import pathlib
import signal
import sys
import time

sys.path.insert(0, "/app")
from redis_client import Redis  # noqa: E402

ALIVE = pathlib.Path("/tmp/alive")
running = True


def stop(*_):
    global running
    running = False


signal.signal(signal.SIGTERM, stop)
redis = None
while running:
    try:
        redis = redis or Redis()
        item = redis.command("BRPOP", "queue", 1)
        ALIVE.touch()
        if item:
            total = redis.command("INCR", "processed")
            print(f"processed visit {item[1].decode()}, {total} in all", flush=True)
    except (OSError, RuntimeError) as error:
        print(f"redis: {error}; trying again", file=sys.stderr, flush=True)
        redis = None
        time.sleep(0.5)
