#!/usr/bin/env python3
"""Measures how long cards are kept after a client has hung up, over HTTP.

usage: hang_up.py INKSTREAM SNAPSHOT [--size 1024] [--device cuda] [--rounds 10] [--limit 90] [-- SERVER'S OPTION …]

In turn: a picture of one step on a server that does nothing, and the same one asked for as soon as the connection of a
picture of 50 steps is closed, which was streaming its steps. The second waits until all cards of the first are free.
Prints JSON: milliseconds of both, medians, and the median of the rounds' differences.
"""
import argparse
import http.client
import json
import statistics
import sys
import tempfile
import time
import urllib.parse
from pathlib import Path

from served import Server

STEPS_BEFORE = 3


def begun(server, order):
    """The connection of a picture some of whose steps have come."""
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(server.url).netloc, timeout=server.limit)
    body = json.dumps(order | {"stream": True, "stream_progress": True, "num_inference_steps": 50})
    connection.request("POST", "/v1/images/generations", body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    steps = 0
    while steps < STEPS_BEFORE:
        line = answer.readline()
        if not line:
            sys.exit("the stream ended early")
        steps += line.startswith(b"event: image_generation.progress")
    return connection, answer


def milliseconds(work):
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1e3


def measure(server, arguments):
    order = {"prompt": "a red apple", "negative_prompt": " ", "seed": 1, "num_inference_steps": 1,
             "size": f"{arguments.size}x{arguments.size}", "response_format": "b64_json"}

    def picture():
        server.answer("/v1/images/generations", order)

    picture()
    alone, after = [], []
    for _ in range(arguments.rounds):
        alone.append(milliseconds(picture))
        connection, answer = begun(server, order)
        answer.close()  # which holds the socket, too
        connection.close()
        after.append(milliseconds(picture))
    more = [a - b for a, b in zip(after, alone, strict=True)]
    print(json.dumps({"options": arguments.options, "alone_ms": round(statistics.median(alone), 1), "after_ms": round(statistics.median(after), 1),
                      "more_ms": round(statistics.median(more), 1), "each": [round(each, 1) for each in more]}))


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1][7:])
    parser.add_argument("inkstream", type=Path)
    parser.add_argument("snapshot", type=Path)
    parser.add_argument("--size", type=int, default=1024)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--limit", type=float, default=90)
    words = sys.argv[1:]
    end = words.index("--") if "--" in words else len(words)
    arguments = parser.parse_args(words[:end])
    arguments.options = words[end + 1:]
    with tempfile.TemporaryDirectory() as folder:
        server = Server(arguments, Path(folder), arguments.options)
        try:
            measure(server, arguments)
        finally:
            server.end()


if __name__ == "__main__":
    main()
