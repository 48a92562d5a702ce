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
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from served import GoneError, Server


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
