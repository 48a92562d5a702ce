"""Start-up, memory and sizes of the three ways to run Inkstream, and of its images, in alternation.

    python3 perf/startup/measure.py [--rounds 5] [--native target/inkstream-native/inkstream] \\
        [--image inkstream:jvm --image inkstream:native] > table.md

Each round starts each way once with `serve`, the pocket model and one free port, and takes the time from the start of
the process until (1) the port accepts, (2) /q/health/ready answers 200, (3) the first picture is there: 4 steps,
256x256, asked for over HTTP as soon as the port accepts and until it is drawn. Then it asks for ten more pictures and
reads the resident memory before and after. At the end two servers that stay, JVM and native, draw in turn.

Needs only Python's own library, and Linux (/proc). Build both first: `mvn package`, then `mvn -Dnative package`
does not touch what the first made. Images are those that deploy/test-images.sh has built; they want root.
"""

import argparse
import contextlib
import pathlib
import statistics
import sys

from server import Server, program

HOME = pathlib.Path(__file__).resolve().parents[2]


def size(*paths):
    total = 0
    for path in paths:
        files = [path] if path.is_file() else [f for f in path.rglob("*") if f.is_file()]
        total += sum(f.stat().st_size for f in files)
    return total / 1e6


def images(names, stack):
    """Images of buildah's store, started as deploy/test-images.sh does."""
    if not names:
        return {}
    sys.path.insert(0, str(HOME / "deploy"))
    from run_image import Image
    return {name: stack.enter_context(Image(name)).serve for name in names}


def round_of(start):
    """One server asked at once for a picture, and one left alone until it is ready."""
    figures = {}
    server = Server(start)
    figures["listening"] = server.until(server.accepts)
    figures["CPU s until then"] = server.cpu()
    figures["first picture"] = server.until(server.draws)
    server.stop()
    server = Server(start)
    figures["ready"] = server.until(server.is_ready)
    figures["MB when ready"] = server.resident()
    for _ in range(10):
        server.picture()
    figures["MB after ten pictures"] = server.resident()
    server.stop()
    return figures


def table(rounds):
    yield "| | " + " | ".join(rounds) + " |\n|" + "---|" * (len(rounds) + 1)
    for name in next(iter(rounds.values()))[0]:
        cells = [[r[name] for r in of_way] for of_way in rounds.values()]
        digits = 0 if name.startswith("MB") else 3
        yield f"| {name} | " + " | ".join(
            f"{statistics.median(c):.{digits}f} ({min(c):.{digits}f}–{max(c):.{digits}f})" for c in cells) + " |"


def ratio_of(way, other, rounds):
    pairs = zip(rounds[way], rounds[other])
    return f"\n{way} / {other}, of the same round: listening " \
           f"{statistics.median(a['listening'] / b['listening'] for a, b in pairs):.2f}"


def pictures_in_turn(jvm, native, pairs):
    servers = [Server(start, ["--threads", "1"]) for start in (jvm, native)]
    for server in servers:
        server.until(server.is_ready)
    ratios = []
    for number in range(pairs + 10):
        (wall, cpu), (native_wall, native_cpu) = servers[0].picture(), servers[1].picture()
        if number >= 10:  # the first ten are the JVM's warm-up
            ratios.append((native_wall / wall, native_cpu / cpu))
    for server in servers:
        server.stop()
    wall, cpu = zip(*ratios)
    return f"\nA native picture / a warm JVM's, one thread, {len(ratios)} pairs: " \
           f"{statistics.median(wall):.2f} of the time, {statistics.median(cpu):.2f} of the CPU seconds"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pictures", type=int, default=12)
    parser.add_argument("--native", type=pathlib.Path, default=HOME / "target/inkstream-native/inkstream")
    parser.add_argument("--image", action="append", default=[], metavar="inkstream:native")
    options = parser.parse_args()
    launcher, executable = str(HOME / "inkstream"), str(options.native / "bin/inkstream")
    app = HOME / "target/quarkus-app"
    disk = [
        size(app, HOME / "target/onnxruntime") - size(app / "inkstream.aot"),
        size(app, HOME / "target/onnxruntime"),
        size(options.native / "bin", options.native / "lib"),
    ]
    with contextlib.ExitStack() as stack:
        ways = {
            "JVM": program([launcher], {"INKSTREAM_AOT": "off"}),
            "JVM + AOT": program([launcher], {"INKSTREAM_AOT": "on"}),
            "native": program([executable]),
        } | images(options.image, stack)
        rounds = {way: [] for way in ways}
        for number in range(options.rounds):
            for way, start in ways.items():
                rounds[way].append(round_of(start))
                print(number, way, rounds[way][-1], file=sys.stderr, flush=True)
        print("\n".join(table(rounds)))
        print("| MB on disk, without the model | " + " | ".join(f"{megabytes:.0f}" for megabytes in disk)
              + " | " * len(options.image) + " |")
        print(ratio_of("JVM + AOT", "JVM", rounds))
        print(ratio_of("native", "JVM", rounds))
        print(pictures_in_turn(ways["JVM + AOT"], ways["native"], options.pictures))


if __name__ == "__main__":
    main()
