#!/usr/bin/env python3
"""A soak: mixed load on ./inkstream serve for a quarter of an hour or more, and whether anything grows meanwhile.

usage: perf/soak/soak.py [--minutes 15] [--warm-up 2500] [--heap 256m] [--clients 6] [--output perf/soak/RESULTS.md]

Nightly: 15 minutes, and 15 with --heap 256m. Before a release: --minutes 60. Needs Python 3.11 and a JDK, sends to
127.0.0.1 only. Exits non-zero when an answer is wrong, when a figure rises faster in the last third than `verdict.py`
allows, or when tensors are left open at the end.
"""

import argparse
import contextlib
import csv
import sys
import time
from pathlib import Path
from urllib.parse import urlparse

from mix import Mix
from sampling import Sampler
from verdict import lines

HOME = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(HOME / "src/test/clients/python"))

from inkstream import QUEUED, RUNNING, Server, metric, wait_until  # noqa: E402
from models import TINY  # noqa: E402

TENSORS = "inkstream_tensors_open"
BETWEEN_SAMPLES = 15
BETWEEN_COLLECTIONS = 60
LONGEST_WARM_UP = 1800


def soak(arguments):
    """The samples, what came of the requests, and what was wrong."""
    options = "-XX:NativeMemoryTracking=summary -XX:+UsePerfData" + (f" -Xmx{arguments.heap}" if arguments.heap else "")
    with Server(arguments.model, "--threads", "1", INKSTREAM_JAVA_OPTS=options) as server:
        address = urlparse(server.url)
        sampler = Sampler(server.process.pid, lambda: {"waiting": metric(server.root, QUEUED)})
        with Mix(address.hostname, address.port, arguments.clients) as mix, explained(sampler):
            wait_until("warm", lambda: mix.tally.total() >= arguments.warm_up, LONGEST_WARM_UP)
            samples = sampled(sampler, arguments.minutes * 60, lambda: at_rest(server, mix))
        wait_until_at_rest(server)
        tensors = metric(server.root, TENSORS)
        log = [line for line in server.log.read_text().splitlines() if " ERROR " in line or "\tat " in line]
    left = [f"{tensors:.0f} tensors are open at the end"] if tensors else []
    return samples, mix.tally, mix.wrong + left + log[:20]


@contextlib.contextmanager
def explained(sampler):
    """What every thread of a server that does not answer was doing goes to standard error: the file is gone when the server has ended."""
    try:
        yield
    except OSError:
        sys.stderr.write(sampler.threads())
        raise


@contextlib.contextmanager
def at_rest(server, mix):
    """What lives after a collection is compared without what requests under way hold, which is many times what could grow."""
    with mix.held():
        wait_until_at_rest(server)
        yield


def wait_until_at_rest(server):
    wait_until("nothing runs or waits", lambda: metric(server.root, RUNNING) + metric(server.root, QUEUED) == 0)


def sampled(sampler, seconds, at_rest):
    samples = []
    begin = time.monotonic()
    collected = begin - BETWEEN_COLLECTIONS
    while time.monotonic() < begin + seconds:
        time.sleep(BETWEEN_SAMPLES)
        collect = time.monotonic() - collected >= BETWEEN_COLLECTIONS
        if collect:
            with at_rest():
                samples.append(sampler.sample(collect))
            collected = time.monotonic()
        else:
            samples.append(sampler.sample(collect))
    return samples


def table(found, hours):
    text = "| | first third | last third | highest | an hour, in the last third | allowed |\n|---|---:|---:|---:|---:|---:|\n"
    for line in found:
        allowed = f"{line.bound.per_hour:g}" if line.bound else ""
        mark = " **too steep**" if line.is_too_steep(hours) else ""
        text += f"| {line.name} | {line.first:.1f} | {line.last:.1f} | {line.highest:.1f} | {line.slope:+.1f}{mark} | {allowed} |\n"
    return text


def report(arguments, found, hours, tally, wrong):
    heap = f", `-Xmx{arguments.heap}`" if arguments.heap else ""
    text = f"\n## {arguments.minutes:g} minutes after {arguments.warm_up} requests, {arguments.clients} clients{heap}\n\n"
    text += f"{', '.join(f'{name}: {count}' for name, count in tally.most_common())}.\n\n{table(found, hours)}"
    return text + "".join(f"\n- wrong: {what}" for what in wrong[:20])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--warm-up", type=int, default=2500, help="requests before the minutes begin: code is compiled, caches fill")
    parser.add_argument("--heap", help="the largest heap, such as 256m; the Java machine's own choice otherwise")
    parser.add_argument("--clients", type=int, default=6)
    parser.add_argument("--model", type=Path, default=TINY)
    parser.add_argument("--samples", type=Path, help="a CSV file of all samples")
    parser.add_argument("--output", type=Path, help="a Markdown table is added to this file")
    arguments = parser.parse_args()
    samples, tally, wrong = soak(arguments)
    found, hours = lines(samples)
    text = report(arguments, found, hours, tally, wrong)
    print(text)
    if arguments.output:
        with arguments.output.open("a") as output:
            output.write(text)
    if arguments.samples:
        write(samples, arguments.samples)
    return 1 if wrong or any(line.is_too_steep(hours) for line in found) else 0


def write(samples, path):
    names = dict.fromkeys(name for sample in samples for name in sample)
    with path.open("w", newline="") as output:
        writer = csv.DictWriter(output, names)
        writer.writeheader()
        writer.writerows(samples)


if __name__ == "__main__":
    sys.exit(main())
