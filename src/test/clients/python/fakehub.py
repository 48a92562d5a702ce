"""A Hub on loopback with one model, which answers `huggingface_hub` and Inkstream."""

import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"
LFS = 1 << 16


class FakeHub:
    """`requests` are the methods and paths that were asked for."""

    def __init__(self, name, folder):
        self.name = name
        self.files = {str(f.relative_to(folder)): f.read_bytes() for f in sorted(folder.rglob("*")) if f.is_file()}
        self.requests = []
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_HEAD(self):
                hub.answer(self)

            def do_GET(self):
                hub.answer(self)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def gets(self):
        return [path for method, path in self.requests if method == "GET" and "/resolve/" in path]

    def answer(self, request):
        path = unquote(urlsplit(request.path).path)
        self.requests.append((request.command, path))
        info, tree = f"/api/models/{self.name}", f"/api/models/{self.name}/tree/"
        resolve = f"/{self.name}/resolve/"
        if path.startswith(tree):
            return self.send(request, json.dumps([self.entry(file) for file in self.files]).encode())
        if path == info or path.startswith(info + "/revision/"):
            siblings = [self.sibling(file) for file in self.files]
            return self.send(
                request, json.dumps({"id": self.name, "sha": COMMIT, "siblings": siblings, "tags": []}).encode()
            )
        file = path.removeprefix(resolve).partition("/")[2] if path.startswith(resolve) else None
        if file not in self.files:
            return self.send(request, b"", 404, {"X-Error-Code": "EntryNotFound"})
        content = self.files[file]
        headers = {"ETag": f'"{self.etag(content)}"', "X-Repo-Commit": COMMIT}
        if len(content) >= LFS:
            headers |= {"X-Linked-Etag": f'"{self.etag(content)}"', "X-Linked-Size": str(len(content))}
        return self.send(request, content, 200, headers)

    @staticmethod
    def send(request, body, status=200, headers=None):
        request.send_response(status)
        for name, value in (headers or {}).items():
            request.send_header(name, value)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        if request.command == "GET":
            request.wfile.write(body)

    @staticmethod
    def oid(content):
        return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()

    def etag(self, content):
        return hashlib.sha256(content).hexdigest() if len(content) >= LFS else self.oid(content)

    def sibling(self, file):
        content = self.files[file]
        entry = {"rfilename": file, "size": len(content), "blobId": self.oid(content)}
        if len(content) >= LFS:
            entry["lfs"] = {"sha256": self.etag(content), "size": len(content), "pointerSize": 134}
        return entry

    def entry(self, file):
        content = self.files[file]
        entry = {"type": "file", "path": file, "size": len(content), "oid": self.oid(content)}
        if len(content) >= LFS:
            entry["lfs"] = {"oid": self.etag(content), "size": len(content), "pointerSize": 134}
        return entry
