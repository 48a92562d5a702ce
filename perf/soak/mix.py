"""The load of a soak: what many clients send in a day, good and bad, and what must come of each."""

import base64
import collections
import contextlib
import http.client
import json
import random
import socket
import threading
import time

GENERATIONS = "/v1/images/generations"
WORDS = "a red apple kite dunes heron marsh tiger rocket balloon gift sign hello beach huts river glass crystal".split()
MAGIC = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF")
APPROXIMATIONS = (
    {},
    {},
    {"enable_cache_dit": True, "cache_dit_params": {"residual_diff_threshold": 0.4, "enable_taylorseer": True}},
    {"enable_cache_dit": True, "cache_dit_params": {"scm_preset": "fast"}, "num_inference_steps": 8},
    {"forecast": 0.4},
    {"forecast": {"policy": "guarded", "tolerance": 0.1}},
    {"sampler": "ab2"},
)
REFUSED = (
    b"",
    b"{" * 3000,
    b"[" * 100_000,
    b'{"prompt":"\xff\xfe"}',
    b'{"prompt":"a","size":"1x1"}',
    b'{"prompt":"a","n":' + b"9" * 2000 + b"}",
    b'{"prompt":"a","model":"nope"}',
    b'{"prompt":"a","cache_dit_params":{"x":1}}',
)
ASKED = ("/metrics", "/health", "/health_generate", "/liveness", "/server_info", "/v1/models", "/q/openapi")
LONGEST_PAUSE = 1.0


class Wrong(Exception):
    """An answer that should not have been."""


class Mix:
    """Clients on threads of their own. `tally` counts what came of their requests, `wrong` lists what should not have been."""

    def __init__(self, host, port, clients, seed=1):
        self.address = (host, port)
        self.tally = collections.Counter()
        self.wrong = []
        self.stopped = threading.Event()
        self.open = threading.Event()
        self.open.set()
        self.threads = [threading.Thread(target=self._client, args=(random.Random(seed * 7919 + n),)) for n in range(clients)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        for thread in self.threads:
            thread.join()

    @contextlib.contextmanager
    def held(self):
        """No client begins anything meanwhile; what was begun goes on."""
        self.open.clear()
        try:
            yield
        finally:
            self.open.set()

    def _client(self, chance):
        kinds = {
            self._stream: 30,
            self._json: 20,
            self._links: 13,
            self._hang_up_on_a_stream: 10,
            self._hang_up_on_an_answer: 8,
            self._half_a_body: 2,
            self._refused: 10,
            self._ask: 7,
        }
        while self.open.wait() and not self.stopped.is_set():
            kind = chance.choices(list(kinds), kinds.values())[0]
            try:
                outcome = kind(chance)
            except (Wrong, OSError, http.client.HTTPException, ValueError) as failure:
                outcome = "wrong"
                self.wrong.append(f"{kind.__name__.strip('_')}: {failure!r}")
            self.tally[outcome] += 1

    def _stream(self, chance):
        body = order(chance) | watching(chance)
        status, text = self._post(body)
        if status == 429:
            return self._full(chance)
        done = text.count(b"event: image_generation.completed\n")
        if status != 200 or done != body["n"] or b"event: error" in text:
            raise Wrong(f"HTTP {status}, {done} of {body['n']}: {text[-300:]!r}")
        return "streams"

    def _json(self, chance):
        status, text = self._post(order(chance))
        if status == 429:
            return self._full(chance)
        if status != 200 or not all(is_picture(base64.b64decode(image["b64_json"])) for image in json.loads(text)["data"]):
            raise Wrong(f"HTTP {status}: {text[:300]!r}")
        return "answers"

    def _links(self, chance):
        status, text = self._post(order(chance) | {"response_format": "url"})
        if status == 429:
            return self._full(chance)
        if status != 200:
            raise Wrong(f"HTTP {status}: {text[:300]!r}")
        for image in json.loads(text)["data"]:
            status, picture = self._request("GET", "/" + image["url"].split("/", 3)[3])
            if status != 200 or not is_picture(picture):
                raise Wrong(f"{image['url']}: HTTP {status}")
        return "links"

    def _hang_up_on_a_stream(self, chance):
        self._hang_up(chance, json.dumps(order(chance) | watching(chance)).encode(), None)
        return "streams left"

    def _hang_up_on_an_answer(self, chance):
        self._hang_up(chance, json.dumps(order(chance)).encode(), None)
        return "answers left"

    def _half_a_body(self, chance):
        body = json.dumps(order(chance)).encode()
        self._hang_up(chance, body, len(body) // 2)
        return "half-sent bodies"

    def _refused(self, chance):
        status, text = self._request("POST", GENERATIONS, chance.choice(REFUSED))
        if status not in (400, 404, 429):
            raise Wrong(f"HTTP {status}: {text[:300]!r}")
        return "refused"

    def _ask(self, chance):
        path = chance.choice(ASKED)
        status, text = self._request("GET", path)
        if status != 200:
            raise Wrong(f"{path}: HTTP {status}: {text[:300]!r}")
        return "questions"

    def _full(self, chance):
        self.stopped.wait(LONGEST_PAUSE * chance.random())
        return "told to come again"

    def _hang_up(self, chance, body, sent):
        head = f"POST {GENERATIONS} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        with socket.create_connection(self.address, 60) as connection:
            connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body[:sent])
            time.sleep(chance.random())

    def _post(self, body):
        return self._request("POST", GENERATIONS, json.dumps(body).encode())

    def _request(self, method, path, body=None):
        connection = http.client.HTTPConnection(*self.address, timeout=300)
        try:
            connection.request(method, path, body, {"Content-Type": "application/json"} if body is not None else {})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


def order(chance):
    n = chance.choice((1, 1, 1, 2, 3, 4))
    body = {
        "prompt": " ".join(chance.choices(WORDS, k=chance.choice((1, 3, 8, 20, 60, 150, 500)))),
        "n": n,
        "size": chance.choice(("64x64", "64x64", "96x64", "128x128", "64x160", "192x192")),
        "num_inference_steps": chance.choice((1, 2, 3, 5, 8, 12)),
        "output_format": chance.choice(("png", "png", "jpeg", "webp")),
        "seed": [chance.randrange(10**9) for _ in range(n)],
    }
    if chance.random() < 0.3:
        body["true_cfg_scale"] = 1.0
    return body | chance.choice(APPROXIMATIONS)


def watching(chance):
    return {
        "stream": True,
        "partial_images": chance.randrange(4),
        "stream_progress": chance.random() < 0.7,
        "preview": chance.choice(("none", "fast", "full")),
    }


def is_picture(content):
    return content.startswith(MAGIC)
