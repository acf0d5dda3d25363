"""Prepares the database once, before anything uses it."""
import sys

sys.path.insert(0, "/app")
from redis_client import Redis  # noqa: E402

redis = Redis()
redis.command("SETNX", "visits", 0)
redis.command("SETNX", "processed", 0)
redis.command("SET", "schema", 1)
print("schema 1 is in place", flush=True)
