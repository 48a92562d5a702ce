#!/usr/bin/env python3
"""A load on ./inkstream serve: many streaming clients on a few slots, some of which hang up early.

usage: perf/load/run.py [--clients 200] [--slots 4] [--seconds 60] [--max-queued-requests 256] [--output RESULTS.md]

Needs Python 3.11 and nothing else, sends to 127.0.0.1 only, and ends by itself. Exits non-zero when an answer is
lost, doubled or another's, or when the server still holds something afterwards.
"""

import argparse
import asyncio
import statistics
import sys
from pathlib import Path
from urllib.parse import urlparse

from clients import Tally, client
from process import held

HOME = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(HOME / "src/test/clients/python"))

from inkstream import QUEUED, RUNNING, Server, metric, wait_until  # noqa: E402
from models import TINY  # noqa: E402

REQUESTS = "inkstream_requests_total"
TENSORS = "inkstream_tensors_open"
# A leak grows with the requests, of which there are hundreds; these few are pools at rest.
ALLOWED = {"open files": 20, "heap after a collection (MB)": 20, "open tensors": 0, "jobs on the heap": 8}


async def load(url, clients, seconds):
    tally = Tally()
    address = urlparse(url)
    end = asyncio.get_running_loop().time() + seconds
    await asyncio.gather(*(client(n + 1, address.hostname, address.port, end, tally) for n in range(clients)))
    return tally


def measure(arguments):
    """Figures by name, and what was wrong."""
    flags = ["--max-running-requests", str(arguments.slots), "--threads", "1"]
    flags += ["--max-queued-requests", str(arguments.max_queued_requests)]
    with Server(TINY, *flags) as server:
        asyncio.run(load(server.url, arguments.slots, 10))
        idle(server)
        before = held_by(server)
        counted = metric(server.root, REQUESTS)
        tally = asyncio.run(load(server.url, arguments.clients, arguments.seconds))
        idle(server)
        counted = round(metric(server.root, REQUESTS) - counted)
        after = held_by(server)
    figures = {name: tally[name] for name in ("completed", "hung up", "refused", "wrong")}
    figures["counted by the server"] = counted
    figures["seconds to a picture, median"] = round(statistics.median(tally.seconds), 2)
    figures["seconds to a picture, longest"] = round(max(tally.seconds), 2)
    figures |= {name: f"{before[name]} → {after[name]}" for name in before}
    leaks = [f"{name}: {figures[name]}" for name, more in ALLOWED.items() if after[name] - before[name] > more]
    lost = [] if counted == tally.total() else [f"the clients sent {tally.total()} requests, the server counts {counted}"]
    return figures, tally.wrong + lost + leaks


def held_by(server):
    return held(server.process.pid) | {"open tensors": round(metric(server.root, TENSORS))}


def idle(server):
    wait_until("nothing runs", lambda: metric(server.root, RUNNING) == 0)
    wait_until("nothing waits", lambda: metric(server.root, QUEUED) == 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--slots", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--max-queued-requests", type=int, default=256)
    parser.add_argument("--output", type=Path, help="a Markdown table is added to this file")
    arguments = parser.parse_args()
    figures, wrong = measure(arguments)
    title = "{clients} clients, {slots} slots, a queue of {max_queued_requests}, {seconds:.0f} s".format(**vars(arguments))
    table = "\n".join([f"\n## {title}\n", "| | |", "|---|---|", *(f"| {k} | {v} |" for k, v in figures.items())])
    print(table, *wrong[:20], sep="\n")
    if arguments.output:
        with arguments.output.open("a") as output:
            output.write(table + "\n")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
