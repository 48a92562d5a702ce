"""`inkstream serve` as the scripts here run and ask it."""
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request


class GoneError(Exception):
    pass


class Server:
    """`inkstream serve` with some options; what it keeps is in the folder."""

    def __init__(self, arguments, folder, options, environment=None):
        self.log = folder / f"log{len(list(folder.glob('log*')))}"
        command = [arguments.inkstream.resolve(), "serve", "--model-path", arguments.snapshot, "--device", arguments.device]
        command += ["--port", "0", "--output-path", folder / "kept", *options]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=os.environ | (environment or {}))
        self.limit = arguments.limit
        self.url = self.await_("is ready", self.ready)

    def ready(self):
        if self.process.poll() is not None:
            sys.exit(self.log.read_text())
        found = re.search(r"ready: (http://\S+)/v1", self.log.read_text())
        return found and found.group(1)

    def ask(self, path, body=None):
        request = urllib.request.Request(self.url + path, json.dumps(body).encode() if body else None,
                                         {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=self.limit) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)
        except OSError as error:
            raise GoneError(f"{path}: {error}") from error

    def await_(self, what, condition):
        end = time.monotonic() + self.limit
        while time.monotonic() < end:
            if found := condition():
                return found
            time.sleep(0.01)
        self.give_up(f"not in {self.limit} s: the server {what}")

    def give_up(self, why):
        """Ends the program; a JVM tells its threads' stacks when it gets SIGQUIT."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            time.sleep(2)
        self.process.kill()
        sys.exit(f"{why}\n{self.log.read_text()[-60000:]}")

    def answer(self, path, body=None):
        status, answer = self.ask(path, body)
        if status >= 300:
            sys.exit(f"{path}: {status} {json.dumps(answer)}\n{self.log.read_text()[-4000:]}")
        return answer

    def job(self, job):
        return self.answer(f"/v1/images/jobs/{job}")

    def has_drawn(self, jobs):
        """Whether it has drawn all, or has ended."""
        try:
            answers = [self.ask(f"/v1/images/jobs/{job}") for job in jobs]  # a stopping one refuses
            return all(status == 200 and answer["completed_at"] for status, answer in answers)
        except GoneError:
            return self.await_("ends, once it does not answer", lambda: self.process.poll() is not None)

    def lines(self, pattern):
        return [line for line in self.log.read_text().splitlines() if re.search(pattern, line)]

    def end(self):
        self.process.kill()
        self.process.wait()
