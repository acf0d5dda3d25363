"""Counts visits in Redis and says which instance answered."""
import os
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

sys.path.insert(0, "/app")
from redis_client import Redis  # noqa: E402

VERSION = os.environ.get("VERSION", "1")
INSTANCE = os.environ.get("ORCHPLAN_INSTANCE", "web")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/healthz":
            broken = os.environ.get("BROKEN") == "1"
            return self.send(500 if broken else 200, "broken\n" if broken else "ok\n")
        try:
            redis = Redis()
            visits = redis.command("INCR", "visits")
            redis.command("LPUSH", "queue", visits)
        except (OSError, RuntimeError) as error:
            return self.send(503, f"redis: {error}\n")
        return self.send(200, f"visit {visits}, answered by {INSTANCE} (version {VERSION})\n")

    def send(self, status, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, form, *arguments):
        if self.path != "/healthz":
            print(form % arguments, flush=True)


server = ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler)
# Answers what is under way, then ends.
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
print(f"{INSTANCE} serves version {VERSION}", flush=True)
server.serve_forever()
server.server_close()
