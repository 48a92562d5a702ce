#!/usr/bin/env python3
"""What a change of adapters costs a running server: the request that sets one, the first picture after it, and memory.

usage: perf/adapters/changes.py [--changes 40] [--rank 16] [--output perf/adapters/RESULTS.md]

Writes two adapters for all attention and feed-forward layers of the pocket model, serves it, and in turn sets one of them
(`/v1/set_lora`) and draws a picture of one step; a picture without a change in between is the other side of each pair. Resident
memory is read before the first adapter and after the last change. Needs Python 3.11 and a JDK; sends to 127.0.0.1 only.
"""

import argparse
import json
import random
import statistics
import struct
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

HOME = Path(__file__).resolve().parents[2]
POCKET = HOME / "src/main/models/qwen-image-pocket"
sys.path.insert(0, str(HOME / "src/test/clients/python"))

from inkstream import Server  # noqa: E402

PARTS = ("to_q", "to_k", "to_v", "to_out.0", "add_q_proj", "add_k_proj", "add_v_proj", "to_add_out", "img_mlp", "txt_mlp")
MB = 1 << 20


def linears(folder):
    """(name, [out, in]) of every layer that trainers give factors to."""
    for path in sorted((folder / "transformer").glob("*.safetensors")):
        with path.open("rb") as file:
            header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        for name, tensor in header.items():
            module = name.removesuffix(".weight")
            if name.endswith(".weight") and len(tensor["shape"]) == 2 and any(f".{part}" in module for part in PARTS):
                yield module, tensor["shape"]


def write_adapter(path, layers, rank, seed):
    """Small random factors in float32; returns their bytes in float32, as the processor keeps them."""
    chance = random.Random(seed)
    header, data, numbers = {}, bytearray(), 0
    for module, (rows, columns) in layers:
        for side, shape in (("lora_A", [rank, columns]), ("lora_B", [rows, rank])):
            count = shape[0] * shape[1]
            begin = len(data)
            data += struct.pack(f"<{count}f", *(chance.gauss(0, 0.01) for _ in range(count)))
            header[f"transformer.{module}.{side}.weight"] = {"dtype": "F32", "shape": shape, "data_offsets": [begin, len(data)]}
            numbers += count
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)
    return 4 * numbers


def post(url, body):
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    begin = time.perf_counter()
    with urllib.request.urlopen(request, timeout=300) as answer:
        answer.read()
    return time.perf_counter() - begin


def resident(pid):
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon:"))


def measure(arguments, folder):
    layers = list(linears(POCKET))
    paths = [folder / f"{name}.safetensors" for name in ("one", "other")]
    size = [write_adapter(path, layers, arguments.rank, seed) for seed, path in enumerate(paths)][0]
    with Server(POCKET, "--threads", "1", "--lora-folders", str(folder)) as server:

        def draw(seed):
            body = {"prompt": "a red kite", "size": "256x256", "num_inference_steps": 1, "true_cfg_scale": 1, "seed": seed}
            return post(server.url + "/images/generations", body)

        for seed in range(20):
            draw(seed)
        before = resident(server.process.pid)
        changes, first, second = [], [], []
        for turn in range(arguments.changes):
            changes.append(post(server.url + "/set_lora", {"lora_nickname": f"a{turn % 2}", "lora_path": str(paths[turn % 2])}))
            first.append(draw(100 + turn))
            second.append(draw(200 + turn))
        return len(layers), size, changes, first, second, resident(server.process.pid) - before


def report(arguments, figures):
    layers, size, changes, first, second, grown = figures

    def line(name, seconds):
        ordered = sorted(seconds)
        return f"| {name} | {statistics.median(seconds) * 1e3:.1f} | {ordered[int(len(ordered) * 0.9)] * 1e3:.1f} |\n"

    extra = [a - b for a, b in zip(first, second)]
    text = f"\n## Rank {arguments.rank} on {layers} layers ({size / MB:.1f} MB in float32), {arguments.changes} changes\n\n"
    text += "| milliseconds | median | p90 |\n|---|---:|---:|\n"
    text += line("`/v1/set_lora`", changes) + line("the first picture after it, of one step", first)
    text += line("the next picture", second) + line("what the change cost the first picture", extra)
    return text + f"\nResident memory grew by {grown / MB:.1f} MB, {grown / size:.1f} times an adapter (two are remembered).\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--changes", type=int, default=40)
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--output", type=Path, help="the table is added to this file")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="inkstream-adapters-") as folder:
        text = report(arguments, measure(arguments, Path(folder)))
    print(text)
    if arguments.output:
        with arguments.output.open("a") as output:
            output.write(text)


if __name__ == "__main__":
    main()
