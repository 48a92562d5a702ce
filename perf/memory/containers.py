#!/usr/bin/env python3
"""What fits into a small container: for each limit of memory, the most pictures of a size and format that are taken, and whether
they are then answered and the process lives. Linux, as root, for the control group; --heaps needs neither.

    perf/memory/containers.py [--limits 512,1024,2048,4096] [--sizes 256,512,768,1024] [--formats png,jpeg,webp]
    perf/memory/containers.py --heaps 64,128,256          the Java heap alone is limited

Asks with output_compression 0 for PNG (the largest files there are) and 100 for the others, one step without guidance, n = 10 or what
the refusal says would fit; draws the most that is taken in the first format. Prints a table in Markdown.
"""
import argparse, http.client, json, os, pathlib, re, signal, subprocess, sys, tempfile, time

HOME = pathlib.Path(__file__).resolve().parents[2]
COMPRESSION = {"png": 0, "jpeg": 100, "webp": 100}


class Group:
    """A control group with a limit, of version 2 or 1."""

    def __init__(self, megabytes):
        root = pathlib.Path("/sys/fs/cgroup")
        self.second = "memory" in (root / "cgroup.controllers").read_text() if (root / "cgroup.controllers").exists() else False
        self.folder = (root if self.second else root / "memory") / f"inkstream-{os.getpid()}-{megabytes}"
        self.folder.mkdir()
        limit = str(megabytes << 20)
        (self.folder / ("memory.max" if self.second else "memory.limit_in_bytes")).write_text(limit)
        swap = self.folder / ("memory.swap.max" if self.second else "memory.memsw.limit_in_bytes")
        if swap.exists():
            swap.write_text("0" if self.second else limit)

    def join(self):
        (self.folder / "cgroup.procs").write_text(str(os.getpid()))

    def kills(self):
        text = (self.folder / ("memory.events" if self.second else "memory.oom_control")).read_text()
        return int(re.search(r"oom_kill (\d+)", text).group(1))

    def remove(self):
        for _ in range(50):
            try:
                return self.folder.rmdir()
            except OSError:
                time.sleep(0.1)


class Server:
    def __init__(self, program, group, options):
        self.out = tempfile.NamedTemporaryFile("w+", suffix=".log")
        env = os.environ | ({"INKSTREAM_JAVA_OPTS": options} if options else {})
        self.process = subprocess.Popen([program, "serve", "--port", "0", "--no-spinning"], stdout=self.out, stderr=self.out, env=env,
                                        preexec_fn=group.join if group else None)
        self.port = None
        end = time.monotonic() + 120
        while self.port is None:
            ready = re.search(r"ready: http://[^:]+:(\d+)", pathlib.Path(self.out.name).read_text())
            self.port = int(ready.group(1)) if ready else None
            if self.process.poll() is not None or time.monotonic() > end:
                raise SystemExit("does not start:\n" + pathlib.Path(self.out.name).read_text())
            time.sleep(0.1)

    def ask(self, timeout, **fields):
        """The status and the JSON; (None, …) if no answer came in time, and then the client hangs up."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            body = {"prompt": "a", "num_inference_steps": 1, "true_cfg_scale": 1} | fields
            connection.request("POST", "/v1/images/generations", json.dumps(body), {"content-type": "application/json"})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        except (OSError, http.client.HTTPException, ValueError) as e:
            return None, type(e).__name__
        finally:
            connection.close()

    def get(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("GET", path)
        return connection.getresponse().read().decode()

    def gauge(self, pattern):
        return sum(float(v) for v in re.findall(rf"^{pattern} (\S+)$", self.get("/metrics"), re.M))

    def idle(self):
        while self.gauge("inkstream_queue_running") > 0:
            time.sleep(0.2)

    def most(self, size, form):
        """How many are taken; 0: none."""
        n = 10
        while n > 0:
            status, answer = self.ask(0.7, size=size, n=n, output_format=form, output_compression=COMPRESSION[form])
            if status != 400:
                self.idle()
                return n
            fits = re.search(r"n may be (\d+)", answer["error"]["message"])
            n = int(fits.group(1)) if fits else 0 if n == 1 or "size is" in answer["error"]["message"] and "heap" in answer["error"]["message"] else 1
        return 0

    def status_of(self, name):
        return int(re.search(rf"^{name}:\s+(\d+)", pathlib.Path(f"/proc/{self.process.pid}/status").read_text(), re.M).group(1)) >> 10

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()


def measure(label, group, options, given):
    server = Server(given.program, group, options)
    try:
        heap = server.gauge(r'jvm_memory_max_bytes\{area="heap",[^}]*\}') / 2**20
        for side in given.sizes:
            size = f"{side}x{side}"
            most = {form: server.most(size, form) for form in given.formats}
            n, drawn = min(most[given.formats[0]], given.pictures), "–"
            if n and side <= given.draw:
                begin = time.monotonic()
                status, answer = server.ask(900, size=size, n=n, output_format=given.formats[0], output_compression=COMPRESSION[given.formats[0]])
                drawn = f"{n}: {status}, {time.monotonic() - begin:.0f} s" if status == 200 else f"{n}: {status} {answer}"
            alive = server.process.poll() is None
            peak = server.status_of("VmHWM") if alive else "–"
            kills = group.kills() if group else 0
            print(f"| {label} | {heap:.0f} MB | {size} | " + " | ".join(str(most[form]) for form in given.formats)
                  + f" | {drawn} | {peak} MB | {'yes' if alive and not kills else 'KILLED'} |", flush=True)
            if not alive:
                return
    finally:
        server.stop()


def main():
    numbers = lambda text: [int(n) for n in text.split(",")]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=str(HOME / "inkstream"))
    parser.add_argument("--limits", type=numbers, default=[512, 1024, 2048, 4096], help="of the container, in MB")
    parser.add_argument("--heaps", type=numbers, help="of the Java heap, in MB, without a container")
    parser.add_argument("--sizes", type=numbers, default=[256, 512, 768, 1024])
    parser.add_argument("--formats", type=lambda text: text.split(","), default=["png", "jpeg", "webp"])
    parser.add_argument("--options", default="", help="of the Java machine")
    parser.add_argument("--draw", type=int, default=1024, help="the largest side that is drawn, too")
    parser.add_argument("--pictures", type=int, default=10, help="drawn at most")
    given = parser.parse_args()
    print("| limit | heap | size | " + " | ".join(f"{form}: n" for form in given.formats) + f" | drawn as {given.formats[0]} | peak | lives |")
    print("|---|---:|---|" + "---:|" * len(given.formats) + "---|---:|---|", flush=True)
    for megabytes in given.heaps or []:
        measure(f"heap of {megabytes} MB", None, f"-Xmx{megabytes}m {given.options}", given)
    for megabytes in [] if given.heaps else given.limits:
        group = Group(megabytes)
        try:
            measure(f"container of {megabytes} MB", group, given.options, given)
        finally:
            group.remove()


if __name__ == "__main__":
    sys.exit(main())
