"""A server that is being started: how long it takes until it listens, is ready and has drawn."""

import http.client
import json
import os
import pathlib
import socket
import subprocess
import sys
import time

ORDER = {"prompt": "a red apple", "num_inference_steps": 4, "seed": 1}
JSON = {"Content-Type": "application/json"}
PATIENCE = 120


def program(command, environment=None):
    """What starts a command of this machine as a server, quietly."""
    return lambda port, words=(): subprocess.Popen(
        [*command, "serve", "--port", str(port), *words],
        env={**os.environ, **(environment or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    """What `start` starts: it takes a port and further words, and gives a process with Popen's methods."""

    def __init__(self, start, words=()):
        self.port = free_port()
        self.start = time.monotonic()
        self.process = start(self.port, words)

    def elapsed(self):
        return time.monotonic() - self.start

    def until(self, condition):
        while not condition():
            if self.process.poll() is not None or self.elapsed() > PATIENCE:
                sys.exit(f"{self.process.args} does not get there")
            time.sleep(0.002)
        return self.elapsed()

    def accepts(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False

    def ask(self, method, path, body=None):
        """The status, 0 where nobody answers, and the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body and json.dumps(body), JSON if body else {})
            answer = connection.getresponse()
            return answer.status, answer.read()
        except OSError:
            return 0, b""
        finally:
            connection.close()

    def is_ready(self):
        return self.ask("GET", "/q/health/ready")[0] == 200

    def draws(self):
        return self.ask("POST", "/v1/images/generations", ORDER)[0] == 200

    def picture(self):
        start, cpu = time.monotonic(), self.cpu()
        if not self.draws():
            sys.exit("a picture failed")
        return time.monotonic() - start, self.cpu() - cpu

    def cpu(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident(self):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        return float("nan")

    def stop(self):
        """Its exit code."""
        self.process.terminate()
        return self.process.wait(PATIENCE)
