#!/usr/bin/env python3
"""Breaks one of two cards under a server with two replicas, while both draw.

usage: lost_card.py INKSTREAM SNAPSHOT [--steps 8] [--size 1024] [--device cuda] [--jobs 6] [--how trap] [--limit 90]

Draws each job's picture once for comparison, begins all of them at once, and loses the second card as soon as the first
steps are done (lose_card.c, compiled here with cc and loaded by LD_PRELOAD): a kernel traps there, or with --how reset
the process's context there is reset; --how kill kills the process instead. If the server has drawn all, another card did
it; if it has ended (--on-device-loss exit), the next one is started where its jobs are kept. Prints JSON: how the first
server ended, how the jobs did, how often each was begun, whether their pictures are the ones from before, and the logs'
lines about it. Ends with 1 if a job did not get its picture. What takes longer than the limit, in seconds, ends it with
what it waited for, the log's end and what every thread of the server was doing.
"""
import argparse
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path


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


class Card:
    """What a server loads to lose a card."""

    def __init__(self, folder):
        library = folder / "lose_card.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-o", library, Path(__file__).with_name("lose_card.c"), "-ldl", "-lpthread"],
                       check=True)
        self.broken = folder / "broken"
        self.environment = {"LD_PRELOAD": str(library), "LOSE_CARD": str(self.broken)}

    def lose(self, card, how):
        with tempfile.NamedTemporaryFile("w", dir=self.broken.parent, delete=False) as file:
            file.write(f"{card} {how}")
        os.replace(file.name, self.broken)


def picture(result):
    return hashlib.sha256(result["data"][0]["b64_json"].encode()).hexdigest() if result else None


def measure(server, card, again, arguments):
    orders = [{"prompt": "a red apple", "seed": seed, "num_inference_steps": arguments.steps,
               "size": f"{arguments.size}x{arguments.size}", "response_format": "b64_json"} for seed in range(arguments.jobs)]
    expected = [picture(server.answer("/v1/images/generations", order)) for order in orders]
    jobs = [server.answer("/v1/images/jobs", order)["id"] for order in orders]
    server.await_("draws two jobs", lambda: sum(server.job(job)["progress"] > 0 for job in jobs) >= 2)
    if arguments.how == "kill":
        server.process.kill()
    else:
        card.lose(1, arguments.how)
    lost = time.monotonic()
    server.await_("has drawn all, or has ended", lambda: server.has_drawn(jobs))
    first = {"ended": server.process.poll(), "seconds": round(time.monotonic() - lost, 2),
             "log": server.lines("is lost|are left|again|lose_card")}
    if first["ended"] is not None:
        server = again()
        server.await_("has drawn what the first has not", lambda: server.has_drawn(jobs))
    done = [server.job(job) for job in jobs]
    same = [picture(job["result"]) == before for job, before in zip(done, expected, strict=True)]
    print(json.dumps({"first": first, "jobs": [job["status"] for job in done], "tries": [job["tries"] for job in done],
                      "same_picture": same, "seconds": round(time.monotonic() - lost, 2), "health": server.ask("/health")}, indent=1))
    return all(same)


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1][7:])
    parser.add_argument("inkstream", type=Path)
    parser.add_argument("snapshot", type=Path)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--size", type=int, default=1024)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--jobs", type=int, default=6)
    parser.add_argument("--how", choices=("trap", "reset", "kill"), default="trap")
    parser.add_argument("--limit", type=float, default=90)
    arguments = parser.parse_args()
    options = ["--num-gpus", "2", "--dp-size", "2", "--on-device-loss", "exit"]
    servers = []

    def start(folder, environment=None):
        servers.append(Server(arguments, folder, options, environment))
        return servers[-1]

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        card = Card(folder)
        try:
            drawn = measure(start(folder, card.environment), card, lambda: start(folder), arguments)
            sys.exit(0 if drawn else 1)
        except GoneError as gone:
            servers[-1].give_up(str(gone))
        finally:
            for server in servers:
                server.end()


if __name__ == "__main__":
    main()
