"""Jobs through a store: how many in a second, how soon a watcher hears, how soon after a kill, what waiting and watching cost.

Starts the packaged server itself, with a model that draws in milliseconds; standard library only.

    python3 perf/jobs/run.py --model src/test/resources/goldens/tiny [--program ./inkstream] [--jobs 300]
"""

import argparse
import http.client
import json
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ORDER = {"prompt": "a", "size": "16x16", "num_inference_steps": 1, "seed": 1, "true_cfg_scale": 1, "max_sequence_length": 16}
LONGEST_FILLING = 240  # seconds
LONG = ORDER | {"num_inference_steps": 10000, "size": "512x512"}


class Server:
    def __init__(self, options, store, folder):
        self.folder = folder
        self.log = open(folder / "log", "w")
        command = [options.program, "serve", "--port", "0", "--no-spinning", "--model-path", options.model, "--job-store", store,
                   "--output-path", str(folder / "kept"), "--max-queued-jobs", "100000", "--heartbeat-interval", "60"]
        self.started = time.monotonic()
        self.process = subprocess.Popen(command, stdout=self.log, stderr=subprocess.STDOUT)
        while not (ready := re.search(r"ready: http://([^:]+):(\d+)/v1", (folder / "log").read_text())):
            assert self.process.poll() is None, (folder / "log").read_text()
            time.sleep(0.005)
        self.ready = time.monotonic()
        self.host, self.port = ready.group(1), int(ready.group(2))

    def ask(self, method, path, body=None, headers=None, connection=None):
        own = connection or http.client.HTTPConnection(self.host, self.port, timeout=600)
        own.request(method, path, json.dumps(body) if body else None, {"Content-Type": "application/json"} | (headers or {}))
        answer = own.getresponse()
        text = answer.read().decode()
        if not connection:
            own.close()
        assert answer.status < 300, (answer.status, text)
        return text

    def job(self, body):
        return json.loads(self.ask("POST", "/v1/images/jobs", body))["id"]

    def count(self, status):
        return int(self.metric(f'inkstream_requests_total{{reason="none",status="{status}"}}'))

    def metric(self, name):
        return float(next(line.rsplit(" ", 1)[1] for line in self.ask("GET", "/metrics").splitlines() if line.startswith(name + " ")))

    def cost(self):
        """Resident MB and CPU seconds so far."""
        rss = int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{self.process.pid}/status").read_text()).group(1)) / 1000
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return rss, (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def say(row):
    """Prints a row, and how busy the machine was."""
    print(json.dumps(row | {"load": round(os.getloadavg()[0], 1)}), flush=True)


def percentiles(values, unit=1000):
    ordered = sorted(values)
    return {"p50": round(unit * statistics.median(ordered), 2), "p99": round(unit * ordered[int(0.99 * (len(ordered) - 1))], 2)}


def submit(server, number, threads=8, body=ORDER):
    """Seconds in all, and seconds of each."""
    times, lock = [], threading.Lock()

    def some(count):
        connection = http.client.HTTPConnection(server.host, server.port, timeout=600)
        mine = []
        for _ in range(count):
            begin = time.perf_counter()
            server.ask("POST", "/v1/images/jobs", body, connection=connection)
            mine.append(time.perf_counter() - begin)
        with lock:
            times.extend(mine)

    begin = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(some, [number // threads] * threads))
    return time.perf_counter() - begin, times


def throughput(server, number):
    before, cpu = server.count("succeeded"), server.cost()[1]
    begin = time.perf_counter()
    taken, _ = submit(server, number)
    total = number // 8 * 8
    while server.count("succeeded") - before < total:
        time.sleep(0.1)
    whole = time.perf_counter() - begin
    spent = server.cost()[1] - cpu
    begin, cpu = time.perf_counter(), server.cost()[1]
    connection = http.client.HTTPConnection(server.host, server.port, timeout=600)
    for _ in range(total // 4):
        server.ask("POST", "/v1/images/generations", ORDER, connection=connection)
    alone = (time.perf_counter() - begin) / (total // 4)
    return {
        "accepted/s": round(total / taken),
        "drawn/s": round(total / whole, 1),
        "CPU ms a job": round(1000 * spent / total, 1),
        "one after another without a store/s": round(1 / alone, 1),
        "CPU ms each": round(1000 * (server.cost()[1] - cpu) / (total // 4), 1),
    }


def latency(server, jobs=5, steps=200):
    """From the step's own time in the event to the watcher that has read it; one machine, one clock."""
    late = []
    for _ in range(jobs):
        blocker = server.job(LONG)
        job = server.job(ORDER | {"num_inference_steps": steps})
        connection = http.client.HTTPConnection(server.host, server.port, timeout=600)
        connection.request("GET", f"/v1/images/jobs/{job}/events")
        answer = connection.getresponse()
        answer.fp.readline()
        server.ask("POST", f"/v1/images/jobs/{blocker}/cancel")
        for line in answer.fp:
            if line.startswith(b"data: "):
                now = time.time()
                event = json.loads(line[6:])
                if event["type"] == "image.job.progress":
                    late.append(now - event["at"])
                elif event["type"] == "image.job.completed":
                    break  # the connection stays open
        connection.close()
    return percentiles(late)


def watchers(server, number):
    blocker, job = server.job(LONG), server.job(ORDER)
    time.sleep(1)
    before = server.cost()
    sockets = []
    for _ in range(number):
        watcher = socket.create_connection((server.host, server.port))
        watcher.sendall(f"GET /v1/images/jobs/{job}/events HTTP/1.1\r\nHost: {server.host}:{server.port}\r\n\r\n".encode())
        sockets.append(watcher)
    for watcher in sockets:
        watcher.recv(64)
    connected = server.cost()
    time.sleep(10)
    idle = server.cost()[1] - connected[1]
    begin = time.perf_counter()
    server.ask("POST", f"/v1/images/jobs/{job}/cancel")
    for watcher in sockets:
        text = b""
        while b"image.job.cancelled" not in text:
            text += watcher.recv(4096)
        watcher.close()
    told = time.perf_counter() - begin
    server.ask("POST", f"/v1/images/jobs/{blocker}/cancel")
    return {"watchers": number, "resident KB each": round(1000 * (connected[0] - before[0]) / number, 1), "CPU ms each to connect": round(1000 * (connected[1] - before[1]) / number, 2),
            "CPU s of all in 10 s of nothing": round(idle, 2), "all have heard the end after ms": round(1000 * told, 1)}


def growth(server, depths):
    blocker = server.job(LONG)
    rows, waiting, last = [], 0, depths[-1]
    for depth in depths:
        if depth > last:
            break
        begin = time.perf_counter()
        submit(server, depth - waiting - 80)
        if depth != depths[-1] and (time.perf_counter() - begin) / (depth - waiting) * (depths[-1] - depth) > LONGEST_FILLING:
            last = depth
        _, accept = submit(server, 80)
        waiting = depth
        job = server.job(ORDER)
        look = []
        for _ in range(30):
            begin = time.perf_counter()
            server.ask("GET", f"/v1/images/jobs/{job}")
            look.append(time.perf_counter() - begin)
        server.ask("POST", f"/v1/images/jobs/{job}/cancel")
        begin = server.cost()[1]
        time.sleep(5)
        busy_for = server.cost()[1] - begin
        rows.append({"waiting": depth, "CPU s in 5 s": round(busy_for, 2), "accept ms": percentiles(accept), "look ms": percentiles(look), "resident MB": round(server.cost()[0])})
    before = server.count("succeeded")
    begin = time.perf_counter()
    server.ask("POST", f"/v1/images/jobs/{blocker}/cancel")
    while server.count("succeeded") - before < 100:
        time.sleep(0.02)
    rows.append({"drawn/s with so many waiting": round(100 / (time.perf_counter() - begin), 1)})
    return rows


def recovery(options, folder):
    server = Server(options, "disk", folder)
    server.job(LONG)
    submit(server, 400)
    server.kill()
    again = Server(options, "disk", folder)
    while again.metric('inkstream_jobs_claims_total{store="disk"}') < 1:
        time.sleep(0.002)
    claimed = time.monotonic()
    again.kill()
    return {"waiting": 400, "ready s after the start": round(again.ready - again.started, 2), "first job claimed ms after ready": round(1000 * (claimed - again.ready))}


class Redis:
    """redis-server on a free port, with nothing on disk."""

    def __init__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process = subprocess.Popen(["redis-server", "--port", str(self.port), "--save", ""], stdout=subprocess.DEVNULL)
        os.environ["QUARKUS_REDIS_HOSTS"] = f"redis://127.0.0.1:{self.port}"
        self.await_answer()

    def empty(self):
        subprocess.run(["redis-cli", "-p", str(self.port), "flushall"], capture_output=True)

    def await_answer(self):
        while subprocess.run(["redis-cli", "-p", str(self.port), "ping"], capture_output=True).stdout != b"PONG\n":
            time.sleep(0.02)


def shared_throughput(servers, number):
    """Handed in to all in turn; drawn by whoever is free."""
    done = lambda: sum(server.count("succeeded") for server in servers)
    before, cpu, begin = done(), sum(server.cost()[1] for server in servers), time.perf_counter()
    with ThreadPoolExecutor(len(servers)) as pool:
        list(pool.map(lambda server: submit(server, number // len(servers), threads=4), servers))
    taken = time.perf_counter() - begin
    total = sum(number // len(servers) // 4 * 4 for _ in servers)
    while done() - before < total:
        time.sleep(0.1)
    whole = time.perf_counter() - begin
    spent = sum(server.cost()[1] for server in servers) - cpu
    return {"servers": len(servers), "accepted/s": round(total / taken), "drawn/s": round(total / whole, 1), "CPU ms a job": round(1000 * spent / total, 1)}


def busy(servers):
    """Which of two draws something long from now on, the other, and the long job."""
    claims = lambda server: server.metric('inkstream_jobs_claims_total{store="redis"}')
    before = [claims(server) for server in servers]
    job = servers[0].job(LONG)
    while (now := [claims(server) for server in servers]) == before:
        time.sleep(0.02)
    return (*servers, job) if now[0] > before[0] else (servers[1], servers[0], job)


def foreign_latency(servers, steps=200, jobs=5):
    """From the step to a watcher of a server that does not draw it, as it is busy with something long."""
    watched, _, blocker = busy(servers)
    late = []
    for _ in range(jobs):
        job = watched.job(ORDER | {"num_inference_steps": steps})
        connection = http.client.HTTPConnection(watched.host, watched.port, timeout=600)
        connection.request("GET", f"/v1/images/jobs/{job}/events")
        for line in connection.getresponse().fp:
            if line.startswith(b"data: "):
                now, event = time.time(), json.loads(line[6:])
                if event["type"] == "image.job.progress":
                    late.append(now - event["at"])
                elif event["type"] == "image.job.completed":
                    break  # the connection stays open
        connection.close()
    watched.ask("POST", f"/v1/images/jobs/{blocker}/cancel")
    return percentiles(late)


def taken_up(servers):
    """Seconds from a kill until another draws what it drew."""
    victim, other, _ = busy(servers)
    victim.kill()
    begin = time.monotonic()
    while other.metric('inkstream_jobs_retries_total{store="redis"}') < 1:
        time.sleep(0.05)
    return round(time.monotonic() - begin, 1)


def shared(options, root, first):
    """Servers that share a Redis, from 1 to 4."""
    servers = [first]
    try:
        for number in range(1, 5):
            if number > 1:
                (root / f"redis{number}").mkdir()
                servers.append(Server(options, "redis", root / f"redis{number}"))
                shared_throughput(servers, 64)
            rows = [shared_throughput(servers, options.jobs) for _ in range(options.rounds)]
            say({"store": "redis"} | sorted(rows, key=lambda row: row["drawn/s"])[len(rows) // 2])
        for server in servers[2:]:
            server.kill()
        say({"store": "redis", "event latency ms, of another server": foreign_latency(servers[:2])})
        say({"store": "redis", "taken up s after a kill, --job-lease 20s": taken_up(servers[:2])})
    finally:
        for server in servers[1:]:
            server.kill()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True)
    parser.add_argument("--program", default="./inkstream")
    parser.add_argument("--jobs", type=int, default=304)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only-redis", action="store_true")
    options = parser.parse_args()
    root = Path(tempfile.mkdtemp(prefix="jobs-"))
    servers = {}
    redis = Redis() if shutil.which("redis-server") else None
    stores = ["memory", "disk"] + (["redis"] if redis else [])
    if options.only_redis:
        stores = ["redis"]
    try:
        for store in stores:
            (root / store).mkdir()
            servers[store] = Server(options, store, root / store)
            throughput(servers[store], 160)
        for turn in range(options.rounds):
            for store, server in servers.items():
                say({"store": store, "round": turn} | throughput(server, options.jobs))
        if redis:
            shared(options, root, servers["redis"])
            servers["redis"].kill()
            redis.empty()
            (root / "redis-again").mkdir()
            servers["redis"] = Server(options, "redis", root / "redis-again")
        for store, server in servers.items():
            say({"store": store, "event latency ms": latency(server)})
            say({"store": store} | watchers(server, 1000))
        for store, server in servers.items():
            for row in growth(server, (100, 1000, 10000)):
                say({"store": store} | row)
            server.kill()
        if "disk" in servers:
            (root / "killed").mkdir()
            say(recovery(options, root / "killed"))
    finally:
        for server in servers.values():
            server.kill()
        if redis:
            redis.process.kill()
        shutil.rmtree(root)


if __name__ == "__main__":
    main()
