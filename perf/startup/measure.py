"""Start-up, memory and sizes of the three ways to run Inkstream, in alternation.

    python3 perf/startup/measure.py [--rounds 5] [--native target/inkstream-native/inkstream] > table.md

Each round starts each way once with `serve`, the pocket model and one free port, and takes the time from the start of
the process until (1) the port accepts, (2) /q/health/ready answers 200, (3) the first picture is there: 4 steps,
256x256, asked for over HTTP as soon as the port accepts and until it is drawn. Then it asks for ten more pictures and
reads the resident memory before and after. At the end two servers that stay, JVM and native, draw in turn.

Needs only Python's own library, and Linux (/proc). Build both first: `mvn package`, then `mvn -Dnative package`
does not touch what the first made.
"""

import argparse
import http.client
import json
import os
import pathlib
import socket
import statistics
import subprocess
import sys
import time

HOME = pathlib.Path(__file__).resolve().parents[2]
ORDER = json.dumps({"prompt": "a red apple", "num_inference_steps": 4, "seed": 1})
JSON = {"Content-Type": "application/json"}
PATIENCE = 120


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    def __init__(self, command, environment, words=()):
        self.port = free_port()
        self.start = time.monotonic()
        self.process = subprocess.Popen(
            [*command, "serve", "--port", str(self.port), *words],
            env={**os.environ, **environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

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

    def status(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, JSON if body else {})
            answer = connection.getresponse()
            answer.read()
            return answer.status
        except OSError:
            return 0
        finally:
            connection.close()

    def is_ready(self):
        return self.status("GET", "/q/health/ready") == 200

    def draws(self):
        return self.status("POST", "/v1/images/generations", ORDER) == 200

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
        self.process.terminate()
        self.process.wait(PATIENCE)


def size(*paths):
    total = 0
    for path in paths:
        files = [path] if path.is_file() else [f for f in path.rglob("*") if f.is_file()]
        total += sum(f.stat().st_size for f in files)
    return total / 1e6


def round_of(command, environment):
    """One server asked at once for a picture, and one left alone until it is ready."""
    figures = {}
    server = Server(command, environment)
    figures["listening"] = server.until(server.accepts)
    figures["CPU s until then"] = server.cpu()
    figures["first picture"] = server.until(server.draws)
    server.stop()
    server = Server(command, environment)
    figures["ready"] = server.until(server.is_ready)
    figures["MB when ready"] = server.resident()
    for _ in range(10):
        server.picture()
    figures["MB after ten pictures"] = server.resident()
    server.stop()
    return figures


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pictures", type=int, default=12)
    parser.add_argument("--native", type=pathlib.Path, default=HOME / "target/inkstream-native/inkstream")
    options = parser.parse_args()
    launcher, executable = str(HOME / "inkstream"), str(options.native / "bin/inkstream")
    app = HOME / "target/quarkus-app"
    cache = app / "inkstream.aot"
    ways = {
        "JVM": ([launcher], {"INKSTREAM_AOT": "off"}),
        "JVM + AOT": ([launcher], {"INKSTREAM_AOT": "on"}),
        "native": ([executable], {}),
    }
    disk = {
        "JVM": size(app, HOME / "target/onnxruntime") - size(cache),
        "JVM + AOT": size(app, HOME / "target/onnxruntime"),
        "native": size(options.native / "bin", options.native / "lib"),
    }
    rounds = {way: [] for way in ways}
    for number in range(options.rounds):
        for way, (command, environment) in ways.items():
            rounds[way].append(round_of(command, environment))
            print(number, way, rounds[way][-1], file=sys.stderr, flush=True)

    names = list(rounds["JVM"][0])
    print("| | " + " | ".join(ways) + " |\n|" + "---|" * (len(ways) + 1))
    for name in names:
        cells = [[r[name] for r in rounds[way]] for way in ways]
        digits = 0 if name.startswith("MB") else 3
        print(f"| {name} | " + " | ".join(
            f"{statistics.median(c):.{digits}f} ({min(c):.{digits}f}–{max(c):.{digits}f})" for c in cells) + " |")
    print("| MB on disk, without the model | " + " | ".join(f"{disk[way]:.0f}" for way in ways) + " |")

    for way in ("JVM + AOT", "native"):
        pairs = zip(rounds[way], rounds["JVM"])
        print(f"\n{way} / JVM, of the same round: listening "
              f"{statistics.median(a['listening'] / b['listening'] for a, b in pairs):.2f}")

    servers = [Server(command, environment, ["--threads", "1"])
               for command, environment in (ways["JVM + AOT"], ways["native"])]
    for server in servers:
        server.until(server.is_ready)
    ratios = []
    for number in range(options.pictures + 10):
        (wall, cpu), (native_wall, native_cpu) = servers[0].picture(), servers[1].picture()
        if number >= 10:  # the first ten are the JVM's warm-up
            ratios.append((native_wall / wall, native_cpu / cpu))
    for server in servers:
        server.stop()
    wall, cpu = zip(*ratios)
    print(f"\nA native picture / a warm JVM's, one thread, {len(ratios)} pairs: "
          f"{statistics.median(wall):.2f} of the time, {statistics.median(cpu):.2f} of the CPU seconds")


if __name__ == "__main__":
    main()
