#!/usr/bin/env python3
"""Two builds of Inkstream in alternation: the same forward, decode and picture, the same start, the same memory.

usage: measure.py MODEL A B [--rounds 5] [--size 256] [--steps 4] [--inner 3]

A and B are command lines in quotes, such as "one/inkstream" and "other/inkstream"; each is started once a round, A, B, A, B…,
with one thread, for `bench model` (processor seconds) and for `bench open` (seconds until the model is open, megabytes).
Prints the median of each figure and the median of the ratios of neighbouring rounds, B to A, with their range.

Needs only Python's own library.
"""
import argparse
import re
import shlex
import statistics
import subprocess
import sys

TIMED = re.compile(r"^(\w+)\s+cpu ([\d.]+) s", re.M)
OPENED = re.compile(r"^(open|picture)\s+([\d.]+) s\s+anonymous\s+(\d+) MB\s+of files\s+(\d+) MB\s+peak of both\s+(\d+) MB", re.M)


def answer(command, words):
    done = subprocess.run([*shlex.split(command), *words], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{command} {' '.join(words)}: {done.stderr}")
    return done.stdout


def round_of(command, options):
    common = ["--model-path", options.model, "--threads", "1", "--size", str(options.size), "--steps", str(options.steps)]
    figures = {}
    for name, cpu in TIMED.findall(answer(command, ["bench", "model", *common, "--rounds", str(options.inner)])):
        figures[f"{name}, processor s"] = float(cpu)
    for when, seconds, anonymous, files, peak in OPENED.findall(answer(command, ["bench", "open", *common])):
        if when == "open":
            figures["open, s"] = float(seconds)
        figures[f"{when}, anonymous MB"] = float(anonymous)
        figures[f"{when}, peak MB"] = float(peak)
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("a")
    parser.add_argument("b")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--steps", type=int, default=4)
    parser.add_argument("--inner", type=int, default=3)
    options = parser.parse_args()
    rounds = [(round_of(options.a, options), round_of(options.b, options)) for _ in range(options.rounds)]
    print("| | A | B | B to A: median (range) |\n|---|---:|---:|---:|")
    for name in rounds[0][0]:
        a, b = ([pair[side][name] for pair in rounds] for side in (0, 1))
        ratios = [y / x for x, y in zip(a, b)]
        print(
            f"| {name} | {statistics.median(a):g} | {statistics.median(b):g} |"
            f" {statistics.median(ratios):.3f} ({min(ratios):.3f} to {max(ratios):.3f}) |"
        )


if __name__ == "__main__":
    main()
