#!/usr/bin/env python3
"""Measures several cards of one host against one of them, in one command.

usage: cards.py INKSTREAM SNAPSHOT OUT [--cards N] [--sizes 1024,1328] [--steps 50] [--rounds 3] [--device cuda] [-- OPTION …]

INKSTREAM is the packaged launcher, SNAPSHOT a model or make_snapshot.py's. Every size is a process of its own, which
loads a model on one card and then, layout after layout, beside it on several: replicas (dp), the branches of guidance
(cfg), rows (ulysses), layers. One and several alternate; a figure is the median of the rounds' ratios. Each result goes
to OUT/cards.jsonl as soon as it is there; at the end a table is printed, with the bars that each layout is to reach.
Without cards, `--device emulated --cards 4 --sizes 64 --steps 2` runs all of it but CUDA.
"""
import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path

# layout: what is measured of it, its field, whether less is better, and what it is to reach at 1024x1024
BARS = {
    "cfg": ("picture", "ratio", True, 0.54),
    "ulysses2": ("forward", "ratio", True, 0.58),
    "cfg+ulysses2": ("picture", "s", True, 4.0),
    "dp2": ("picture", "throughput", False, 1.95),
}
BARS_AT = 1024


def cards_of_host():
    listed = subprocess.run(["nvidia-smi", "-L"], capture_output=True, text=True, check=False)
    return len(listed.stdout.splitlines())


def measure(arguments, size, results):
    """The lines of one size."""
    command = [str(arguments.inkstream), "bench", "cards", "--model-path", str(arguments.snapshot)]
    command += ["--device", arguments.device, "--cards", str(arguments.cards), "--size", str(size)]
    command += ["--steps", str(arguments.steps), "--rounds", str(arguments.rounds), *arguments.options]
    lines = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            if not line.startswith("{"):
                print(line, end="", file=sys.stderr)
                continue
            result = json.loads(line) | {"size": size, "device": arguments.device}
            results.write(json.dumps(result) + "\n")
            results.flush()
            lines.append(result)
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}")
    return lines


def median(lines, layout, stage, field):
    values = [line[field] for line in lines if (line["layout"], line["stage"]) == (layout, stage)]
    return statistics.median(values) if values else None


def verdict(layout, size, lines):
    if layout not in BARS or size != BARS_AT:
        return ""
    stage, field, less, bar = BARS[layout]
    value = median(lines, layout, stage, field)
    met = value <= bar if less else value >= bar
    return f"{stage} {field} {value:.3f}, bar {bar}: {'met' if met else 'missed'}"


def row(layout, size, lines):
    refused = [line["why"] for line in lines if (line["layout"], line["stage"]) == (layout, "refused")]
    if refused:
        return f"| {layout} | {size} | refused: {refused[0]} |" + " |" * 9

    def figure(stage, field, form):
        value = median(lines, layout, stage, field)
        return "" if value is None else format(value, form)

    crossed = [line["across_bytes_a_step"] for line in lines
               if (line["layout"], line["stage"]) == (layout, "picture")]
    most = max(max(each) for each in crossed) / 1e6 if crossed else 0
    same = all(line["same_pixels"] for line in lines if (line["layout"], line["stage"]) == (layout, "picture"))
    cells = [layout, size, figure("forward", "ratio", ".3f"), figure("forward", "difference", ".1e"),
             figure("picture", "one_s", ".2f"), figure("picture", "s", ".2f"), figure("picture", "ratio", ".3f"),
             figure("picture", "throughput", ".2f"), f"{most:.1f}", figure("cancel", "ms", ".1f"), same,
             verdict(layout, size, lines)]
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1][7:])
    parser.add_argument("inkstream", type=Path)
    parser.add_argument("snapshot", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--cards", type=int, default=0)
    parser.add_argument("--sizes", default="1024,1328")
    parser.add_argument("--steps", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--device", default="cuda")
    words = sys.argv[1:]
    end = words.index("--") if "--" in words else len(words)
    arguments = parser.parse_args(words[:end])
    arguments.options = words[end + 1:]
    arguments.cards = arguments.cards or cards_of_host()
    if arguments.cards < 2:
        parser.error(f"--cards is {arguments.cards}, must be 2 or more")
    arguments.out.mkdir(parents=True, exist_ok=True)
    rows = []
    with (arguments.out / "cards.jsonl").open("a", encoding="utf-8") as results:
        for size in map(int, arguments.sizes.split(",")):
            lines = measure(arguments, size, results)
            rows += [row(layout, size, lines) for layout in dict.fromkeys(line["layout"] for line in lines)]
    print("| layout | size | forward / one | difference | one, s | several, s | / one | throughput | MB across a step, most of a"
          " card | cancel ms | same pixels | bar |\n|---|---|---|---|---|---|---|---|---|---|---|---|")
    print("\n".join(rows))


if __name__ == "__main__":
    main()
