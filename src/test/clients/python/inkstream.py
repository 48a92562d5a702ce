"""The packaged server as its users start it: `./inkstream serve`, on a free port."""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

HOME = Path(__file__).resolve().parents[4]
MODEL = "qwen-image-tiny"
READY = re.compile(r"Inkstream is ready: (\S+) ")
LONGEST_SECONDS = 120
WEBHOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

# Ours, without the suffixes of Prometheus.
QUEUED = "inkstream_queue_waiting"
RUNNING = "inkstream_queue_running"


def wait_until(what, condition, longest=LONGEST_SECONDS):
    """Looks until `condition` gives something true, and returns that."""
    end = time.monotonic() + longest
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {longest} s: {what}")
        time.sleep(0.02)


class Server:
    """One server in a folder of its own. `url` ends in /v1."""

    def __init__(self, model_path, *flags, **variables):
        self.folder = tempfile.TemporaryDirectory(prefix="inkstream-server-", ignore_cleanup_errors=True)
        self.log = Path(self.folder.name, "log")
        command = [str(HOME / "inkstream"), "serve", "--port", "0", "--model-path", str(model_path)]
        command += ["--served-model-name", MODEL, "--no-spinning", *flags]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command,
                cwd=self.folder.name,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **variables},
            )

    def __enter__(self):
        try:
            self.url = wait_until("the server is ready", self._ready_url)
        except BaseException:
            self.__exit__()
            raise
        self.root = self.url.removesuffix("/v1")
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(LONGEST_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.folder.cleanup()

    def _ready_url(self):
        ready = READY.search(self.log.read_text())
        if not ready and self.process.poll() is not None:
            sys.stderr.write(self.log.read_text())
            raise AssertionError(f"the server ended with {self.process.returncode} before it was ready")
        return ready and ready.group(1)


def metric(root, name):
    """The sum of a metric over its labels; None while there is none of that name."""
    values = [float(line.rsplit(" ", 1)[1]) for line in _get(root + "/metrics").splitlines() if _is(line, name)]
    return sum(values) if values else None


def server_info(root):
    return json.loads(_get(root + "/server_info"))


def _is(line, name):
    return line.startswith((name + " ", name + "{"))


def _get(url):
    with urllib.request.urlopen(url, timeout=30) as answer:
        return answer.read().decode()
