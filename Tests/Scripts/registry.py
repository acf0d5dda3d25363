#!/usr/bin/env python3
"""A small registry for tests: as much of the OCI distribution specification as an engine needs to push and pull.

    registry.py PORT --data DIR --pid-file FILE [--user NAME:PASSWORD]

Listens on 127.0.0.1:PORT. Blobs and manifests are files below DIR, which several registries may share; tags are files
that hold a digest, so that a push moves them at once. With --user nothing is told without these credentials.
FILE is written, with the number of this process, once it listens.
"""

import argparse
import base64
import hashlib
import http.server
import json
import os
import re
import uuid
from urllib.parse import parse_qs, urlsplit

NAME = r"/v2/(?P<name>[a-z0-9._/-]+?)"
UPLOADS = re.compile(NAME + r"/blobs/uploads/(?P<id>[a-f0-9-]*)$")
BLOB = re.compile(NAME + r"/blobs/(?P<digest>sha256:[a-f0-9]{64})$")
MANIFEST = re.compile(NAME + r"/manifests/(?P<reference>[A-Za-z0-9._:-]+)$")


class Registry(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    data = ""
    user = None

    def path_of(self, *parts):
        path = os.path.join(self.data, *parts)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return path

    def body(self):
        """The request's body, whole or in chunks."""
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        whole = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            whole += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return whole

    def answer(self, status, headers=(), body=b""):
        self.send_response(status)
        self.send_header("Docker-Distribution-Api-Version", "registry/2.0")
        for key, value in headers:
            self.send_header(key, value)
        if not any(key == "Content-Length" for key, _ in headers):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def refuse(self, status, code, headers=()):
        body = json.dumps({"errors": [{"code": code, "message": code.lower().replace("_", " ")}]}).encode()
        self.answer(status, [("Content-Type", "application/json"), *headers], body)

    def is_let_in(self):
        wanted = self.user and "Basic " + base64.b64encode(self.user.encode()).decode()
        if not wanted or self.headers.get("Authorization") == wanted:
            return True
        self.body()
        self.refuse(401, "UNAUTHORIZED", [("WWW-Authenticate", 'Basic realm="tests"')])
        return False

    def do_GET(self):
        if not self.is_let_in():
            return
        path = urlsplit(self.path).path
        if path == "/v2/":
            self.answer(200, body=b"{}")
        elif match := BLOB.match(path):
            self.tell("blobs", match["digest"], "application/octet-stream", "BLOB_UNKNOWN")
        elif match := MANIFEST.match(path):
            digest = match["reference"]
            if ":" not in digest:
                tag = self.path_of("tags", match["name"], digest)
                digest = open(tag).read() if os.path.exists(tag) else ""
            kind = self.path_of("kinds", match["name"], digest or "none")
            known = os.path.exists(kind)
            self.tell("blobs" if known else "none", digest, known and open(kind).read(), "MANIFEST_UNKNOWN")
        else:
            self.refuse(404, "NOT_FOUND")

    do_HEAD = do_GET

    def tell(self, folder, digest, kind, otherwise):
        file = self.path_of(folder, digest or "none")
        if not os.path.exists(file):
            return self.refuse(404, otherwise)
        with open(file, "rb") as content:
            body = content.read()
        self.answer(200, [("Content-Type", kind), ("Docker-Content-Digest", digest)], body)

    def do_POST(self):
        if not self.is_let_in():
            return
        self.body()
        match = UPLOADS.match(urlsplit(self.path).path)
        if not match:
            return self.refuse(404, "NOT_FOUND")
        upload = str(uuid.uuid4())
        open(self.path_of("uploads", upload), "wb").close()
        self.accepted(match["name"], upload, 0)

    def accepted(self, name, upload, size):
        place = f"/v2/{name}/blobs/uploads/{upload}"
        self.answer(202, [("Location", place), ("Range", f"0-{max(0, size - 1)}"), ("Docker-Upload-UUID", upload)])

    def do_PATCH(self):
        if not self.is_let_in():
            return
        body = self.body()
        match = UPLOADS.match(urlsplit(self.path).path)
        if not match or not os.path.exists(self.path_of("uploads", match["id"])):
            return self.refuse(404, "BLOB_UPLOAD_UNKNOWN")
        with open(self.path_of("uploads", match["id"]), "ab") as file:
            file.write(body)
            size = file.tell()
        self.accepted(match["name"], match["id"], size)

    def do_PUT(self):
        if not self.is_let_in():
            return
        body = self.body()
        address = urlsplit(self.path)
        if match := UPLOADS.match(address.path):
            upload = self.path_of("uploads", match["id"])
            with open(upload, "ab") as file:
                file.write(body)
            digest = parse_qs(address.query)["digest"][0]
            with open(upload, "rb") as file:
                if "sha256:" + hashlib.sha256(file.read()).hexdigest() != digest:
                    return self.refuse(400, "DIGEST_INVALID")
            os.replace(upload, self.path_of("blobs", digest))
            self.answer(201, [("Location", f"/v2/{match['name']}/blobs/{digest}"), ("Docker-Content-Digest", digest)])
        elif match := MANIFEST.match(address.path):
            digest = "sha256:" + hashlib.sha256(body).hexdigest()
            self.keep(self.path_of("blobs", digest), body)
            self.keep(self.path_of("kinds", match["name"], digest), self.headers["Content-Type"].encode())
            if ":" not in match["reference"]:
                self.keep(self.path_of("tags", match["name"], match["reference"]), digest.encode())
            place = f"/v2/{match['name']}/manifests/{digest}"
            self.answer(201, [("Location", place), ("Docker-Content-Digest", digest)])
        else:
            self.refuse(404, "NOT_FOUND")

    @staticmethod
    def keep(path, content):
        new = f"{path}.{uuid.uuid4()}"
        with open(new, "wb") as file:
            file.write(content)
        os.replace(new, path)

    def log_message(self, *_):
        pass


arguments = argparse.ArgumentParser()
arguments.add_argument("port", type=int)
arguments.add_argument("--data", required=True)
arguments.add_argument("--pid-file", required=True)
arguments.add_argument("--user")
chosen = arguments.parse_args()
Registry.data = chosen.data
Registry.user = chosen.user
server = http.server.ThreadingHTTPServer(("127.0.0.1", chosen.port), Registry)
Registry.keep(chosen.pid_file, str(os.getpid()).encode())
server.serve_forever()
