"""The few lines of the Redis protocol that this example needs."""
import os
import socket


class Redis:
    """One connection; commands are lists of words, answers are bytes, int or None."""

    def __init__(self, host="redis", port=6379, timeout=5):
        self.socket = socket.create_connection((host, port), timeout)
        self.reader = self.socket.makefile("rb")
        with open(os.environ.get("PASSWORD_FILE", "/run/secrets/redis-password")) as f:
            self.command("AUTH", f.read().strip())

    def command(self, *words):
        parts = [str(word).encode() for word in words]
        request = b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(p), p) for p in parts)
        self.socket.sendall(request)
        return self.answer()

    def answer(self):
        line = self.reader.readline()
        if not line:
            raise ConnectionError("redis closed the connection")
        kind, rest = line[:1], line[1:-2]
        if kind == b"-":
            raise RuntimeError(rest.decode())
        if kind == b":":
            return int(rest)
        if kind == b"$":
            size = int(rest)
            return None if size < 0 else self.reader.read(size + 2)[:-2]
        if kind == b"*":
            count = int(rest)
            return None if count < 0 else [self.answer() for _ in range(count)]
        return rest
